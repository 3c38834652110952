/**
 * From a scene's parts (pixels, texts, a LUT) to what the engine thread shows. Everything that doesn't
 * move is composed and graded here, once. Baking thread.
 */
import type { SceneStanding } from '../protocol/scene.ts';
import { parseColour, type Rgb } from '../render/i420.ts';
import { filled } from '../render/scene/composer.ts';
import { readCube, type CubeLut } from '../render/scene/cube-file.ts';
import { Kernel, type Grade, type Place } from '../render/scene/kernel.ts';
import type { ReadyLayer, ReadyLook } from '../render/scene/look.ts';
import { lutTables, type LutMethod } from '../render/scene/lut-tables.ts';
import { drawText, type TextOverlay } from './text-bitmap.ts';

/** A rectangle of the picture, in pixels, even, within it. */
export type Rect = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export type BakeLayer = { readonly layer: 'front' | 'behind'; readonly rect: Rect } & (
  | { readonly kind: 'pixels'; readonly rgba: Uint8Array }
  | { readonly kind: 'text'; readonly overlay: TextOverlay }
);

export type BakeOrder = {
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  /** A key colour, which no LUT may touch. */
  readonly isKey: boolean;
  /** Premultiplied RGBA of the whole picture. */
  readonly background: Uint8Array | undefined;
  /** Whether a video moves behind all of it. */
  readonly moving: boolean;
  /** In the order in which they lie on each other. */
  readonly layers: readonly BakeLayer[];
  readonly lut:
    | {
        /** A file's text. */
        readonly text: string;
        readonly method: LutMethod;
        readonly strength: number;
        readonly on: 'avatar' | 'picture';
      }
    | undefined;
  readonly standing: readonly SceneStanding[];
};

/** The video's ring comes into the look afterwards. */
export type Baked = { readonly look: ReadyLook; readonly missingGlyphs: string };

/** Throws `bad_request` for a LUT that is none. */
export function bake(order: BakeOrder): Baked {
  return new Oven(order).bake();
}

class Oven {
  readonly #order: BakeOrder;
  readonly #kernel = new Kernel();
  readonly #lut: CubeLut | undefined;
  /** Of what is baked; undefined where only avatars are graded. */
  readonly #grade: Grade | undefined;
  #missing = '';

  constructor(order: BakeOrder) {
    this.#order = order;
    this.#lut = order.lut && readCube(order.lut.text);
    if (this.#lut && order.lut?.on === 'picture') {
      this.#grade = this.#kernel.keepLut(lutTables(this.#lut, order.lut));
    }
  }

  bake(): Baked {
    const { background, moving, lut, standing, isKey } = this.#order;
    const plain = parseColour(this.#order.colour);
    const colour = isKey ? plain : this.#graded(plain);
    const layers = this.#order.layers.map((each) => ({ each, ready: this.#ready(each) }));
    const of = (where: 'front' | 'behind'): ReadyLayer[] =>
      layers.flatMap(({ each, ready }) => (each.layer === where ? [ready] : []));
    const behind = of('behind');
    const isPlain = !background && (behind.length === 0 || moving);
    const look: ReadyLook = {
      colour,
      plate: isPlain ? undefined : this.#plate(colour, background, behind),
      video: undefined,
      behind: moving ? behind : [],
      front: of('front'),
      lut: lut && lutTables(this.#lut!, lut),
      standing,
    };
    return { look, missingGlyphs: this.#missing };
  }

  #ready(layer: BakeLayer): ReadyLayer {
    const { rect } = layer;
    return { ...rect, rgba: shared(this.#gradedPixels(this.#pixelsOf(layer))) };
  }

  #pixelsOf(layer: BakeLayer): Uint8Array {
    if (layer.kind === 'pixels') return layer.rgba;
    const { rgba, missing } = drawText(layer.overlay, layer.rect, this.#order.height);
    this.#missing += missing;
    return rgba;
  }

  #plate(
    colour: Rgb,
    background: Uint8Array | undefined,
    behind: readonly ReadyLayer[],
  ): Uint8Array {
    const { width, height } = this.#order;
    const size = { width, height };
    const plate = this.#kernel.keep(filled(size, colour));
    if (background) {
      const whole = this.#kernel.keep(this.#gradedPixels(background));
      this.#kernel.lay(whole, { ...size, x: 0, y: 0 }, plate, size);
    }
    for (const layer of behind) this.#kernel.lay(this.#kernel.keep(layer.rgba), layer, plate, size);
    return shared(this.#kernel.view(plate));
  }

  #gradedPixels(rgba: Uint8Array): Uint8Array {
    if (!this.#grade) return rgba;
    const place: Place = this.#kernel.keep(rgba);
    this.#kernel.grade(place, this.#grade);
    // A copy: the kernel's memory moves when it grows.
    return this.#kernel.view(place).slice();
  }

  #graded(colour: Rgb): Rgb {
    const [r, g, b] = this.#gradedPixels(Uint8Array.of(...colour, 255, ...colour, 255));
    return [r!, g!, b!];
  }
}

/** A copy that can be posted for nothing. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
