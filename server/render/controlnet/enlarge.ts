/**
 * A square picture of a network, enlarged to where it stands in the body's canvas (Catmull-Rom in
 * raster/enlarge.wasm). One per body, on its thread; the memory goes with the object.
 */
import { readFileSync } from 'node:fs';

const MODULE = new WebAssembly.Module(
  readFileSync(new URL('../raster/enlarge.wasm', import.meta.url)),
);
/** Columns of the source that fade out where the canvas goes on beside it, so that nothing is cut. */
const FADE = 10;

/** What enlarge.wasm exports; see raster/wasm/enlarge.ts. */
type Enlarge = {
  readonly memory: { readonly buffer: ArrayBuffer };
  open(
    side: number,
    width: number,
    height: number,
    left: number,
    top: number,
    placeSide: number,
  ): number;
  result(): number;
  enlarge(): void;
};

/** Where the square stands in the canvas, pixels; it may hang over. */
export type Square = { readonly left: number; readonly top: number; readonly side: number };
type Size = { readonly width: number; readonly height: number };

export class Enlarger {
  /** Premultiplied RGBA of the canvas; the same memory after every `draw`. */
  readonly pixels: Uint8Array;
  readonly #wasm: Enlarge;
  readonly #source: Uint8Array;
  readonly #side: number;
  readonly #fades: boolean;

  constructor(side: number, canvas: Size, square: Square) {
    const { exports } = new WebAssembly.Instance(MODULE, { env: { abort: noMemory } });
    this.#wasm = exports as Enlarge;
    const { left, top } = square;
    const at = this.#wasm.open(side, canvas.width, canvas.height, left, top, square.side);
    const { buffer } = this.#wasm.memory;
    this.#source = new Uint8Array(buffer, at, side * side * 4);
    this.pixels = new Uint8Array(buffer, this.#wasm.result(), canvas.width * canvas.height * 4);
    this.#side = side;
    this.#fades = left > 0;
  }

  /** `picture`: premultiplied RGBA, side x side. */
  draw(picture: Uint8Array): void {
    this.#source.set(picture);
    if (this.#fades) fadeSides(this.#source, this.#side);
    this.#wasm.enlarge();
  }
}

function fadeSides(rgba: Uint8Array, side: number): void {
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < FADE; x += 1) {
      const share = (x + 0.5) / FADE;
      fade(rgba, (y * side + x) * 4, share);
      fade(rgba, (y * side + side - 1 - x) * 4, share);
    }
  }
}

function fade(rgba: Uint8Array, at: number, share: number): void {
  for (let c = at; c < at + 4; c += 1) rgba[c] = rgba[c]! * share;
}

function noMemory(): never {
  throw new Error('enlarge.wasm could not get memory for the picture');
}
