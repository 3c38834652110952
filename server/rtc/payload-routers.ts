/**
 * mediasoup sends a codec under its router's payload type and no other, but who offers (WHEP) names
 * the payload types. So viewers whose numbers differ from ours get a router with theirs, fed from
 * the first through pipes inside the same worker: no packet passes through JavaScript again. Main
 * thread; owned by the room.
 */
import type { types } from 'mediasoup';
import { AppError } from '../core/errors.ts';
import type { Direct } from './direct.ts';
import { routerCodecs } from './mediasoup.ts';

/** Browsers and programs come with a handful of numberings between them. */
const MOST_ROUTERS = 8;

export type PayloadTypes = { readonly audio?: number; readonly video?: number };
/** `mix`: voice and music in one. */
export type PipedSource = 'voice' | 'music' | 'mix' | 'picture';

type Core = { readonly router: types.Router; readonly direct: Direct };

export type PayloadRoutersOptions = {
  readonly core: Core;
  readonly createRouter: (codecs: types.RouterRtpCodecCapability[]) => Promise<types.Router>;
};

export class PayloadRouters {
  readonly #options: PayloadRoutersOptions;
  readonly #routers = new Map<string, Promise<PayloadRouter>>();

  constructor(options: PayloadRoutersOptions) {
    this.#options = options;
  }

  /** The router whose payload types these are. Throws `over_capacity`. */
  find(payloadTypes: PayloadTypes): Promise<PayloadRouter> {
    const codecs = routerCodecs(payloadTypes);
    const key = codecs.map(({ preferredPayloadType }) => preferredPayloadType).join('/');
    const known = this.#routers.get(key);
    if (known) return known;
    if (this.#routers.size >= MOST_ROUTERS) {
      throw new AppError(
        'over_capacity',
        `Viewers of this session use ${MOST_ROUTERS} numberings of payload types already; ` +
          'try again when some have left',
      );
    }
    const own =
      key ===
      routerCodecs({})
        .map((codec) => codec.preferredPayloadType)
        .join('/');
    const opened = own
      ? Promise.resolve(new PayloadRouter(this.#options.core, undefined))
      : this.#open(codecs);
    this.#routers.set(key, opened);
    opened.then(
      ({ router }) => router.observer.once('close', () => this.#routers.delete(key)),
      () => this.#routers.delete(key),
    );
    return opened;
  }

  async #open(codecs: types.RouterRtpCodecCapability[]): Promise<PayloadRouter> {
    const router = await this.#options.createRouter(codecs);
    const { core } = this.#options;
    // The worker's end closes all; a room that ends closes its own router alone.
    core.router.observer.once('close', () => router.close());
    return new PayloadRouter(core, router);
  }
}

export class PayloadRouter {
  readonly #core: Core;
  readonly #own: types.Router | undefined;
  readonly #piped = new Map<PipedSource, Promise<string>>();
  #users = 0;

  constructor(core: Core, own: types.Router | undefined) {
    this.#core = core;
    this.#own = own;
  }

  get router(): types.Router {
    return this.#own ?? this.#core.router;
  }

  /** Keeps the router until the returned function is called; the last user's call closes it. */
  hold(): () => void {
    this.#users += 1;
    return () => {
      this.#users -= 1;
      if (this.#users === 0) this.#own?.close();
    };
  }

  /** The producer's id in this router. */
  source(source: PipedSource): Promise<string> {
    const { direct, router } = this.#core;
    const { audio: voice, music, mix, video: picture } = direct;
    const { id } = { voice, music, mix, picture }[source];
    if (!this.#own) return Promise.resolve(id);
    let piped = this.#piped.get(source);
    if (!piped) {
      piped = this.#pipe(router, this.#own, id);
      this.#piped.set(source, piped);
    }
    return piped;
  }

  async #pipe(from: types.Router, to: types.Router, producerId: string): Promise<string> {
    // Both routers live in one worker, where an id names one thing.
    const options = { keepId: false, enableRtx: true };
    const { pipeProducer } = await from.pipeToRouter({ producerId, router: to, ...options });
    return pipeProducer!.id;
  }
}
