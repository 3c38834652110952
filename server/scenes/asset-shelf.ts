/**
 * Pictures, videos and look-up tables that were uploaded for scenes: checked once, kept under their
 * hash in the data folder. Pictures are unpacked by an ffmpeg of their own, which a broken or hostile
 * one may end. Main thread; owned by the app.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { probe } from '../outputs/probe.ts';
import { keepImageCommand, thumbnailCommand } from '../outputs/scene-commands.ts';
import { AssetId, MAX_IMAGE_SIDE, SceneAsset, type AssetKind } from '../protocol/scene.ts';
import { readPictureHead } from '../render/picture/picture-size.ts';
import type { SceneStore } from '../store/scenes.ts';
import type { Baker } from './baker.ts';

/** Where it is written down what there is. */
export type AssetStore = Pick<SceneStore, 'all' | 'write' | 'remove'>;

export type AssetShelfOptions = {
  readonly folder: string;
  readonly store: AssetStore;
  readonly ffmpeg: string;
  readonly log: Logger;
  /** Reads LUTs elsewhere. Throws `bad_request`. */
  readonly luts: Pick<Baker, 'aboutLut' | 'coloursOf'>;
};

const MOST_ASSETS = 500;
const MOST_PIXELS = 40e6;
const MOST_VIDEO_SIDE = 3840;
const THUMBNAIL_SIDE = 480;
const PREVIEW_SIDE = 17;
/** JPEG's size stands behind its comments and colour profile. */
const HEAD_BYTES = 1024 * 1024;
const WORK_MS = 20_000;
const NAME_CHARACTERS = 80;

const NO_PICTURE = { width: 0, height: 0, seconds: 0 };

type Found = Pick<SceneAsset, 'width' | 'height' | 'seconds' | 'about'>;

export class AssetShelf {
  readonly #options: AssetShelfOptions;
  readonly #assets = new Map<AssetId, SceneAsset>();

  private constructor(options: AssetShelfOptions) {
    this.#options = options;
  }

  static async open(options: AssetShelfOptions): Promise<AssetShelf> {
    const shelf = new AssetShelf(options);
    for (const { id, body } of await options.store.all('scene_asset')) {
      const asset = SceneAsset.safeParse(JSON.parse(body));
      if (asset.success) shelf.#assets.set(asset.data.id, asset.data);
      else options.log.warn({ asset: id }, 'a file of scenes can not be read');
    }
    return shelf;
  }

  get folder(): string {
    return this.#options.folder;
  }

  list(): SceneAsset[] {
    return [...this.#assets.values()];
  }

  /** Throws `not_found`. */
  get(id: AssetId): SceneAsset {
    const asset = this.#assets.get(id);
    if (!asset) throw new AppError('not_found', `There is no file '${id}' for scenes`);
    return asset;
  }

  path(id: AssetId): string {
    const ending = { image: 'png', video: 'video', lut: 'cube' }[this.get(id).kind];
    return join(this.folder, `${id}.${ending}`);
  }

  /** Of images and videos. Throws `not_found`. */
  thumbnail(id: AssetId): string {
    if (this.get(id).kind !== 'lut') return join(this.folder, `${id}.thumb.png`);
    throw new AppError('not_found', 'A LUT has no picture');
  }

  /** What a LUT makes of colours, small enough for a preview. Throws `not_found`. */
  async colours(id: AssetId): Promise<{ readonly side: number; readonly colours: string }> {
    if (this.get(id).kind !== 'lut') throw new AppError('not_found', `'${id}' is no LUT`);
    const colours = await this.#options.luts.coloursOf(this.path(id), PREVIEW_SIDE);
    return { side: PREVIEW_SIDE, colours };
  }

  /**
   * Takes over a file that was written to `temporary`; the same file again is the same asset.
   * Throws `unreadable_media`, `bad_request` and `too_many`.
   */
  async adopt(temporary: string, kind: AssetKind, name: string): Promise<SceneAsset> {
    const id = AssetId.parse(`${kind}-${(await hashOf(temporary)).slice(0, 24)}`);
    const known = this.#assets.get(id);
    if (known) return known;
    if (this.#assets.size >= MOST_ASSETS) {
      throw new AppError(
        'too_many',
        `There are ${MOST_ASSETS} files for scenes; delete some first`,
      );
    }
    await mkdir(this.folder, { recursive: true });
    const found = await this.#check(temporary, kind, name);
    const { size: sizeBytes } = await stat(temporary);
    const asset: SceneAsset = { id, kind, name: plainName(name), sizeBytes, ...found };
    const ending = { image: 'png', video: 'video', lut: 'cube' }[kind];
    const path = join(this.folder, `${id}.${ending}`);
    await rename(kind === 'image' ? `${temporary}.png` : temporary, path);
    if (kind !== 'lut') await this.#makeThumbnail(kind, path, id);
    await this.#options.store.write('scene_asset', { id, body: JSON.stringify(asset) });
    this.#assets.set(id, asset);
    return asset;
  }

  /** `inUse`: what scenes name. Throws `not_found` and `conflict`. */
  async delete(id: AssetId, inUse: ReadonlySet<string>): Promise<void> {
    this.get(id);
    if (inUse.has(id)) throw new AppError('conflict', 'A scene shows this file; change it first');
    await this.#options.store.remove('scene_asset', id);
    this.#assets.delete(id);
    // With its small picture and what was made of it.
    for (const name of await readdir(this.folder)) {
      if (name.startsWith(`${id}.`)) await rm(join(this.folder, name), { force: true });
    }
  }

  async #check(path: string, kind: AssetKind, name: string): Promise<Found> {
    switch (kind) {
      case 'image':
        return this.#keepImage(path, name);
      case 'video':
        return checkVideo(path, name);
      case 'lut':
        return { ...NO_PICTURE, about: await this.#options.luts.aboutLut(path) };
      default:
        return kind satisfies never;
    }
  }

  /** Writes it anew beside itself, as PNG. */
  async #keepImage(path: string, name: string): Promise<Found> {
    const head = readPictureHead(await firstBytes(path));
    if (!head) throw unreadable(name, 'it is no PNG, JPEG or WebP picture');
    const { width, height } = head;
    if (width * height > MOST_PIXELS || width === 0 || height === 0) {
      throw unreadable(name, `it has ${width} x ${height} pixels; at most ${MOST_PIXELS / 1e6} megapixels are taken`); // prettier-ignore
    }
    const files = { from: path, to: `${path}.png` };
    await this.#work(keepImageCommand(head, files, MAX_IMAGE_SIDE), name);
    const scale = Math.min(1, MAX_IMAGE_SIDE / Math.max(width, height));
    return {
      width: Math.round(width * scale),
      height: Math.round(height * scale),
      seconds: 0,
      about: '',
    };
  }

  async #makeThumbnail(kind: 'image' | 'video', from: string, id: AssetId): Promise<void> {
    const to = join(this.folder, `${id}.thumb.png`);
    await this.#work(thumbnailCommand(kind, { from, to }, THUMBNAIL_SIDE), id);
  }

  async #work(command: readonly string[], name: string): Promise<void> {
    await using ffmpeg = await FfmpegProcess.open(command, this.#options.ffmpeg);
    ffmpeg.stdout.resume();
    ffmpeg.stdin.end();
    const timer = setTimeout(() => void ffmpeg.close(), WORK_MS);
    const { code } = await ffmpeg.exited;
    clearTimeout(timer);
    if (code !== 0) throw unreadable(name, ffmpeg.stderrTail.at(-1) ?? 'it took too long');
  }
}

async function checkVideo(path: string, name: string): Promise<Found> {
  const { streams, format } = await probe(path);
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  const { width = 0, height = 0 } = video ?? {};
  if (width === 0 || height === 0) throw unreadable(name, 'there is no video in it');
  if (Math.max(width, height) > MOST_VIDEO_SIDE) {
    throw unreadable(name, `it has ${width} x ${height} pixels; at most ${MOST_VIDEO_SIDE} a side`);
  }
  return { width, height, seconds: format.duration ?? 0, about: '' };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function firstBytes(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const bytes = new Uint8Array(HEAD_BYTES);
  const { bytesRead } = await file.read(bytes, 0, HEAD_BYTES, 0);
  return bytes.subarray(0, bytesRead);
}

function plainName(given: string): string {
  const name = given
    .normalize('NFC')
    .replace(/[\p{C}<>]+/gu, '')
    .trim()
    .slice(0, NAME_CHARACTERS);
  return name === '' ? 'file' : name;
}

function unreadable(name: string, why: string): AppError {
  return new AppError('unreadable_media', `${plainName(name)}: ${why}`);
}
