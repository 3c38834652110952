/**
 * Owns the feeder thread, which keeps the encoders fed, and opens the sessions on it again when it
 * had to be replaced. Main thread; owned by the app.
 */
import type { Logger } from '../core/log.ts';
import { Thread } from '../core/thread.ts';
import type { SessionId } from '../protocol/ids.ts';
import type {
  FeederSessionOptions,
  FeederStats,
  FromFeeder,
  PushOrder,
  Recorded,
  RecordOrder,
  SlateOrder,
  ToFeeder,
} from '../session/wires.ts';

const RESTART_MS = 200;
const STOP_GRACE_MS = 6000;

export interface FeederClient {
  readonly id: SessionId;
  /** As the session is to be now. */
  feederOptions(): FeederSessionOptions;
  onFeeder(stats: FeederStats): void;
  onRecorded(recording: Recorded): void;
}

export class FeederPool {
  readonly #log: Logger;
  readonly #clients = new Map<SessionId, FeederClient>();
  readonly #shutWaiters = new Map<SessionId, () => void>();
  #thread: Thread<ToFeeder, FromFeeder>;
  #ready = false;
  #closing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { readonly log: Logger }) {
    this.#log = options.log;
    this.#thread = this.#spawn();
  }

  open(client: FeederClient): void {
    this.#clients.set(client.id, client);
    if (this.#ready) this.#thread.post({ type: 'open', options: client.feederOptions() });
  }

  /** Pushes the session to these targets from now on; a new thread is told by its options. */
  push(id: SessionId, pushes: readonly PushOrder[]): void {
    if (this.#ready) this.#thread.post({ type: 'push', id, pushes });
  }

  /** What is shown while there are no pictures; a new thread is told by its options. */
  slate(id: SessionId, slate: SlateOrder): void {
    if (this.#ready) this.#thread.post({ type: 'slate', id, slate });
  }

  /** Makes these recordings from now on; a new thread is told by its options. */
  record(id: SessionId, recordings: readonly RecordOrder[]): void {
    if (this.#ready) this.#thread.post({ type: 'record', id, recordings });
  }

  /** Resolves when the session's encoder processes are gone. */
  async shut(id: SessionId): Promise<void> {
    // Recordings end with it, and are told of until it is gone.
    if (!this.#clients.has(id)) return;
    if (!this.#ready) {
      this.#clients.delete(id);
      return;
    }
    const gone = new Promise<void>((resolve) => this.#shutWaiters.set(id, resolve));
    this.#thread.post({ type: 'shut', id });
    await gone;
    this.#clients.delete(id);
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#thread.close({ type: 'stop' }, STOP_GRACE_MS);
    this.#releaseWaiters();
  }

  #spawn(): Thread<ToFeeder, FromFeeder> {
    return new Thread({
      entry: new URL('./feeder-thread.ts', import.meta.url),
      name: 'feeder',
      data: {},
      onMessage: (message) => this.#receive(message),
      onDeath: (reason) => this.#replace(reason),
    });
  }

  #receive(message: FromFeeder): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        for (const client of this.#clients.values()) {
          this.#thread.post({ type: 'open', options: client.feederOptions() });
        }
        return;
      case 'shut':
        this.#shutWaiters.get(message.id)?.();
        this.#shutWaiters.delete(message.id);
        return;
      case 'recorded':
        this.#clients.get(message.id)?.onRecorded(message.recording);
        return;
      case 'stats':
        this.#clients.get(message.id)?.onFeeder(message.stats);
        return;
      default:
        message satisfies never;
    }
  }

  #replace(reason: Error): void {
    if (this.#closing) return;
    this.#log.error({ err: reason }, 'feeder thread ended; replacing it');
    this.#ready = false;
    this.#releaseWaiters();
    this.#timer = setTimeout(() => {
      this.#thread = this.#spawn();
    }, RESTART_MS);
  }

  #releaseWaiters(): void {
    for (const release of this.#shutWaiters.values()) release();
    this.#shutWaiters.clear();
  }
}
