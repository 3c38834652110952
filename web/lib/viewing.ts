/**
 * Watching one session: its snapshot, stats and level as the server pushes them, the stream itself
 * and this browser's own numbers, all repaired by themselves when the server or the media server
 * comes back. The panel's preview and the viewer page are both one of these.
 */
import type {
  SessionId,
  SessionLevel,
  SessionSnapshot,
  SessionStats,
} from '../../server/protocol/index.ts';
import { asRequestError, PeerKeeper } from './peer-keeper.ts';
import { WatchPeer } from './rtc.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { watchNumbers, watchSample, type WatchNumbers, type WatchSample } from './stats.ts';
import { Store } from './store.ts';

/** `gone`: the server doesn't know the session. `ended`: it did, and it is over. */
export type ViewingState = 'joining' | 'watching' | 'gone' | 'ended';

const SAMPLE_INTERVAL_MS = 1000;
const RETRY_MS = 2000;

export class Viewing {
  readonly sessionId: SessionId;
  readonly state = new Store<ViewingState>('joining');
  readonly snapshot = new Store<SessionSnapshot | null>(null);
  readonly stats = new Store<SessionStats | null>(null);
  readonly level = new Store<SessionLevel | null>(null);
  readonly numbers = new Store<WatchNumbers | null>(null);
  readonly keeper: PeerKeeper<WatchPeer>;
  /** Tells the owner that transports have to be built anew. */
  onRestart: () => void = () => undefined;
  readonly #client: Client;
  readonly #offs: (() => void)[] = [];
  #sample: WatchSample | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** `source`: the picture as viewers get it, or the avatar with its matte. */
  constructor(client: Client, sessionId: SessionId, source: 'avatar' | 'overlay' = 'avatar') {
    this.#client = client;
    this.sessionId = sessionId;
    this.keeper = new PeerKeeper(() => WatchPeer.open({ client, sessionId, source }));
  }

  /** Looks whether a session that was over is there after all. */
  again(): void {
    if (this.#client.connection.get() === 'online') void this.#join();
  }

  start(): void {
    const { connection } = this.#client;
    const mine =
      <T extends { readonly sessionId: SessionId }>(take: (event: T) => void) =>
      (event: T): void => {
        if (event.sessionId === this.sessionId) take(event);
      };
    this.#offs.push(
      connection.subscribe(() =>
        connection.get() === 'online' ? void this.#join() : this.#lost(),
      ),
      this.keeper.peer.subscribe(() => (this.#sample = null)),
      this.#client.on('session:state', (next) => this.#changed(next)),
      this.#client.on(
        'session:level',
        mine((level: SessionLevel) => this.level.set(level)),
      ),
      this.#client.on(
        'session:stats',
        mine((stats: SessionStats) => this.stats.set(stats)),
      ),
      this.#client.on(
        'rtc:restarted',
        mine(() => this.#restart()),
      ),
    );
    this.#timer = setInterval(() => void this.#measure(), SAMPLE_INTERVAL_MS);
    if (connection.get() === 'online') void this.#join();
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    for (const off of this.#offs.splice(0)) off();
    this.keeper.stop();
    this.#client.request('session:unfollow', { sessionId: this.sessionId }).catch(() => undefined); // A server that is gone has forgotten us already.
  }

  async #join(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      const snapshot = await this.#client.request('session:follow', {
        sessionId: this.sessionId,
      });
      this.#changed(snapshot);
      if (this.state.get() === 'ended') return;
      this.state.set('watching');
      this.#restart();
    } catch (error) {
      this.#refused(asRequestError(error));
    }
  }

  #refused(error: RequestError): void {
    if (error.code === 'session_closed') return this.#end('ended');
    if (error.code === 'session_not_found' || error.code === 'not_found') {
      return this.#end(this.snapshot.get() ? 'ended' : 'gone');
    }
    if (error.code === 'unauthorized') return this.#client.needToken();
    this.#retry = setTimeout(() => void this.#join(), RETRY_MS);
  }

  /** Old numbers would look like good ones. */
  #lost(): void {
    this.stats.set(null);
    this.level.set(null);
  }

  #restart(): void {
    this.keeper.start();
    this.onRestart();
  }

  #changed(next: SessionSnapshot): void {
    if (next.id !== this.sessionId) return;
    this.snapshot.set(next);
    if (next.state === 'stopped') this.#end('ended');
  }

  #end(state: 'gone' | 'ended'): void {
    this.keeper.stop();
    this.state.set(state);
  }

  async #measure(): Promise<void> {
    const peer = this.keeper.peer.get();
    const report = await peer?.getStats().catch(() => null);
    if (!report) {
      this.numbers.set(null);
      return;
    }
    const sample = watchSample(report.values(), performance.now());
    if (this.#sample) this.numbers.set(watchNumbers(this.#sample, sample));
    this.#sample = sample;
  }
}
