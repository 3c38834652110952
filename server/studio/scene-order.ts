/**
 * From the names and files of a render's order to its scenes: presets of the data folder by name, or
 * a JSON file whose pictures lie beside it, and a LUT of its own. Files are checked as uploads are.
 */
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { createLog } from '../core/log.ts';
import {
  AssetId,
  MAX_ASSET_BYTES,
  Scene,
  SceneId,
  type AssetKind,
  type SceneAsset,
} from '../protocol/scene.ts';
import { AssetShelf, type AssetStore } from '../scenes/asset-shelf.ts';
import { Baker } from '../scenes/baker.ts';
import { regionsIn, slideRect } from '../scenes/layout.ts';
import { assetsOf, SceneLibrary } from '../scenes/scene-library.ts';
import { SceneStore } from '../store/scenes.ts';
import { openDatabase, type Database } from '../store/sqlite.ts';
import type { RenderScenes, SceneCue } from './scene-track.ts';
import type { PlacesAt, ShownCue } from './timeline.ts';

export type SceneOrder = {
  /** A preset's name, or a file that ends with .json. */
  readonly scene?: string | undefined;
  /** A .cube file, over the whole picture, instead of the scenes' own. */
  readonly lut?: string | undefined;
  /** Formats with transparency get the overlays too. */
  readonly overlays?: boolean | undefined;
  readonly shown: readonly ShownCue[];
  /** What a take showed, where the order has no scene of its own. */
  readonly recorded: readonly SceneCue[];
  readonly width: number;
  readonly height: number;
  readonly background: string;
};

export type ReadyScenes = {
  readonly scenes: RenderScenes | undefined;
  readonly placesAt: PlacesAt;
};

type House = Pick<Config, 'dataDir' | 'logLevel' | 'ffmpeg'>;

/** Throws what is wrong with the scene, its files or the script's names. */
export async function readyScenes(house: House, order: SceneOrder): Promise<ReadyScenes> {
  const { scene, lut, shown, recorded } = order;
  if (scene === undefined && lut === undefined && shown.length + recorded.length === 0) {
    return { scenes: undefined, placesAt: () => [] };
  }
  const desk = await SceneDesk.open(house);
  try {
    const own = lut === undefined ? undefined : await desk.lut(lut);
    const dressed = (each: Scene): Scene =>
      own ? { ...each, lut: { asset: own, strength: 1, on: 'picture', method: 'tetrahedral' } } : each; // prettier-ignore
    const plain = Scene.parse({ title: 'Plain', colour: order.background });
    const first = scene === undefined ? plain : await desk.scene(scene);
    const start: SceneCue = { seconds: 0, scene: dressed(first), slide: first.slides.length > 0 ? 1 : 0, fadeMs: 0 }; // prettier-ignore
    const cues = [start, ...(await desk.recorded(scene === undefined ? recorded : [], dressed))];
    for (const cue of shown) cues.push(await next(cues.at(-1)!, cue, async (id) => dressed(id === null ? plain : await desk.scene(id)))); // prettier-ignore
    // A take's own and those of a script that is laid over it.
    cues.sort((a, b) => a.seconds - b.seconds);
    const parts = order.overlays ? 'overlays' : 'avatars';
    const scenes = {
      cues,
      assets: desk,
      parts,
      folder: desk.folder,
      close: () => desk.close(),
    } as const;
    return { scenes, placesAt: (seconds) => placesOf(cues, desk, order, seconds) };
  } catch (error) {
    await desk.close();
    throw error;
  }
}

async function next(
  before: SceneCue,
  cue: ShownCue,
  find: (id: SceneId | null) => Promise<Scene>,
): Promise<SceneCue> {
  if ('scene' in cue) {
    const scene = await find(cue.scene);
    const slide = scene.slides.length > 0 ? 1 : 0;
    return { seconds: cue.at, scene, slide, fadeMs: cue.fadeMs ?? scene.fadeMs };
  }
  const slides = before.scene?.slides.length ?? 0;
  const { slide: turn } = cue;
  const wanted = turn === 'next' ? before.slide + 1 : turn === 'previous' ? before.slide - 1 : turn;
  if (slides === 0 || (typeof turn === 'number' && turn > slides)) {
    throw new AppError(
      'bad_request',
      `The script at ${cue.at.toFixed(1)} s turns to slide ${turn}; the scene has ${slides} slides`,
    );
  }
  const slide = Math.max(1, Math.min(slides, wanted));
  return { seconds: cue.at, scene: before.scene, slide, fadeMs: before.scene?.fadeMs ?? 0 };
}

/** What came in live, such as a video of OBS, is in no take: the scene's colour stands there. */
function withoutLive(scene: Scene): Scene {
  return scene.background.kind === 'live' ? { ...scene, background: { kind: 'colour' } } : scene;
}

function placesOf(
  cues: readonly SceneCue[],
  desk: SceneDesk,
  picture: { readonly width: number; readonly height: number },
  seconds: number,
): { x: number; y: number }[] {
  const { scene, slide: number } = cues.findLast((cue) => cue.seconds <= seconds) ?? cues[0]!;
  const slide = scene?.slides[number - 1];
  const rect = slide && slideRect(scene.slideBox, desk.get(slide.asset), picture);
  if (!rect) return [];
  return regionsIn(slide.regions, rect, picture).map(({ x, y, width, height }) => ({
    x: x + width / 2,
    y: y + height / 2,
  }));
}

/** Where scenes and files of a render come from: the data folder, and a shelf for this render alone. */
class SceneDesk {
  readonly #house: House;
  readonly #folder: string;
  readonly #own: AssetShelf;
  readonly #baker: Baker;
  /** Opened with the first preset. */
  #kept: { database: Database; library: SceneLibrary; shelf: AssetShelf } | undefined;

  private constructor(house: House, parts: { folder: string; own: AssetShelf; baker: Baker }) {
    this.#house = house;
    this.#folder = parts.folder;
    this.#own = parts.own;
    this.#baker = parts.baker;
  }

  static async open(house: House): Promise<SceneDesk> {
    const folder = await mkdtemp(join(tmpdir(), 'posecast-scene-'));
    const baker = new Baker();
    const own = await shelfOf(house, { folder, store: NO_STORE, baker });
    return new SceneDesk(house, { folder, own, baker });
  }

  get folder(): string {
    return this.#folder;
  }

  /** By a preset's name, or from a file. */
  async scene(name: string): Promise<Scene> {
    if (name.toLowerCase().endsWith('.json')) return this.#fromFile(name);
    const id = SceneId.safeParse(name);
    if (!id.success) throw new AppError('bad_request', `'${name}' is no scene's name and no .json`);
    this.#kept ??= await this.#openKept();
    return this.#kept.library.get(id.data);
  }

  /** Throws `unreadable_media` for files that this server doesn't have. */
  async recorded(cues: readonly SceneCue[], dressed: (scene: Scene) => Scene): Promise<SceneCue[]> {
    const needed = new Set(cues.flatMap(({ scene }) => (scene ? assetsOf(scene) : [])));
    if (needed.size > 0) this.#kept ??= await this.#openKept();
    const kept = new Set<string>(this.#kept?.shelf.list().map(({ id }) => id));
    const missing = [...needed].filter((id) => !kept.has(id));
    if (missing.length > 0) {
      throw new AppError(
        'unreadable_media',
        `The take shows scenes with files that are not here: ${missing.join(', ')}. ` +
          'Bring the files into the scenes of this server, or render it with another scene',
      );
    }
    return cues.map((cue) => ({ ...cue, scene: cue.scene && dressed(withoutLive(cue.scene)) }));
  }

  lut(path: string): Promise<AssetId> {
    return this.#adopt(resolve(path), 'lut');
  }

  get(id: AssetId): SceneAsset {
    return this.#shelfOf(id).get(id);
  }

  path(id: AssetId): string {
    return this.#shelfOf(id).path(id);
  }

  async close(): Promise<void> {
    await this.#baker.close();
    await this.#kept?.database.destroy();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #shelfOf(id: AssetId): AssetShelf {
    const isOwn = this.#own.list().some((asset) => asset.id === id);
    return isOwn ? this.#own : (this.#kept?.shelf ?? this.#own);
  }

  async #openKept() {
    const database = await openDatabase(this.#house.dataDir);
    const store = await SceneStore.open(database);
    const library = await SceneLibrary.open(store, createLog(this.#house.logLevel));
    const folder = join(this.#house.dataDir, 'scenes');
    return { database, library, shelf: await shelfOf(this.#house, { folder, store, baker: this.#baker }) }; // prettier-ignore
  }

  /** Where the file names another file instead of an asset, that one is taken. */
  async #fromFile(name: string): Promise<Scene> {
    const path = resolve(name);
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new AppError('bad_request', `There is no scene ${path}`, cause);
    });
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch (cause) {
      throw new AppError('bad_request', `${path} is no JSON: ${(cause as Error).message}`, cause);
    }
    const scene = Scene.safeParse(await this.#withAssets(data, dirname(path)));
    if (scene.success) return scene.data;
    const issue = scene.error.issues[0]!;
    throw new AppError('bad_request', `${path} at "${issue.path.join('.')}": ${issue.message}`);
  }

  async #withAssets(value: unknown, folder: string, kind: AssetKind = 'image'): Promise<unknown> {
    if (Array.isArray(value)) return Promise.all(value.map((each) => this.#withAssets(each, folder, kind))); // prettier-ignore
    if (typeof value !== 'object' || value === null) return value;
    const own = 'kind' in value && value.kind === 'video' ? 'video' : kind;
    const entries = Object.entries(value).map(async ([key, each]): Promise<[string, unknown]> => {
      if (key !== 'asset' || typeof each !== 'string' || AssetId.safeParse(each).success) {
        return [key, await this.#withAssets(each, folder, key === 'lut' ? 'lut' : own)];
      }
      return [key, await this.#adopt(resolve(folder, each), own)];
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  async #adopt(path: string, kind: AssetKind): Promise<AssetId> {
    const found = await stat(path).catch((cause: unknown) => {
      throw new AppError('bad_request', `There is no file ${path}`, cause);
    });
    if (found.size > MAX_ASSET_BYTES[kind]) {
      throw new AppError('too_large', `${path} has ${found.size} bytes; at most ${MAX_ASSET_BYTES[kind]}`); // prettier-ignore
    }
    // The shelf takes what it is given away.
    const copy = join(this.#folder, `.copy-${randomUUID()}`);
    await cp(path, copy);
    return (await this.#own.adopt(copy, kind, basename(path))).id;
  }
}

function shelfOf(
  { ffmpeg, logLevel }: House,
  { folder, store, baker }: { folder: string; store: AssetStore; baker: Baker },
): Promise<AssetShelf> {
  return AssetShelf.open({ folder, store, ffmpeg, log: createLog(logLevel), luts: baker });
}

/** Of files that are gone with the render. */
const NO_STORE: AssetStore = {
  all: () => Promise.resolve([]),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};
