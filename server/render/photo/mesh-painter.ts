/**
 * Triangles of a texture laid over a picture, by mesh.wasm (raster/wasm/mesh.ts). Owns the module's
 * memory: target, texture, corners and triangles. One thread.
 */
import { readFileSync } from 'node:fs';
import type { Size } from '../picture/still.ts';

const MODULE = new WebAssembly.Module(
  readFileSync(new URL('../raster/mesh.wasm', import.meta.url)),
);

/** x, y on the target, x, y on the texture, opacity 0..1. */
export const CORNER_FLOATS = 5;

type Wasm = {
  readonly memory: { readonly buffer: ArrayBuffer };
  open(...sizes: readonly number[]): void;
  targetAt(): number;
  textureAt(): number;
  cornersAt(): number;
  trianglesAt(): number;
  draw(first: number, count: number): void;
};

export class MeshPainter {
  /** RGBA, premultiplied; drawn over what is there. */
  readonly target: Uint8Array;
  /** RGBA, premultiplied. */
  readonly texture: Uint8Array;
  readonly corners: Float32Array;
  readonly #wasm: Wasm;

  /** `triangles`: three numbers of corners each. */
  constructor(target: Size, texture: Size, cornerCount: number, triangles: readonly number[]) {
    const { exports } = new WebAssembly.Instance(MODULE, { env: { abort: noMemory } });
    this.#wasm = exports as Wasm;
    const { width, height } = target;
    this.#wasm.open(width, height, texture.width, texture.height, cornerCount, triangles.length);
    const { buffer } = this.#wasm.memory;
    this.target = new Uint8Array(buffer, this.#wasm.targetAt(), width * height * 4);
    this.texture = new Uint8Array(
      buffer,
      this.#wasm.textureAt(),
      texture.width * texture.height * 4,
    );
    this.corners = new Float32Array(buffer, this.#wasm.cornersAt(), cornerCount * CORNER_FLOATS);
    new Uint16Array(buffer, this.#wasm.trianglesAt(), triangles.length).set(triangles);
  }

  /** Draws all triangles in their order. */
  draw(indexCount: number): void {
    this.#wasm.draw(0, indexCount);
  }
}

function noMemory(): never {
  throw new Error('No memory left to draw a photo');
}
