/**
 * One instance of scene.wasm: pictures laid over pictures, colours through tables, in memory of its
 * own. Engine or drawing thread; owned by what composes with it.
 */
import { readFileSync } from 'node:fs';
import { BT709 } from '../i420.ts';
import type { LutTables } from './lut-tables.ts';

const MODULE = new WebAssembly.Module(
  readFileSync(new URL('../raster/scene.wasm', import.meta.url)),
);
const FULL_SHARE = 32_767;

/** What scene.wasm exports; see raster/wasm/scene.ts. */
type Exports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  reserve(bytes: number): number;
  grade(
    rgba: number,
    pixels: number,
    axes: number,
    nodes: number,
    ...rest: readonly number[]
  ): void;
  weigh(...weights: readonly number[]): void;
  lay(rgba: number, w: number, h: number, planes: number, ...place: readonly number[]): void;
  mix(from: number, to: number, bytes: number, share: number): void;
};

/** A picture in the kernel's memory. */
export type Place = { readonly at: number; readonly bytes: number };

/** Look-up tables in the kernel's memory. */
export type Grade = {
  readonly axes: number;
  readonly nodes: number;
  readonly size: number;
  readonly tetrahedral: number;
  /** How much of the colour stays, in 1/32767. */
  readonly kept: number;
};

export class Kernel {
  readonly #wasm: Exports;

  constructor() {
    const { exports } = new WebAssembly.Instance(MODULE, { env: { abort: noMemory } });
    this.#wasm = exports as Exports;
    this.#wasm.weigh(...BT709);
  }

  reserve(bytes: number): Place {
    return { at: this.#wasm.reserve(bytes), bytes };
  }

  /** Valid until the next `reserve`, which may move the memory. */
  view({ at, bytes }: Place): Uint8Array {
    return new Uint8Array(this.#wasm.memory.buffer, at, bytes);
  }

  /** A copy of these bytes. */
  keep(bytes: Uint8Array): Place {
    const place = this.reserve(bytes.length);
    this.view(place).set(bytes);
    return place;
  }

  keepLut({ method, strength, size, axes, nodes }: LutTables): Grade {
    return {
      axes: this.keep(bytesOf(axes)).at,
      nodes: this.keep(bytesOf(nodes)).at,
      size,
      tetrahedral: method === 'tetrahedral' ? 1 : 0,
      kept: Math.round((1 - strength) * FULL_SHARE),
    };
  }

  /** Premultiplied RGBA, in place. */
  grade({ at, bytes }: Place, { axes, nodes, size, tetrahedral, kept }: Grade): void {
    this.#wasm.grade(at, bytes >> 2, axes, nodes, size, tetrahedral, kept);
  }

  /** Premultiplied RGBA over I420; all numbers even, the rectangle within the picture. */
  lay(rgba: Place, rect: LaidRect, picture: Place, size: Size): void {
    const { width: w, height: h, x, y } = rect;
    this.#wasm.lay(rgba.at, w, h, picture.at, size.width, size.height, x, y);
  }

  /** `from` towards `to` by `share` (0..1), into `to`. */
  mix(from: Place, to: Place, share: number): void {
    this.#wasm.mix(from.at, to.at, to.bytes, Math.round(share * FULL_SHARE));
  }
}

export type Size = { readonly width: number; readonly height: number };
export type LaidRect = Size & { readonly x: number; readonly y: number };

function bytesOf(values: Uint32Array | Int16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function noMemory(): never {
  throw new Error('No memory left to compose pictures');
}
