/**
 * Premultiplied RGBA over a background colour, as I420 for the encoder. One thread.
 *
 * Colour: BT.709 matrix, limited range (Y 16..235, Cb and Cr 16..240); tell the encoder
 * bt709/tv. Chroma is the mean of 2 x 2 pixels. Composing is linear, so the background enters as
 * the weight of alpha: 15-bit fixed point, within half a step of the exact value.
 * https://www.itu.int/rec/R-REC-BT.709
 */
import { readFileSync } from 'node:fs';
import { AppError } from '../core/errors.ts';

/** A colour, 0..255 each. */
export type Rgb = readonly [number, number, number];

const MODULE = new WebAssembly.Module(readFileSync(new URL('raster/i420.wasm', import.meta.url)));
const ONE = 32_768;
const Y_SCALE = (219 / 255) * ONE;
const C_SCALE = (224 / 255) * ONE;
const KR = 0.2126;
const KG = 0.7152;
const KB = 0.0722;
type Weights = readonly [number, number, number];
const Y: Weights = [KR * Y_SCALE, KG * Y_SCALE, KB * Y_SCALE];
const U_SCALE = C_SCALE / (2 * (1 - KB));
const U: Weights = [-KR * U_SCALE, -KG * U_SCALE, (KR + KG) * U_SCALE];
const V_SCALE = C_SCALE / (2 * (1 - KR));
const V: Weights = [(KG + KB) * V_SCALE, -KG * V_SCALE, -KB * V_SCALE];
const LEAST_WIDTH = 4;

/** The weights of r, g, b for Y, Cb and Cr in 1/32768, for others who convert. */
export const BT709: readonly number[] = [...Y, ...U, ...V].map(Math.round);

/** What i420.wasm exports; see raster/wasm/i420.ts. */
type Converter = {
  readonly memory: { readonly buffer: ArrayBuffer };
  open(width: number, height: number): number;
  convert(...weightsAndBiases: readonly number[]): void;
};

export class I420 {
  readonly #wasm: Converter;
  readonly #rgba: number;
  readonly #pixels: number;
  readonly #weights: readonly number[];

  /** Even sides, at least 4 pixels wide; throws a RangeError for others. */
  constructor(width: number, height: number, background: Rgb) {
    if (width % 2 !== 0 || height % 2 !== 0 || width < LEAST_WIDTH || height < 2) {
      throw new RangeError(`I420 needs even sides from 4 x 2 up, got ${width} x ${height}`);
    }
    const { exports } = new WebAssembly.Instance(MODULE, { env: { abort: noMemory } });
    this.#wasm = exports as Converter;
    this.#rgba = this.#wasm.open(width, height);
    this.#pixels = width * height;
    // 16 on one pixel, 128 on the sum of four, each with half a step for rounding.
    this.#weights = [
      ...withBackground(Y, background, 1, 16),
      ...withBackground(U, background, 4, 128),
      ...withBackground(V, background, 4, 128),
    ];
  }

  /** `rgba` 4 bytes a pixel; `out` at least 3 / 2 bytes a pixel: Y, U, V planes. */
  convert(rgba: Uint8Array, out: Uint8Array): void {
    const bytes = (this.#pixels * 3) / 2;
    if (rgba.length < this.#pixels * 4 || out.length < bytes) {
      throw new RangeError(`I420 of ${this.#pixels} pixels: a picture or buffer is too small`);
    }
    const { buffer } = this.#wasm.memory;
    new Uint8Array(buffer, this.#rgba, this.#pixels * 4).set(rgba.subarray(0, this.#pixels * 4));
    this.#wasm.convert(...this.#weights);
    out.set(new Uint8Array(buffer, this.#rgba + this.#pixels * 4, bytes));
  }
}

/** Weights of r, g, b and a, and the constant, for a sum of `count` pixels. */
function withBackground(weights: Weights, [r, g, b]: Rgb, count: number, zero: number): number[] {
  const [wr, wg, wb] = weights.map(Math.round) as [number, number, number];
  const perAlpha = Math.round((weights[0] * r + weights[1] * g + weights[2] * b) / 255);
  const bias = (zero * ONE + ONE / 2 + perAlpha * 255) * count;
  return [wr, wg, wb, -perAlpha, bias];
}

function noMemory(): never {
  throw new Error('No memory left to convert pictures');
}

/** `#rrggbb` as numbers; AppError `bad_request` for anything else. */
export function parseColour(text: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex === null) throw new AppError('bad_request', `expected a colour #rrggbb, found "${text}"`);
  return [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)];
}
