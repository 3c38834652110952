/** A still picture in memory, and parts of it at other sizes. Pure. */

/** RGBA with straight alpha, 4 * width * height bytes. */
export type Still = {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
};

export type Rectangle = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export type Size = { readonly width: number; readonly height: number };

/** Samples beyond the edge repeat it. */
type Taps = { readonly first: Int32Array; readonly count: number; readonly weights: Float32Array };

/**
 * A part of a picture at another size: linear between pixels where it grows, the mean of what a
 * pixel covers where it shrinks. Beyond the picture its edge goes on. Alpha weighs the colours.
 */
export function resample(still: Still, part: Rectangle, size: Size): Still {
  const across = taps(part.x, part.width, size.width);
  const down = taps(part.y, part.height, size.height);
  const rows = new Float32Array(still.height * size.width * 4);
  const needed = rowsOf(down, still.height);
  for (let y = needed.first; y <= needed.last; y += 1)
    squeezeRow(still, y, across, rows, size.width);
  const rgba = new Uint8Array(size.width * size.height * 4);
  const sum = new Float32Array(4);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      sum.fill(0);
      for (let k = 0; k < down.count; k += 1) {
        const row = clamp(down.first[y]! + k, still.height);
        const weight = down.weights[y * down.count + k]!;
        const at = (row * size.width + x) * 4;
        for (let c = 0; c < 4; c += 1) sum[c]! += weight * rows[at + c]!;
      }
      put(sum, rgba, (y * size.width + x) * 4);
    }
  }
  return { ...size, rgba };
}

/** Premultiplied to straight alpha, as files have it. */
export function straightAlpha(rgba: Uint8Array): Uint8Array {
  const out = new Uint8Array(rgba.length);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    for (let c = 0; c < 3; c += 1) {
      out[i + c] = alpha === 0 ? 0 : Math.min(255, Math.round((rgba[i + c]! * 255) / alpha));
    }
    out[i + 3] = alpha;
  }
  return out;
}

function taps(from: number, length: number, count: number): Taps {
  const scale = length / count;
  const reach = Math.max(1, scale);
  const width = Math.ceil(2 * reach) + 1;
  const first = new Int32Array(count);
  const weights = new Float32Array(count * width);
  for (let i = 0; i < count; i += 1) {
    const centre = from + (i + 0.5) * scale - 0.5;
    first[i] = Math.ceil(centre - reach);
    let total = 0;
    for (let k = 0; k < width; k += 1) {
      const weight = Math.max(0, 1 - Math.abs(first[i]! + k - centre) / reach);
      weights[i * width + k] = weight;
      total += weight;
    }
    for (let k = 0; k < width; k += 1) weights[i * width + k]! /= total;
  }
  return { first, count: width, weights };
}

function rowsOf({ first, count }: Taps, height: number): { first: number; last: number } {
  return { first: clamp(first[0]!, height), last: clamp(first.at(-1)! + count - 1, height) };
}

/** One row at its new width, premultiplied. */
function squeezeRow(
  still: Still,
  y: number,
  across: Taps,
  rows: Float32Array,
  width: number,
): void {
  const { rgba } = still;
  for (let x = 0; x < width; x += 1) {
    const to = (y * width + x) * 4;
    for (let k = 0; k < across.count; k += 1) {
      const weight = across.weights[x * across.count + k]!;
      if (weight === 0) continue;
      const from = (y * still.width + clamp(across.first[x]! + k, still.width)) * 4;
      const alpha = rgba[from + 3]! * weight;
      for (let c = 0; c < 3; c += 1) rows[to + c]! += (rgba[from + c]! * alpha) / 255;
      rows[to + 3]! += alpha;
    }
  }
}

function put(sum: Float32Array, rgba: Uint8Array, at: number): void {
  const alpha = sum[3]!;
  for (let c = 0; c < 3; c += 1) {
    rgba[at + c] = alpha === 0 ? 0 : Math.min(255, Math.round((sum[c]! * 255) / alpha));
  }
  rgba[at + 3] = Math.round(alpha);
}

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}
