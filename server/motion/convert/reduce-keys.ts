/**
 * Ramer-Douglas-Peucker over time: keeps the fewest frames found so that straight lines between
 * them are never farther than `tolerance` from any value of any frame.
 * https://doi.org/10.3138/FM57-6770-U75U-7727 (distance here is measured at equal times)
 */
import type { Series } from './clip-series.ts';

export type ReducedKey = { readonly t: number; readonly values: Float64Array };

export function reduceKeys(series: Series, rateHz: number, tolerance: number): ReducedKey[] {
  const last = series.length - 1;
  const keep = new Set([0, last]);
  // A stack instead of recursion: a clip of a minute may split unevenly.
  const spans: [number, number][] = [[0, last]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    const worst = farthest(series, from, to);
    if (worst.distance <= tolerance) continue;
    keep.add(worst.frame);
    spans.push([from, worst.frame], [worst.frame, to]);
  }
  const frames = [...keep].sort((a, b) => a - b);
  // What never moves needs one key.
  const still = frames.length === 2 && distance(series[0]!, series[last]!) <= tolerance / 2;
  return (still ? [0] : frames).map((frame) => ({ t: frame / rateHz, values: series[frame]! }));
}

function farthest(series: Series, from: number, to: number): { frame: number; distance: number } {
  const a = series[from]!;
  const b = series[to]!;
  const worst = { frame: from, distance: 0 };
  for (let frame = from + 1; frame < to; frame += 1) {
    const share = (frame - from) / (to - from);
    const values = series[frame]!;
    for (let k = 0; k < values.length; k += 1) {
      const away = Math.abs(values[k]! - a[k]! - (b[k]! - a[k]!) * share);
      if (away > worst.distance) {
        worst.distance = away;
        worst.frame = frame;
      }
    }
  }
  return worst;
}

function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
}
