/**
 * 48 kHz to 16 kHz: a linear-phase low-pass of which every third output is computed. Pure but for
 * its history; takes chunks of any size; allocates nothing per call.
 * Window design after Kaiser, https://ccrma.stanford.edu/~jos/sasp/Kaiser_Window.html
 */
const FACTOR = 3;
const TAPS = 91;
/** Passes up to 6.6 kHz, stops from 8.5 kHz on by 60 dB. */
const CUTOFF = 7550 / 48_000;
const KAISER_BETA = 5.65;
const BLOCK = 960;

/** Output sample m holds the input around sample 3 m - 45: 15 samples at 16 kHz, 0.94 ms. */
export const DECIMATOR_DELAY_SAMPLES = (TAPS - 1) / 2 / FACTOR;

export class Decimator {
  readonly #taps = lowPass();
  /** The last TAPS - 1 inputs, then the block at work. */
  readonly #line = new Float32Array(TAPS - 1 + BLOCK);
  /** Inputs until the next output, 0..2. */
  #wait = 0;

  /**
   * Filters `input` (48 kHz) into `output` (16 kHz, at least a third of it plus one long) and
   * returns the number of samples written. An output comes with inputs 0, 3, 6, ... since the
   * last reset.
   */
  process(input: Float32Array, output: Float32Array): number {
    let written = 0;
    for (let at = 0; at < input.length; at += BLOCK) {
      const block = input.subarray(at, at + BLOCK);
      this.#line.set(block, TAPS - 1);
      written = this.#filter(block.length, output, written);
      this.#line.copyWithin(0, block.length, block.length + TAPS - 1);
    }
    return written;
  }

  reset(): void {
    this.#line.fill(0);
    this.#wait = 0;
  }

  #filter(count: number, output: Float32Array, written: number): number {
    const taps = this.#taps;
    const line = this.#line;
    let at = this.#wait;
    for (; at < count; at += FACTOR) {
      let sum = 0;
      for (let k = 0; k < TAPS; k++) sum += taps[k]! * line[at + k]!;
      output[written++] = sum;
    }
    this.#wait = at - count;
    return written;
  }
}

function lowPass(): Float32Array {
  const middle = (TAPS - 1) / 2;
  const taps = Float64Array.from({ length: TAPS }, (_, i) => {
    const x = i - middle;
    const sinc = x === 0 ? 2 * CUTOFF : Math.sin(2 * Math.PI * CUTOFF * x) / (Math.PI * x);
    return sinc * besselI0(KAISER_BETA * Math.sqrt(1 - (x / middle) ** 2));
  });
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  return Float32Array.from(taps, (tap) => tap / gain);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
