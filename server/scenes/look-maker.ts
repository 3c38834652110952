/**
 * Makes a scene and one of its slides ready for a size of picture: pictures come from ffmpeg at the
 * size they are shown and are kept for the next time, the rest is baked elsewhere. What is missing or
 * broken is left out and told: a scene is never refused for it. Main thread; owned by the app, or by a
 * render.
 */
import { readFile } from 'node:fs/promises';
import { AppError, toAppError } from '../core/errors.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { imageCommand, type PictureFit } from '../outputs/scene-commands.ts';
import type { AssetId, Scene, SceneAsset, SceneOverlay, SlideRegion } from '../protocol/scene.ts';
import type { ReadyLook } from '../render/scene/look.ts';
import type { BakeLayer, BakeOrder, Rect } from './bake.ts';
import type { Baker } from './baker.ts';
import { rectOf, regionsIn, slideRect, within } from './layout.ts';

/** What it needs of the shelf. */
export interface KeptAssets {
  /** Throws `not_found`. */
  get(id: AssetId): SceneAsset;
  path(id: AssetId): string;
}

export type LookRequest = {
  readonly scene: Scene;
  /** From 1; 0 without slides. */
  readonly slide: number;
  readonly width: number;
  readonly height: number;
  /** Whether a video moves behind it; its ring is put into the look by who has it. */
  readonly moving: boolean;
};

export type MadeLook = {
  readonly look: ReadyLook;
  /** Of the slide, in shares of the picture. */
  readonly regions: readonly SlideRegion[];
  /** What can't be shown, a sentence each. */
  readonly problems: readonly string[];
};

/** Pictures kept at the size they are shown; a slide at 720p has 3.7 MB. */
const MOST_CACHED_BYTES = 96 * 2 ** 20;
const WORK_MS = 15_000;

export class LookMaker {
  readonly #assets: KeptAssets;
  readonly #baker: Baker;
  readonly #ffmpeg: string;
  /** Least recently used first. */
  readonly #cache = new Map<string, Promise<Uint8Array>>();
  #cachedBytes = 0;

  constructor(house: {
    readonly assets: KeptAssets;
    readonly baker: Baker;
    readonly ffmpeg: string;
  }) {
    this.#assets = house.assets;
    this.#baker = house.baker;
    this.#ffmpeg = house.ffmpeg;
  }

  async make(request: LookRequest): Promise<MadeLook> {
    const { scene, width, height } = request;
    const problems: string[] = [];
    const whole: Rect = { x: 0, y: 0, width, height };
    const { background } = scene;
    const picture =
      background.kind === 'image'
        ? this.#tell(
            problems,
            this.#pixels(background.asset, { ...whole, ...background, opacity: 1 }),
          )
        : undefined;
    const slide = this.#slide(request, problems);
    const overlays = scene.overlays.map((each) => this.#overlay(each, whole, problems));
    const lut = this.#lut(scene, problems);
    const order: BakeOrder = {
      width,
      height,
      colour: scene.colour,
      isKey: background.kind === 'chroma',
      background: await picture,
      moving: request.moving,
      layers: (await Promise.all([slide?.layer, ...overlays])).filter((each) => each !== undefined),
      lut: await lut,
      standing: scene.avatars,
    };
    const { look, missingGlyphs } = await this.#bake(order, problems);
    if (missingGlyphs !== '') {
      problems.push(`No font on this machine has ${missingGlyphs}; see docs/scenes.md`);
    }
    return { look, regions: slide?.regions ?? [], problems };
  }

  /** Gets a slide's picture ready before it is asked for. */
  warm(request: LookRequest): void {
    this.#slide(request, []);
  }

  /** A LUT that can't be read is left out. */
  async #bake(order: BakeOrder, problems: string[]) {
    try {
      return await this.#baker.bake(order);
    } catch (error) {
      if (!order.lut || toAppError(error).code !== 'bad_request') throw error;
      problems.push(toAppError(error).message);
      return this.#baker.bake({ ...order, lut: undefined });
    }
  }

  #slide(
    { scene, slide: number, width, height }: LookRequest,
    problems: string[],
  ):
    | {
        readonly layer: Promise<BakeLayer | undefined>;
        readonly regions: readonly SlideRegion[];
      }
    | undefined {
    const slide = scene.slides[number - 1];
    if (!slide) return undefined;
    const asset = this.#find(slide.asset, problems);
    const rect = asset && slideRect(scene.slideBox, asset, { width, height });
    if (!rect) return undefined;
    const pixels = this.#pixels(slide.asset, { ...rect, fit: 'stretch', blur: 0, opacity: 1 });
    const layer = this.#layer(problems, 'behind', rect, pixels);
    return { layer, regions: regionsIn(slide.regions, rect, { width, height }) };
  }

  async #overlay(
    overlay: SceneOverlay,
    whole: Rect,
    problems: string[],
  ): Promise<BakeLayer | undefined> {
    const box = rectOf(overlay.box, whole);
    if (!box) return undefined;
    const { layer } = overlay;
    if (overlay.kind === 'text') return { kind: 'text', layer, rect: box, overlay };
    const asset = this.#find(overlay.asset, problems);
    if (!asset) return undefined;
    const rect = within(box, asset);
    const { opacity } = overlay;
    const pixels = this.#pixels(overlay.asset, { ...rect, fit: 'stretch', blur: 0, opacity });
    return this.#layer(problems, layer, rect, pixels);
  }

  async #layer(
    problems: string[],
    layer: 'front' | 'behind',
    rect: Rect,
    pixels: Promise<Uint8Array>,
  ): Promise<BakeLayer | undefined> {
    const rgba = await this.#tell(problems, pixels);
    return rgba && { kind: 'pixels', layer, rect, rgba };
  }

  async #lut({ lut }: Scene, problems: string[]): Promise<BakeOrder['lut']> {
    if (!lut || lut.strength === 0 || !this.#find(lut.asset, problems)) return undefined;
    const text = await this.#tell(problems, readFile(this.#assets.path(lut.asset), 'utf8'));
    return text === undefined ? undefined : { ...lut, text };
  }

  #find(id: AssetId, problems: string[]): SceneAsset | undefined {
    try {
      return this.#assets.get(id);
    } catch (error) {
      problems.push(toAppError(error).message);
      return undefined;
    }
  }

  async #tell<T>(problems: string[], work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      problems.push(toAppError(error).message);
      return undefined;
    }
  }

  async #pixels(id: AssetId, place: PictureFit): Promise<Uint8Array> {
    const key = JSON.stringify([
      id,
      place.width,
      place.height,
      place.fit,
      place.blur,
      place.opacity,
    ]);
    const known = this.#cache.get(key);
    this.#cache.delete(key);
    const pixels = known ?? this.#render(this.#assets.path(id), place, this.#assets.get(id).name);
    this.#cache.set(key, pixels);
    if (known) return known;
    this.#cachedBytes += place.width * place.height * 4;
    this.#shrink();
    pixels.catch(() => this.#forget(key));
    return pixels;
  }

  #shrink(): void {
    for (const key of this.#cache.keys()) {
      if (this.#cachedBytes <= MOST_CACHED_BYTES) return;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    if (!this.#cache.delete(key)) return;
    const [, width, height] = JSON.parse(key) as [string, number, number];
    this.#cachedBytes -= width * height * 4;
  }

  async #render(path: string, place: PictureFit, name: string): Promise<Uint8Array> {
    const rgba = new Uint8Array(new SharedArrayBuffer(place.width * place.height * 4));
    await using ffmpeg = await FfmpegProcess.open(imageCommand(path, place), this.#ffmpeg);
    const timer = setTimeout(() => void ffmpeg.close(), WORK_MS);
    ffmpeg.stdin.end();
    let filled = 0;
    for await (const chunk of ffmpeg.stdout as AsyncIterable<Buffer>) {
      rgba.set(chunk.subarray(0, rgba.length - filled), filled);
      filled += chunk.length;
    }
    clearTimeout(timer);
    if (filled === rgba.length) return rgba;
    const why = ffmpeg.stderrTail.at(-1) ?? 'it ends too early';
    throw new AppError('unreadable_media', `The picture ${name} can not be shown: ${why}`);
  }
}
