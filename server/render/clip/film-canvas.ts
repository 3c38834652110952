/**
 * What is seen of a film: the canvas its frames are shown on (raster/film.wasm). One per body, on its
 * thread; the memory goes with the object.
 */
import { readFileSync } from 'node:fs';

const MODULE = new WebAssembly.Module(
  readFileSync(new URL('../raster/film.wasm', import.meta.url)),
);

/** What film.wasm exports; see raster/wasm/film.ts. */
type Film = {
  readonly memory: { readonly buffer: ArrayBuffer };
  open(width: number, height: number): void;
  frameAt(): number;
  resultAt(): number;
  show(mix: number): void;
};

export class FilmCanvas {
  readonly width: number;
  readonly height: number;
  /** Opaque RGBA once a frame was shown; the same memory after every `show`, to be painted over. */
  readonly rgba: Uint8Array;
  readonly #wasm: Film;
  readonly #frame: Uint8Array;

  /** Even sides. */
  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    const { exports } = new WebAssembly.Instance(MODULE, { env: { abort: noMemory } });
    this.#wasm = exports as Film;
    this.#wasm.open(width, height);
    const { buffer } = this.#wasm.memory;
    this.width = width;
    this.height = height;
    this.#frame = new Uint8Array(buffer, this.#wasm.frameAt(), (width * height * 3) / 2);
    this.rgba = new Uint8Array(buffer, this.#wasm.resultAt(), width * height * 4);
  }

  /** Shows `share` (0..1) of an I420 frame (BT.601, full range) over what is there. */
  show(frame: Uint8Array, share: number): void {
    this.#frame.set(frame);
    this.#wasm.show(Math.round(256 * share));
  }
}

function noMemory(): never {
  throw new Error('film.wasm could not get memory for the picture');
}
