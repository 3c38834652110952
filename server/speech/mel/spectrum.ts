/**
 * The spectrum of one windowed piece of sound whose length need not be a power of two (400 and 800
 * samples here): mixed-radix Cooley-Tukey (1965) over the length's factors, on complex numbers
 * in two planes. Pure but for its own memory; allocates nothing per call.
 */
export class Spectrum {
  /** |X| squared of bins 0 .. length / 2 after `run`. */
  readonly power: Float64Array;
  readonly #length: number;
  readonly #factors: readonly number[];
  readonly #window: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #windowed: Float64Array;
  readonly #partRe: Float64Array;
  readonly #partIm: Float64Array;

  /** A periodic Hann window of `length` samples. */
  constructor(length: number) {
    this.#length = length;
    this.#factors = factorsOf(length);
    const turn = (k: number): number => (2 * Math.PI * k) / length;
    this.#window = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos(turn(n)));
    this.#cos = Float64Array.from({ length }, (_, k) => Math.cos(turn(k)));
    this.#sin = Float64Array.from({ length }, (_, k) => -Math.sin(turn(k)));
    this.#re = new Float64Array(length);
    this.#im = new Float64Array(length);
    this.#windowed = new Float64Array(length);
    this.#partRe = new Float64Array(Math.max(...this.#factors));
    this.#partIm = new Float64Array(this.#partRe.length);
    this.power = new Float64Array(length / 2 + 1);
  }

  /** Of `samples` from `from` on; there must be `length` of them. */
  run(samples: Float32Array | Float64Array, from: number): void {
    for (let n = 0; n < this.#length; n += 1) {
      this.#windowed[n] = samples[from + n]! * this.#window[n]!;
    }
    this.#transform(0, 0, 1, this.#length, 0);
    for (let k = 0; k < this.power.length; k += 1) {
      this.power[k] = this.#re[k]! ** 2 + this.#im[k]! ** 2;
    }
  }

  /** Every `stride`-th sample from `from` on into bins `to` .. `to + count`. */
  #transform(from: number, to: number, stride: number, count: number, level: number): void {
    if (count === 1) {
      this.#re[to] = this.#windowed[from]!;
      this.#im[to] = 0;
      return;
    }
    const radix = this.#factors[level]!;
    const part = count / radix;
    for (let r = 0; r < radix; r += 1) {
      this.#transform(from + r * stride, to + r * part, stride * radix, part, level + 1);
    }
    for (let k = 0; k < part; k += 1) this.#butterfly(to + k, part, radix, stride * k);
  }

  /** `radix` bins, `part` apart, become as many; `turn`: of the first twiddle factor. */
  #butterfly(at: number, part: number, radix: number, turn: number): void {
    const length = this.#length;
    const re = this.#re;
    const im = this.#im;
    const cos = this.#cos;
    const sin = this.#sin;
    const partRe = this.#partRe;
    const partIm = this.#partIm;
    for (let r = 0, w = 0; r < radix; r += 1, w += turn) {
      const x = re[at + r * part]!;
      const y = im[at + r * part]!;
      partRe[r] = x * cos[w]! - y * sin[w]!;
      partIm[r] = x * sin[w]! + y * cos[w]!;
    }
    const step = length / radix;
    for (let q = 0, jump = 0; q < radix; q += 1, jump += step) {
      let sumRe = partRe[0]!;
      let sumIm = partIm[0]!;
      for (let r = 1, w = jump; r < radix; r += 1) {
        sumRe += partRe[r]! * cos[w]! - partIm[r]! * sin[w]!;
        sumIm += partRe[r]! * sin[w]! + partIm[r]! * cos[w]!;
        w += jump;
        if (w >= length) w -= length;
      }
      re[at + q * part] = sumRe;
      im[at + q * part] = sumIm;
    }
  }
}

function factorsOf(value: number): number[] {
  const factors: number[] = [];
  let left = value;
  // Fours halve the number of passes that twos would take.
  for (; left % 4 === 0; left /= 4) factors.push(4);
  for (let p = 2; left > 1; p += 1) {
    for (; left % p === 0; left /= p) factors.push(p);
  }
  return factors;
}
