/** How a WHIP sender fares: what it sends, how much, since when. Main thread; owned by HttpPeers. */
import type { types } from 'mediasoup';
import type { SessionInput } from '../../protocol/input.ts';
import type { Sent } from '../room-types.ts';

const EVERY_MS = 1000;

export class SenderMeter {
  readonly #sent: Sent;
  readonly #timer: NodeJS.Timeout;
  #kbps = 0;
  #liveSinceMs: number | undefined;

  constructor(sent: Sent) {
    this.#sent = sent;
    this.#timer = setInterval(() => void this.#measure(), EVERY_MS);
    this.#timer.unref();
  }

  state(connected: boolean): SessionInput {
    const { audio, video } = this.#sent;
    const live = connected && this.#kbps > 0;
    return {
      origin: 'whip',
      state: live ? 'live' : 'waiting',
      audio: audio ? 'Opus' : '',
      video: video ? 'H.264' : '',
      kbps: Math.round(this.#kbps),
      liveSeconds: this.#liveSinceMs ? Math.round((Date.now() - this.#liveSinceMs) / 1000) : 0,
      problem: connected && !live ? 'It is connected, and nothing comes from it.' : '',
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #measure(): Promise<void> {
    const producers = [this.#sent.audio, this.#sent.video].filter((each) => each !== undefined);
    const rates = await Promise.all(producers.map(bitsPerSecond));
    this.#kbps = rates.reduce((sum, rate) => sum + rate, 0) / 1000;
    if (this.#kbps > 0) this.#liveSinceMs ??= Date.now();
  }
}

/** 0 for one that has ended meanwhile. */
async function bitsPerSecond(producer: types.Producer): Promise<number> {
  const stats = await producer.getStats().catch(() => []);
  return stats.reduce((sum, { bitrate }) => sum + bitrate, 0);
}
