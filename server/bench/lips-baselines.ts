/**
 * What lip sync must beat, for `posecast bench lips`: a jaw that flaps with loudness, and the nearest
 * of 15 averages of cepstra. Both are fitted on the very clips they are scored on, in their favour
 * (the centroids leave out the clip they guess).
 */
import { VISEME_COUNT } from '../speech/visemes.ts';
import { FRAME, type Clip } from './lips-clips.ts';
import type { Guess } from './lips-score.ts';

/** Loudness alone: silence, a little open, open; thresholds and visemes searched for the best. */
export function loudnessGuesses(clips: readonly Clip[]): Guess[] {
  const levels = clips.map((clip) => relativeEnergy(clip));
  const order = clips.flatMap((clip, c) =>
    Array.from(clip.truth, (t, i) => [levels[c]![i]!, t] as const),
  );
  order.sort((a, b) => a[0] - b[0]);
  const counts = prefixCounts(order.map(([, t]) => t));
  const n = order.length;
  const step = Math.max(1, Math.floor(n / 60));
  let best = { hits: -1, low: 0, high: 0, middle: 0, top: 0 };
  for (let low = 0; low < n; low += step) {
    for (let high = low; high <= n; high += step) {
      const middle = mostCommon(counts, low, high);
      const top = mostCommon(counts, high, n);
      const hits = counts[low]![0]! + middle.hits + top.hits;
      if (hits > best.hits) best = { hits, low, high, middle: middle.viseme, top: top.viseme };
    }
  }
  const lowDb = order[Math.min(n - 1, best.low)]![0];
  const highDb = best.high < n ? order[best.high]![0] : Infinity;
  return clips.map((clip, c) => ({
    truth: clip.truth,
    guess: Uint8Array.from(levels[c]!, (db) =>
      db < lowDb ? 0 : db < highDb ? best.middle : best.top,
    ),
  }));
}

/** dB of every frame below the clip's loudest tenth, so that the clips' levels don't matter. */
export function relativeEnergy({ audio, truth }: Pick<Clip, 'audio' | 'truth'>): Float64Array {
  const levels = Float64Array.from(truth, (_, i) => {
    let sum = 0;
    for (let j = i * FRAME; j < (i + 1) * FRAME; j += 1) sum += audio[j]! * audio[j]!;
    return 10 * Math.log10(sum / FRAME + 1e-10);
  });
  const reference = levels.toSorted()[Math.floor(levels.length * 0.9)]!;
  return levels.map((level) => level - reference);
}

/** counts[i][v]: how often viseme v stands among the first i. */
function prefixCounts(visemes: readonly number[]): Uint32Array[] {
  const counts = [new Uint32Array(VISEME_COUNT)];
  for (const viseme of visemes) {
    const next = counts.at(-1)!.slice();
    next[viseme]! += 1;
    counts.push(next);
  }
  return counts;
}

function mostCommon(
  counts: readonly Uint32Array[],
  from: number,
  to: number,
): { viseme: number; hits: number } {
  const hits = Array.from(counts[to]!, (count, v) => count - counts[from]![v]!);
  const most = Math.max(...hits.slice(1));
  return { viseme: hits.indexOf(most, 1), hits: most };
}

const COEFFICIENTS = 13;
const BANDS = 26;
const WINDOW = 400;
const BINS = 257;

/** Nearest centroid in mean-normalised MFCC space, each clip guessed by the others' centroids. */
export function mfccGuesses(clips: readonly Clip[]): Guess[] {
  const features = clips.map((clip) => normalise(mfcc(clip)));
  return clips.map((clip, left) => {
    const centroids = centroidsWithout(clips, features, left);
    const guess = Uint8Array.from(features[left]!, (vector) => nearest(vector, centroids));
    return { truth: clip.truth, guess };
  });
}

function mfcc({ audio, truth }: Clip): Float64Array[] {
  const bank = melBank();
  const tables = dftTables();
  return Array.from(truth, (_, frame) => {
    const power = spectrum(audio, frame * FRAME + FRAME / 2 - WINDOW / 2, tables);
    const bands = bank.map((weights) =>
      Math.log(weights.reduce((sum, weight, bin) => sum + weight * power[bin]!, 1e-9)),
    );
    return Float64Array.from({ length: COEFFICIENTS }, (__, k) =>
      bands.reduce((sum, band, b) => sum + band * Math.cos((Math.PI * k * (b + 0.5)) / BANDS), 0),
    );
  });
}

/** Power of 257 bins at `start`; the tables hold windowed cosines and sines. */
function spectrum(
  audio: Float32Array,
  start: number,
  tables: readonly Float64Array[],
): Float64Array {
  return Float64Array.from({ length: BINS }, (_, bin) => {
    const cosine = tables[2 * bin]!;
    const sine = tables[2 * bin + 1]!;
    let re = 0;
    let im = 0;
    for (let i = 0; i < WINDOW; i += 1) {
      const sample = audio[start + i] ?? 0;
      re += sample * cosine[i]!;
      im += sample * sine[i]!;
    }
    return re * re + im * im;
  });
}

function dftTables(): Float64Array[] {
  const hann = (i: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / WINDOW);
  return Array.from({ length: 2 * BINS }, (_, row) =>
    Float64Array.from({ length: WINDOW }, (__, i) => {
      const angle = (2 * Math.PI * Math.floor(row / 2) * i) / 512;
      return hann(i) * (row % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    }),
  );
}

function melBank(): Float64Array[] {
  const mel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
  const edge = (i: number): number => mel(60) + ((mel(7800) - mel(60)) * i) / (BANDS + 1);
  return Array.from({ length: BANDS }, (_, band) =>
    Float64Array.from({ length: BINS }, (__, bin) => {
      const at = mel((bin * 16000) / 512);
      const up = (at - edge(band)) / (edge(band + 1) - edge(band));
      const down = (edge(band + 2) - at) / (edge(band + 2) - edge(band + 1));
      return Math.max(0, Math.min(up, down));
    }),
  );
}

function normalise(vectors: Float64Array[]): Float64Array[] {
  const mean = new Float64Array(COEFFICIENTS);
  const spread = new Float64Array(COEFFICIENTS);
  for (const vector of vectors) vector.forEach((x, k) => (mean[k]! += x / vectors.length));
  for (const vector of vectors) {
    vector.forEach((x, k) => (spread[k]! += (x - mean[k]!) ** 2 / vectors.length));
  }
  return vectors.map((vector) =>
    vector.map((x, k) => (x - mean[k]!) / Math.sqrt(spread[k]! + 1e-9)),
  );
}

function centroidsWithout(
  clips: readonly Clip[],
  features: readonly Float64Array[][],
  left: number,
): (Float64Array | undefined)[] {
  const sums = Array.from({ length: VISEME_COUNT }, () => new Float64Array(COEFFICIENTS));
  const counts = new Uint32Array(VISEME_COUNT);
  clips.forEach((clip, c) => {
    if (c === left) return;
    clip.truth.forEach((viseme, i) => {
      counts[viseme]! += 1;
      features[c]![i]!.forEach((x, k) => (sums[viseme]![k]! += x));
    });
  });
  return sums.map((sum, v) => (counts[v]! > 0 ? sum.map((x) => x / counts[v]!) : undefined));
}

function nearest(vector: Float64Array, centroids: readonly (Float64Array | undefined)[]): number {
  let best = 0;
  let least = Infinity;
  centroids.forEach((centroid, v) => {
    const distance = centroid?.reduce((sum, x, k) => sum + (x - vector[k]!) ** 2, 0) ?? Infinity;
    if (distance < least) [best, least] = [v, distance];
  });
  return best;
}
