/**
 * A look for formats with transparency: the avatars, graded, and where it is asked for what lies in
 * front of them; no background. Drawing thread of a render.
 */
import { Kernel, type Grade, type Place, type Size } from './kernel.ts';
import type { ReadyLayer, ReadyLook } from './look.ts';

export type CutoutParts = 'avatars' | 'overlays';

export class Cutout {
  readonly #kernel = new Kernel();
  readonly #picture: Place;
  readonly #grade: Grade | undefined;
  readonly #width: number;
  readonly #layers: readonly ReadyLayer[];

  constructor({ width, height }: Size, { lut, front }: ReadyLook, parts: CutoutParts) {
    this.#width = width;
    this.#picture = this.#kernel.reserve(width * height * 4);
    this.#grade = lut && this.#kernel.keepLut(lut);
    this.#layers = parts === 'overlays' ? front : [];
  }

  /** Both premultiplied RGBA. */
  cut(rgba: Uint8Array, out: Uint8Array): void {
    const { at, bytes } = this.#picture;
    if (this.#grade) {
      this.#kernel.view(this.#picture).set(rgba.subarray(0, bytes));
      this.#kernel.grade({ at, bytes }, this.#grade);
      out.set(this.#kernel.view(this.#picture));
    } else out.set(rgba.subarray(0, bytes));
    for (const layer of this.#layers) layOver(out, this.#width, layer);
  }
}

/** Source over (Porter & Duff 1984), premultiplied. */
function layOver(out: Uint8Array, stride: number, { x, y, width, height, rgba }: ReadyLayer): void {
  for (let row = 0; row < height; row += 1) {
    let to = ((y + row) * stride + x) * 4;
    let from = row * width * 4;
    for (let column = 0; column < width; column += 1, to += 4, from += 4) {
      const alpha = rgba[from + 3]!;
      if (alpha === 0) continue;
      for (let c = 0; c < 4; c += 1) {
        out[to + c] = rgba[from + c]! + Math.round((out[to + c]! * (255 - alpha)) / 255);
      }
    }
  }
}
