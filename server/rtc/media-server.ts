/**
 * Owns mediasoup's worker process: starts it, replaces it on the same port when it dies, and
 * tells the rooms to rebuild. Main thread; owned by the app.
 */
import type { types } from 'mediasoup';
import type { Logger } from '../core/log.ts';
import {
  closeMediaWorker,
  routerCodecs,
  startMediaWorker,
  type MediaWorker,
  type RtcAddress,
} from './mediasoup.ts';

const RESTART_WINDOW_MS = 60_000;
const MAX_RESTARTS = 5;

export type MediaServerOptions = {
  readonly address: RtcAddress;
  readonly log: Logger;
  /** The worker can't be kept alive: the process should end and be restarted from outside. */
  readonly onHopeless: (reason: string) => void;
};

export class MediaServer {
  readonly #options: MediaServerOptions;
  readonly #rebuilders = new Set<() => Promise<void>>();
  readonly #restarts: number[] = [];
  #current: MediaWorker;
  #closing: Promise<void> | undefined;

  private constructor(options: MediaServerOptions, first: MediaWorker) {
    this.#options = options;
    this.#current = first;
    this.#watch(first);
  }

  static async open(options: MediaServerOptions): Promise<MediaServer> {
    return new MediaServer(options, await startMediaWorker(options.address, options.log));
  }

  get webRtcServer(): types.WebRtcServer {
    return this.#current.webRtcServer;
  }

  createRouter(codecs = routerCodecs({})): Promise<types.Router> {
    return this.#current.worker.createRouter({ mediaCodecs: codecs });
  }

  /** `rebuild` runs after the worker was replaced. Returns the way to stop listening. */
  onReplaced(rebuild: () => Promise<void>): () => void {
    this.#rebuilders.add(rebuild);
    return () => this.#rebuilders.delete(rebuild);
  }

  close(): Promise<void> {
    this.#closing ??= closeMediaWorker(this.#current.worker);
    return this.#closing;
  }

  #watch({ worker }: MediaWorker): void {
    worker.once('died', () => void this.#replace());
  }

  async #replace(): Promise<void> {
    const { log, address, onHopeless } = this.#options;
    if (this.#closing) return;
    const now = Date.now();
    this.#restarts.push(now);
    while (this.#restarts[0]! < now - RESTART_WINDOW_MS) this.#restarts.shift();
    log.error({ restarts: this.#restarts.length }, 'mediasoup worker died');
    if (this.#restarts.length > MAX_RESTARTS) {
      onHopeless(`mediasoup's worker died ${this.#restarts.length} times within a minute`);
      return;
    }
    try {
      this.#current = await startMediaWorker(address, log);
    } catch (error) {
      log.error({ err: error }, 'mediasoup worker could not be replaced');
      setTimeout(() => void this.#replace(), 1000);
      return;
    }
    if (this.#closing) return closeMediaWorker(this.#current.worker);
    this.#watch(this.#current);
    for (const rebuild of this.#rebuilders) {
      await rebuild().catch((error: unknown) => log.error({ err: error }, 'room not rebuilt'));
    }
  }
}
