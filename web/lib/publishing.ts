/**
 * What this browser sends into the live session: the voice and music, brought back when the server
 * comes back, changed when a device changes, and measured. Owned by the studio.
 */
import type { AudioRole, SessionId } from '../../server/protocol/index.ts';
import { PeerKeeper } from './peer-keeper.ts';
import { RequestError } from './request-error.ts';
import { PublishPeer, type SentTracks } from './rtc.ts';
import type { Client } from './socket.ts';
import { publishSample, type PublishSample } from './stats.ts';
import { Store } from './store.ts';

/** What there is to send now. */
export type Tracks = Readonly<Record<AudioRole, MediaStreamTrack | null>>;

const SAMPLE_MS = 1000;

export class Publishing {
  readonly sample = new Store<PublishSample | null>(null);
  readonly #client: Client;
  readonly #tracks: () => Tracks;
  #keeper: PeerKeeper<PublishPeer> | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #sent: SentTracks = {};

  constructor(client: Client, tracks: () => Tracks) {
    this.#client = client;
    this.#tracks = tracks;
  }

  /** Into this session from now on; `again` begins to send. */
  begin(sessionId: SessionId): void {
    this.end();
    this.#keeper = new PeerKeeper(() => this.#publish(sessionId));
    this.#timer = setInterval(() => void this.#measure(), SAMPLE_MS);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#keeper?.stop();
    this.#keeper = null;
    this.#sent = {};
    this.sample.set(null);
  }

  /** Sends anew what there is to send. */
  again(): void {
    const { voice, music } = this.#tracks();
    if (voice || music) this.#keeper?.start();
    else this.#keeper?.stop();
  }

  /** A microphone that is gone for a moment is silent; music that was taken away has ended. */
  changed(role: AudioRole): void {
    const track = this.#tracks()[role];
    const sent = this.#sent[role] ?? null;
    if (!this.#keeper || track === sent || (role === 'voice' && !track)) return;
    const peer = this.#keeper.peer.get();
    if (!peer) return this.again();
    this.#sent = { ...this.#sent, [role]: track };
    peer.send(role, track).catch(() => this.#keeper?.start());
  }

  async #publish(sessionId: SessionId): Promise<PublishPeer> {
    const tracks = this.#tracks();
    if (!tracks.voice && !tracks.music) {
      throw new RequestError('conflict', 'There is no microphone to send.');
    }
    this.#sent = tracks;
    return PublishPeer.open({ client: this.#client, sessionId, tracks });
  }

  async #measure(): Promise<void> {
    const report = await this.#keeper?.peer
      .get()
      ?.getStats()
      .catch(() => null);
    this.sample.set(report ? publishSample(report.values()) : null);
  }
}
