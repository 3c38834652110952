/** A turned square out of a picture as a network's input, and points in it back on the picture. Pure. */
import type { Still } from '../render/picture/still.ts';

/** In pixels of the picture; `angle` clockwise in radians. */
export type Square = {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly angle: number;
};

/** RGB of `side` x `side` samples in rows, `low` .. `high`; black beyond the picture. */
export function cropSquare(
  still: Still,
  square: Square,
  range: { readonly low: number; readonly high: number },
  out: { readonly data: Float32Array; readonly side: number },
): void {
  const { data, side } = out;
  const gain = (range.high - range.low) / 255;
  for (let v = 0; v < side; v += 1) {
    for (let u = 0; u < side; u += 1) {
      const at = toPicture(square, (u + 0.5) / side, (v + 0.5) / side);
      for (let c = 0; c < 3; c += 1) {
        data[(v * side + u) * 3 + c] = range.low + gain * sample(still, at.x - 0.5, at.y - 0.5, c);
      }
    }
  }
}

/** Where (u, v), 0..1 in the square, lies in the picture. */
export function toPicture(square: Square, u: number, v: number): { x: number; y: number } {
  const [a, b] = [(u - 0.5) * square.side, (v - 0.5) * square.side];
  const [cos, sin] = [Math.cos(square.angle), Math.sin(square.angle)];
  return { x: square.x + a * cos - b * sin, y: square.y + a * sin + b * cos };
}

/** The inverse of `toPicture`. */
export function toSquare(square: Square, x: number, y: number): { u: number; v: number } {
  const [a, b] = [x - square.x, y - square.y];
  const [cos, sin] = [Math.cos(square.angle), Math.sin(square.angle)];
  return { u: (a * cos + b * sin) / square.side + 0.5, v: (b * cos - a * sin) / square.side + 0.5 };
}

/** The square around a whole picture. */
export function wholeSquare({ width, height }: Still): Square {
  return { x: width / 2, y: height / 2, side: Math.max(width, height), angle: 0 };
}

function sample({ width, height, rgba }: Still, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height
      ? 0
      : rgba[(row * width + column) * 4 + channel]!;
  const upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
  const lower = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}
