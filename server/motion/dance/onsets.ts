/**
 * Where sounds begin: how much louder each of three bands became, 100 times a second. Pure but for
 * its filters' memory; allocates nothing.
 */

export const ONSET_RATE_HZ = 100;
const RATE_HZ = 16_000;
const HOP = RATE_HZ / ONSET_RATE_HZ;
/** One-pole edges of the bands in Hz; drums begin in all of them, voices mostly in the middle. */
const LOW_HZ = 160;
const HIGH_HZ = 2000;
const WEIGHTS = [1.5, 0.6, 0.8] as const;
/** Power under which a band counts as silent, so that noise of nothing has no onsets. */
const FLOOR = 1e-6;

export class Onsets {
  readonly #low = 1 - Math.exp((-2 * Math.PI * LOW_HZ) / RATE_HZ);
  readonly #high = 1 - Math.exp((-2 * Math.PI * HIGH_HZ) / RATE_HZ);
  readonly #power = new Float64Array(3);
  readonly #before = new Float64Array(3).fill(Math.log(FLOOR));
  #lowState = 0;
  #highState = 0;
  #filled = 0;
  #thirds = 0;
  #sum = 0;

  /** Takes mono sound of 16 or 48 kHz; calls `onset` with the strength of each 10 ms. */
  push(pcm: Float32Array, rateHz: 16_000 | 48_000, onset: (strength: number) => void): void {
    const every = rateHz / RATE_HZ;
    for (let i = 0; i < pcm.length; i += 1) {
      const sample = pcm[i]!;
      this.#sum += Number.isFinite(sample) ? sample : 0;
      this.#thirds += 1;
      if (this.#thirds < every) continue;
      this.#take(this.#sum / every);
      this.#thirds = this.#sum = 0;
      if (this.#filled === HOP) onset(this.#hop());
    }
  }

  #take(sample: number): void {
    this.#lowState += this.#low * (sample - this.#lowState);
    this.#highState += this.#high * (sample - this.#highState);
    const middle = this.#highState - this.#lowState;
    const top = sample - this.#highState;
    this.#power[0]! += this.#lowState * this.#lowState;
    this.#power[1]! += middle * middle;
    this.#power[2]! += top * top;
    this.#filled += 1;
  }

  #hop(): number {
    let strength = 0;
    for (let band = 0; band < 3; band += 1) {
      const level = Math.log(FLOOR + this.#power[band]! / HOP);
      strength += WEIGHTS[band]! * Math.max(0, level - this.#before[band]!);
      // Falls slowly: the tail of a sound that flickers is no new beginning.
      this.#before[band] = Math.max(level, this.#before[band]! - 0.25);
      this.#power[band] = 0;
    }
    this.#filled = 0;
    return strength;
  }
}
