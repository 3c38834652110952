/**
 * The level of a recording's steady noise: that of its quiet moments. Memory doesn't grow with the
 * recording. Pure but for its memory.
 */
const PIECE_SAMPLES = 960;
const BYTES = 4;
const LEAST_DB = -100;
/** This share of all pieces of 20 ms is at most as loud as the noise: speech has its pauses. */
const QUIET_SHARE = 0.1;

export class NoiseMeter {
  /** Pieces by their level, a dB each; digital silence, which no microphone has, is left out. */
  readonly #counts = new Uint32Array(-LEAST_DB + 1);
  readonly #bytes = Buffer.alloc(BYTES);
  #held = 0;
  #sum = 0;
  #samples = 0;

  /** Bytes of 48 kHz mono 32-bit floats; cut anywhere. */
  push(bytes: Buffer): void {
    let at = 0;
    // The sample that lies over the cut.
    while (this.#held > 0 && at < bytes.length) {
      this.#bytes[this.#held] = bytes[at]!;
      this.#held = (this.#held + 1) % BYTES;
      at += 1;
      if (this.#held === 0) this.#add(this.#bytes.readFloatLE(0));
    }
    for (; at + BYTES <= bytes.length; at += BYTES) this.#add(bytes.readFloatLE(at));
    for (; at < bytes.length; at += 1) {
      this.#bytes[this.#held] = bytes[at]!;
      this.#held += 1;
    }
  }

  /** dBFS; -100 where there is none. */
  get levelDb(): number {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    for (const [step, count] of this.#counts.entries()) {
      seen += count;
      if (total > 0 && seen >= total * QUIET_SHARE) return LEAST_DB + step;
    }
    return LEAST_DB;
  }

  #add(sample: number): void {
    this.#sum += sample * sample;
    this.#samples += 1;
    if (this.#samples < PIECE_SAMPLES) return;
    const db = 10 * Math.log10(this.#sum / this.#samples);
    this.#sum = this.#samples = 0;
    if (db < LEAST_DB) return;
    const step = Math.min(this.#counts.length - 1, Math.round(db) - LEAST_DB);
    this.#counts[step] = this.#counts[step]! + 1;
  }
}
