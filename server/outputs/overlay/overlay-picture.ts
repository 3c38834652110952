/**
 * Colour and matte in one picture twice as high, as I420: above the avatars over black, which is
 * their premultiplied colour, below their alpha as grey. Premultiplied colour fades to black with
 * alpha, so that nothing sharp lies under the matte's edge for the encoder to smear into a halo.
 * Pure but for its memory; feeder thread.
 */
import { I420 } from '../../render/i420.ts';

const BLACK = [0, 0, 0] as const;
const GREY = 128;
/** Alpha 0..255 as limited-range luma. */
const LUMA = Uint8Array.from({ length: 256 }, (_, alpha) => 16 + Math.round((alpha * 219) / 255));

export class OverlayPicture {
  readonly #colour: I420;
  readonly #planes: Uint8Array;
  readonly #pixels: number;

  /** Sizes as I420 takes them. */
  constructor(width: number, height: number) {
    this.#colour = new I420(width, height, BLACK);
    this.#pixels = width * height;
    this.#planes = new Uint8Array((this.#pixels * 3) / 2);
  }

  /** Bytes of a picture. */
  get bytes(): number {
    return this.#pixels * 3;
  }

  /** `rgba` premultiplied; `out` takes `bytes`. */
  convert(rgba: Uint8Array, out: Uint8Array): void {
    const pixels = this.#pixels;
    const quarter = pixels / 4;
    this.#colour.convert(rgba, this.#planes);
    out.set(this.#planes.subarray(0, pixels));
    for (let i = 0, at = 3; i < pixels; i += 1, at += 4) out[pixels + i] = LUMA[rgba[at]!]!;
    for (const plane of [0, 1]) {
      const from = pixels + plane * quarter;
      const to = 2 * pixels + 2 * plane * quarter;
      out.set(this.#planes.subarray(from, from + quarter), to);
      out.fill(GREY, to + quarter, to + 2 * quarter);
    }
  }
}
