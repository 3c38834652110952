/**
 * Person and background of a photo, apart: a coarse mask is drawn to the photo's own edges, and what
 * lies behind the person is filled from around it. Floats in 0..1, one plane each. Pure.
 */
import type { Size } from '../picture/still.ts';

/** How strong an edge of the photo must be to hold the mask. */
const EPSILON = 4e-4;

/**
 * The guided filter (He, Sun & Tang 2010, https://doi.org/10.1007/978-3-642-15549-9_1): the mask
 * becomes linear in the guide's brightness within `radius` pixels, so that it follows its edges.
 */
export function guidedFilter(
  guide: Float32Array,
  mask: Float32Array,
  { width, height }: Size,
  radius: number,
): Float32Array {
  const mean = (plane: Float32Array): Float32Array => boxMean(plane, { width, height }, radius);
  const [meanGuide, meanMask] = [mean(guide), mean(mask)];
  const meanBoth = mean(guide.map((value, i) => value * mask[i]!));
  const meanSquare = mean(guide.map((value) => value * value));
  const slope = meanBoth.map((both, i) => {
    const variance = meanSquare[i]! - meanGuide[i]! ** 2;
    return (both - meanGuide[i]! * meanMask[i]!) / (variance + EPSILON);
  });
  const [meanSlope, meanRest] = [
    mean(slope),
    mean(slope.map((value, i) => meanMask[i]! - value * meanGuide[i]!)),
  ];
  return guide.map((value, i) => Math.max(0, Math.min(1, meanSlope[i]! * value + meanRest[i]!)));
}

/** Mean over a square of 2 * radius + 1 pixels, smaller at the edges. */
export function boxMean(
  plane: Float32Array,
  { width, height }: Size,
  radius: number,
): Float32Array {
  const rows = new Float32Array(plane.length);
  for (let y = 0; y < height; y += 1)
    slide(plane, rows, { from: y * width, step: 1, count: width, radius });
  const out = new Float32Array(plane.length);
  for (let x = 0; x < width; x += 1)
    slide(rows, out, { from: x, step: width, count: height, radius });
  return out;
}

type Line = {
  readonly from: number;
  readonly step: number;
  readonly count: number;
  readonly radius: number;
};

function slide(input: Float32Array, out: Float32Array, { from, step, count, radius }: Line): void {
  let sum = 0;
  for (let i = 0; i < Math.min(radius, count); i += 1) sum += input[from + i * step]!;
  for (let i = 0; i < count; i += 1) {
    if (i + radius < count) sum += input[from + (i + radius) * step]!;
    if (i - radius - 1 >= 0) sum -= input[from + (i - radius - 1) * step]!;
    const inside = Math.min(count - 1, i + radius) - Math.max(0, i - radius) + 1;
    out[from + i * step] = sum / inside;
  }
}

/**
 * Fills where `known` is 0 from where it is more, near first: means of ever larger squares, from
 * coarse to fine (pull-push, Gortler et al. 1996). `planes` are filled in place.
 */
export function fillUnknown(
  planes: readonly Float32Array[],
  known: Float32Array,
  size: Size,
): void {
  if (size.width <= 1 && size.height <= 1) return;
  const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
  const weights = new Float32Array(half.width * half.height);
  const smaller = planes.map(() => new Float32Array(half.width * half.height));
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const from = y * size.width + x;
      const to = (y >> 1) * half.width + (x >> 1);
      const weight = known[from]!;
      weights[to]! += weight;
      planes.forEach((plane, p) => (smaller[p]![to]! += plane[from]! * weight));
    }
  }
  for (const plane of smaller) {
    for (let i = 0; i < plane.length; i += 1) if (weights[i]! > 0) plane[i]! /= weights[i]!;
  }
  for (let i = 0; i < weights.length; i += 1) weights[i] = Math.min(1, weights[i]!);
  fillUnknown(smaller, weights, half);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const at = y * size.width + x;
      const weight = known[at]!;
      if (weight >= 1) continue;
      planes.forEach((plane, p) => {
        const coarse = between(smaller[p]!, half, x / 2 - 0.25, y / 2 - 0.25);
        plane[at] = plane[at]! * weight + coarse * (1 - weight);
      });
    }
  }
}

function between(plane: Float32Array, { width, height }: Size, x: number, y: number): number {
  const left = Math.max(0, Math.min(width - 1, Math.floor(x)));
  const top = Math.max(0, Math.min(height - 1, Math.floor(y)));
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  const [fx, fy] = [Math.max(0, x - left), Math.max(0, y - top)];
  const upper = plane[top * width + left]! * (1 - fx) + plane[top * width + right]! * fx;
  const lower = plane[bottom * width + left]! * (1 - fx) + plane[bottom * width + right]! * fx;
  return upper * (1 - fy) + lower * fy;
}
