/** Levels and noises for `posecast bench lips`. Seeded, so that every run hears the same. */
import type { Clip } from './lips-clips.ts';

/** A copy whose loudest sample lies at `peakDb` re full scale. */
export function atPeak(audio: Float32Array, peakDb: number): Float32Array {
  const peak = audio.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  const gain = 10 ** (peakDb / 20) / peak;
  return audio.map((sample) => sample * gain);
}

/** Pink noise under a clip at a peak of -6 dBFS; the ratio is to the power of its speech frames. */
export function addNoise({ audio, truth }: Clip, snrDb: number): Float32Array {
  const speech = audio.filter((_, i) => (truth[Math.floor(i / 320)] ?? 0) !== 0);
  const noise = pink(audio.length, 11);
  const gain = rms(speech) / rms(noise) / 10 ** (snrDb / 20);
  return atPeak(
    audio.map((sample, i) => sample + noise[i]! * gain),
    -6,
  );
}

/** As a telephone passes it: 300 to 3,400 Hz by windowed-sinc filters of 129 taps. */
export function telephone(audio: Float32Array): Float32Array {
  const half = 64;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const n = i - half;
    const low = n === 0 ? 0.425 : Math.sin(0.425 * Math.PI * n) / (Math.PI * n);
    const high = n === 0 ? 0.0375 : Math.sin(0.0375 * Math.PI * n) / (Math.PI * n);
    return (low - high) * (0.54 + 0.46 * Math.cos((Math.PI * n) / half));
  });
  return audio.map((_, i) => {
    let sum = 0;
    for (let j = 0; j <= 2 * half; j += 1) sum += taps[j]! * (audio[i + half - j] ?? 0);
    return sum;
  });
}

/** Ten seconds each of hiss, rumble, hum and keyboard, quiet and loud: nobody speaks in them. */
export function noises(): Float32Array[] {
  const length = 160000;
  const random = generator(5);
  const white = Float32Array.from({ length }, () => random() * 2 - 1);
  const hum = Float32Array.from({ length }, (_, i) => {
    const t = (2 * Math.PI * 50 * i) / 16000;
    return Math.sin(t) + 0.5 * Math.sin(2 * t) + 0.3 * Math.sin(3 * t) + 0.02 * white[i]!;
  });
  const kinds = [white, pink(length, 7), hum, keyboard(length)];
  return kinds.flatMap((kind) => [-50, -30, -12].map((peakDb) => atPeak(kind, peakDb)));
}

/** About five key strokes a second: 15 ms bursts of noise over a faint hiss. */
function keyboard(length: number): Float32Array {
  const random = generator(9);
  const out = Float32Array.from({ length }, () => (random() - 0.5) * 0.002);
  for (let start = 800; start < length - 800; start += Math.floor(1600 + random() * 3200)) {
    for (let i = 0; i < 240; i += 1) out[start + i]! += (random() * 2 - 1) * Math.exp(-i / 60);
  }
  return out;
}

/** Paul Kellet's economy filter: http://www.firstpr.com.au/dsp/pink-noise/ */
function pink(length: number, seed: number): Float32Array {
  const random = generator(seed);
  let a = 0;
  let b = 0;
  let c = 0;
  return Float32Array.from({ length }, () => {
    const white = random() * 2 - 1;
    a = 0.99765 * a + white * 0.099046;
    b = 0.963 * b + white * 0.2965164;
    c = 0.57 * c + white * 1.0526913;
    return (a + b + c + white * 0.1848) * 0.1;
  });
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length)) + 1e-9;
}

/** Mulberry32: 0..1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
