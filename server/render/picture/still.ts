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
  for (let y = 0; y < size.height; y += 1) squeezeColumns(rows, y, { down, still, size }, rgba);
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
      const share = alpha / 255;
      rows[to]! += rgba[from]! * share;
      rows[to + 1]! += rgba[from + 1]! * share;
      rows[to + 2]! += rgba[from + 2]! * share;
      rows[to + 3]! += alpha;
    }
  }
}

/** One row of the result out of several, with straight alpha. */
function squeezeColumns(
  rows: Float32Array,
  y: number,
  { down, still, size }: { readonly down: Taps; readonly still: Still; readonly size: Size },
  rgba: Uint8Array,
): void {
  for (let x = 0; x < size.width; x += 1) {
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (let k = 0; k < down.count; k += 1) {
      const weight = down.weights[y * down.count + k]!;
      if (weight === 0) continue;
      const at = (clamp(down.first[y]! + k, still.height) * size.width + x) * 4;
      red += weight * rows[at]!;
      green += weight * rows[at + 1]!;
      blue += weight * rows[at + 2]!;
      alpha += weight * rows[at + 3]!;
    }
    const at = (y * size.width + x) * 4;
    const scale = alpha === 0 ? 0 : 255 / alpha;
    rgba[at] = Math.min(255, red * scale + 0.5);
    rgba[at + 1] = Math.min(255, green * scale + 0.5);
    rgba[at + 2] = Math.min(255, blue * scale + 0.5);
    rgba[at + 3] = alpha + 0.5;
  }
}

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}
