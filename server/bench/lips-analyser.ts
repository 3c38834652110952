/**
 * What a browser's AnalyserNode gives, computed from a recording, for the packages that read it.
 * https://webaudio.github.io/web-audio-api/#AnalyserNode
 */
const SMOOTHING = 0.8;
const MIN_DB = -100;
const MAX_DB = -30;

export class Analyser {
  readonly #audio: Float32Array;
  readonly sampleRate: number;
  #size = 2048;
  #smoothed = new Float64Array(1024);
  #position = 0;

  constructor(audio: Float32Array, sampleRate: number) {
    this.#audio = audio;
    this.sampleRate = sampleRate;
  }

  get fftSize(): number {
    return this.#size;
  }

  set fftSize(size: number) {
    this.#size = size;
    this.#smoothed = new Float64Array(size / 2);
  }

  get frequencyBinCount(): number {
    return this.#size / 2;
  }

  /** The sound has been played up to this sample. */
  moveTo(sample: number): void {
    this.#position = sample;
  }

  getByteFrequencyData(out: Uint8Array): void {
    const size = this.#size;
    const re = new Float64Array(size);
    const im = new Float64Array(size);
    for (let i = 0; i < size; i += 1) {
      const x = i / size;
      const blackman = 0.42 - 0.5 * Math.cos(2 * Math.PI * x) + 0.08 * Math.cos(4 * Math.PI * x);
      re[i] = (this.#audio[this.#position - size + i] ?? 0) * blackman;
    }
    transform(re, im);
    for (let k = 0; k < size / 2; k += 1) {
      const magnitude = Math.hypot(re[k]!, im[k]!) / size;
      this.#smoothed[k] = SMOOTHING * this.#smoothed[k]! + (1 - SMOOTHING) * magnitude;
      const db = 20 * Math.log10(this.#smoothed[k]! + 1e-30);
      const byte = Math.floor((255 * (db - MIN_DB)) / (MAX_DB - MIN_DB));
      out[k] = Math.max(0, Math.min(255, byte));
    }
  }
}

/** Radix-2 FFT in place; the length is a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j], im[i], im[j]] = [re[j]!, re[i]!, im[j]!, im[i]!];
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let k = 0; k < size / 2; k += 1) {
      const cosine = Math.cos((2 * Math.PI * k) / size);
      const sine = -Math.sin((2 * Math.PI * k) / size);
      for (let a = k; a < n; a += size) {
        const b = a + size / 2;
        const x = re[b]! * cosine - im[b]! * sine;
        const y = re[b]! * sine + im[b]! * cosine;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a]! += x;
        im[a]! += y;
      }
    }
  }
}

const REACH = 16;

/** Three times the rate, by a windowed sinc. */
export function upsample3(audio: Float32Array): Float32Array {
  const kernel = Float64Array.from({ length: 2 * REACH * 3 + 1 }, (_, i) => {
    const x = (i - REACH * 3) / 3;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (REACH + 1)));
  });
  return Float32Array.from({ length: audio.length * 3 }, (_, i) => {
    let sum = 0;
    const first = Math.ceil(i / 3 - REACH);
    for (let j = first; j <= i / 3 + REACH; j += 1) {
      sum += (audio[j] ?? 0) * kernel[Math.round((i / 3 - j) * 3) + REACH * 3]!;
    }
    return sum;
  });
}
