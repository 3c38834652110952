/**
 * The one sound of viewers who have room for one: the voice as it came, and while there is music the
 * mix of both that the feeder codes. Main thread; owned by the pipeline.
 */
import { createMeta, RingReader, type SharedRing } from '../core/slot-ring.ts';
import { nowUs } from '../core/time.ts';
import { MIX_RING } from './wires.ts';
import type { VoiceOut } from './voice-out.ts';

/** So long after its last packet the mix has ended, and the voice goes on alone. */
const MIX_ENDS_US = 300_000;
const WAIT_MS = 100;

export class MixedVoice {
  readonly #out: VoiceOut;
  readonly #reader: RingReader;
  readonly #packet = new Uint8Array(MIX_RING.slotBytes);
  readonly #meta = createMeta();
  readonly #done: Promise<void>;
  #mixedAtUs = -Infinity;
  #isMixed = false;
  /** MediaTime of the newest packet: what comes from the other source must be later. */
  #lastUs = -Infinity;
  #closed = false;
  /** Whether somebody hears it. */
  wanted = false;

  constructor(ring: SharedRing, out: VoiceOut) {
    this.#reader = new RingReader(ring);
    this.#out = out;
    this.#done = this.#pump();
  }

  /** A packet of the voice: passed on untouched where no mix comes. */
  voice(payload: Uint8Array, mediaUs: number, discontinuity: boolean): void {
    if (!this.wanted || nowUs() - this.#mixedAtUs < MIX_ENDS_US) return;
    this.#push(payload, mediaUs, discontinuity || this.#isMixed);
    this.#isMixed = false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#out.close();
    await this.#done;
  }

  async #pump(): Promise<void> {
    while (!this.#closed) {
      await this.#reader.wait(WAIT_MS);
      while (this.#reader.read(this.#packet, this.#meta)) this.#mixed();
    }
  }

  #mixed(): void {
    if (!this.wanted) return;
    const { timeUs, bytes } = this.#meta;
    this.#mixedAtUs = nowUs();
    this.#push(this.#packet.subarray(0, bytes), timeUs, !this.#isMixed);
    this.#isMixed = true;
  }

  #push(payload: Uint8Array, mediaUs: number, discontinuity: boolean): void {
    // The voice is ahead of the mix, which is coded first: what was heard is not heard twice.
    if (mediaUs <= this.#lastUs && this.#lastUs - mediaUs < MIX_ENDS_US) return;
    this.#lastUs = mediaUs;
    this.#out.push(payload, mediaUs, discontinuity);
  }
}
