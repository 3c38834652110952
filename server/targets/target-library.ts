/**
 * The push targets of this server, their keys sealed at rest. Main thread; owned by the app. Keys
 * leave it only in the orders for the feeder.
 */
import { randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { maskKey, parseRtmpAddress, shownAddress } from '../outputs/push/rtmp-address.ts';
import { Target, TargetId, type PushOnce, type TargetRequest } from '../protocol/target.ts';
import type { PushOrder } from '../session/wires.ts';
import type { Seal } from '../store/seal.ts';
import type { Database } from '../store/sqlite.ts';
import { TargetStore } from '../store/targets.ts';

type Kept = { readonly target: Target; readonly key: string };

const MOST_TARGETS = 100;

export type TargetLibraryOptions = {
  readonly database: Database;
  readonly seal: Seal;
  /** Whether targets may lie in private networks. */
  readonly allowPrivate: boolean;
  readonly log: Logger;
};

export class TargetLibrary {
  readonly #options: TargetLibraryOptions;
  readonly #store: TargetStore;
  readonly #kept = new Map<TargetId, Kept>();

  private constructor(options: TargetLibraryOptions, store: TargetStore) {
    this.#options = options;
    this.#store = store;
  }

  /** What can't be read any more (another secret, an older version) is left alone and logged. */
  static async open(options: TargetLibraryOptions): Promise<TargetLibrary> {
    const library = new TargetLibrary(options, await TargetStore.open(options.database));
    for (const row of await library.#store.all()) {
      const target = Target.safeParse(JSON.parse(row.body));
      const key = options.seal.open(row.sealed_key, row.id);
      if (target.success && key !== undefined) {
        library.#kept.set(target.data.id, { target: target.data, key });
      } else
        options.log.warn(
          { target: row.id },
          'a push target can not be read; was its secret changed?',
        );
    }
    return library;
  }

  list(): Target[] {
    return [...this.#kept.values()].map(({ target }) => target);
  }

  /** Makes one, or changes the one of this id. Throws `bad_request`, `not_found`, `too_many`. */
  async save(request: TargetRequest, id?: TargetId): Promise<Target> {
    const known = id === undefined ? undefined : this.#get(id);
    if (!known && this.#kept.size >= MOST_TARGETS) {
      throw new AppError('too_many', `There are ${MOST_TARGETS} targets; delete one first`);
    }
    const address = parseRtmpAddress(request.url, request.key || (known?.key ?? ''));
    const target: Target = {
      id: id ?? newId(),
      name: request.name,
      service: request.service,
      url: shownAddress(address),
      maskedKey: maskKey(address.key),
      auto: request.auto,
    };
    const sealed_key = this.#options.seal.close(address.key, target.id);
    await this.#store.write({ id: target.id, body: JSON.stringify(target), sealed_key });
    this.#kept.set(target.id, { target, key: address.key });
    return target;
  }

  /** Throws `not_found`. */
  async delete(id: TargetId): Promise<void> {
    this.#get(id);
    this.#kept.delete(id);
    await this.#store.remove(id);
  }

  /** What the feeder needs to push there. Throws `not_found`. */
  order(id: TargetId): PushOrder {
    const { target, key } = this.#get(id);
    return this.#order(id, target.name, parseRtmpAddress(target.url, key));
  }

  /** The same for an address that isn't kept. Throws `bad_request`. */
  orderOnce({ url, key }: PushOnce): PushOrder {
    const address = parseRtmpAddress(url, key);
    return this.#order(newId(), address.host, address);
  }

  /** Those that every session pushes to. */
  get automatic(): PushOrder[] {
    return this.list()
      .filter(({ auto }) => auto)
      .map(({ id }) => this.order(id));
  }

  #order(target: TargetId, name: string, address: PushOrder['address']): PushOrder {
    return { target, name, address, allowPrivate: this.#options.allowPrivate };
  }

  #get(id: TargetId): Kept {
    const kept = this.#kept.get(id);
    if (kept) return kept;
    throw new AppError('not_found', `There is no push target '${id}'`);
  }
}

function newId(): TargetId {
  return TargetId.parse(randomBytes(6).toString('base64url').replace(/^-/, 'p'));
}
