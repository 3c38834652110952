/**
 * The speaker's own Opus packets on their way to viewers: untouched payloads under new RTP
 * headers stamped from MediaTime, held back so that sound and picture arrive together. Main
 * thread; owned by the session.
 *
 * The delay follows the measured picture latency L (MediaTime to last packet sent): a voice packet
 * leaves at its MediaTime + L - LEAD_MS. Measured over real browsers: a picture needs about that
 * lead, since sound waits in the jitter buffer anyway.
 */
import { nowUs, US_PER_MS } from '../core/time.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../speech/rtp.ts';

const LEAD_MS = 15;
/** Before anything is measured: look-ahead 40, frame 20, half a tick of waiting, drawing. */
const FIRST_LATENCY_MS = 78;
/** Differences under this are noise; chasing them would keep viewers' buffers moving. */
const DEADBAND_MS = 4;
const STEP_MS = 2;
/** Share of a larger difference that is made good each second. */
const STEP_SHARE = 0.25;
/** Further off than this, viewers are out of sync already: one jump is the smaller harm. */
const JUMP_MS = 40;
const CAPACITY = 64;
/**
 * A picture later than this no longer leads the voice: what waits for it would be pushed out of the
 * queue (1.28 s) before it is due, and nobody would hear anything.
 */
const MOST_LATENCY_MS = 1000;

export type VoiceOutOptions = {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly rtpBase: number;
  readonly offsetUs: () => number;
  readonly send: (packet: Buffer) => void;
};

type Waiting = { readonly packet: Buffer; readonly mediaUs: number };

export class VoiceOut {
  readonly #options: VoiceOutOptions;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sequence = Math.floor(Math.random() * 0x8000);
  #latencyMs = FIRST_LATENCY_MS;
  #follows = 0;
  #dropped = 0;
  #closed = false;

  constructor(options: VoiceOutOptions) {
    this.#options = options;
  }

  /** MediaTime to sending, ms. */
  get delayMs(): number {
    return this.#latencyMs - LEAD_MS;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Follows the measured picture latency: at once the first time, then in small steps. */
  follow(pictureLatencyMs: number): void {
    const wantedMs = Math.min(MOST_LATENCY_MS, pictureLatencyMs);
    const difference = wantedMs - this.#latencyMs;
    if (Math.abs(difference) < DEADBAND_MS) return;
    this.#follows += 1;
    const jump = this.#follows <= 2 || Math.abs(difference) > JUMP_MS;
    const stepMs = Math.max(STEP_MS, STEP_SHARE * Math.abs(difference));
    this.#latencyMs += jump ? difference : Math.sign(difference) * stepMs;
  }

  /** Queues one Opus payload whose first sample is at `mediaUs`. */
  push(payload: Uint8Array, mediaUs: number, discontinuity: boolean): void {
    if (this.#waiting.length >= CAPACITY) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + payload.length);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    writeRtpHeader(packet, {
      payloadType: this.#options.payloadType,
      marker: discontinuity,
      sequence: this.#sequence,
      timestamp: (this.#options.rtpBase + Math.round(mediaUs * 0.048)) >>> 0,
      ssrc: this.#options.ssrc,
    });
    packet.set(payload, RTP_HEADER_BYTES);
    this.#waiting.push({ packet, mediaUs });
    this.#arm();
  }

  /** Packets that still come after this go nowhere. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #dueUs(mediaUs: number): number {
    return this.#options.offsetUs() + mediaUs + this.delayMs * US_PER_MS;
  }

  #arm(): void {
    const first = this.#waiting[0];
    if (!first || this.#timer || this.#closed) return;
    const waitMs = (this.#dueUs(first.mediaUs) - nowUs()) / US_PER_MS;
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, waitMs));
  }

  #flush(): void {
    this.#timer = undefined;
    // A timer may fire a millisecond early; what is due within one goes with it.
    const now = nowUs() + US_PER_MS;
    while (this.#waiting.length > 0 && this.#dueUs(this.#waiting[0]!.mediaUs) <= now) {
      this.#options.send(this.#waiting.shift()!.packet);
    }
    this.#arm();
  }
}
