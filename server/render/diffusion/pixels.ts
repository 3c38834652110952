/** Pictures between bytes and what networks want. Pure, allocation-free between frames. */
import type { Floats } from '../../inference/tensors.ts';

/** A byte as 0..1. */
const SHARE = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** RGB bytes as three planes of 0..1, the same `copies` times over. */
export function writePlanes(rgb: Uint8Array, copies: number, out: Floats): void {
  const plane = rgb.length / 3;
  for (let i = 0, at = 0; i < plane; i += 1, at += 3) {
    out[i] = SHARE[rgb[at]!]!;
    out[plane + i] = SHARE[rgb[at + 1]!]!;
    out[2 * plane + i] = SHARE[rgb[at + 2]!]!;
  }
  for (let copy = 1; copy < copies; copy += 1) out.copyWithin(copy * 3 * plane, 0, 3 * plane);
}

/** Three planes of -1..1 as opaque RGBA; false where a value is no number, and `out` is then half done. */
export function writeRgba(planes: Floats, out: Uint8ClampedArray): boolean {
  const plane = planes.length / 3;
  let sum = 0;
  for (let i = 0, at = 0; i < plane; i += 1, at += 4) {
    const red = planes[i]!;
    const green = planes[plane + i]!;
    const blue = planes[2 * plane + i]!;
    // Stays a number only while all are: infinities of either sign give NaN or infinity.
    sum += red + green + blue;
    out[at] = red * 127.5 + 127.5;
    out[at + 1] = green * 127.5 + 127.5;
    out[at + 2] = blue * 127.5 + 127.5;
    out[at + 3] = 255;
  }
  return Number.isFinite(sum);
}
