/** Opens the video behind a scene: an uploaded file, or what comes in live. Main thread; owned by the app. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, toAppError } from '../core/errors.ts';
import type { SharedRing } from '../core/slot-ring.ts';
import type { VideoShape } from '../outputs/scene-commands.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { Scene } from '../protocol/scene.ts';
import type { Baker } from './baker.ts';
import type { KeptAssets } from './look-maker.ts';
import { FfmpegFeed, type VideoFeed, type VideoSource, type VideoSources } from './video-feed.ts';

/** An open video of one session. */
export type SessionVideo = {
  /** What it shows and how: the same again needs no other. */
  readonly key: string;
  readonly ring: SharedRing;
  close(): Promise<void>;
};

export type OpenedVideo = {
  readonly video: SessionVideo | undefined;
  /** Why there is none, as a sentence; else empty. */
  readonly problem: string;
};

type Frame = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Whose live video it may be; a render has none. */
  readonly session?: SessionId;
};
type Moving = Scene['background'] & { readonly kind: 'video' | 'live' };

export type VideoHouse = {
  readonly assets: KeptAssets;
  readonly baker: Baker;
  readonly sources: VideoSources;
  readonly ffmpeg: string;
  /** Where LUTs for ffmpeg are written. */
  readonly folder: string;
};

export class SceneVideos {
  readonly #house: VideoHouse;
  readonly #numbers = new WeakMap<VideoSource, number>();
  #lastNumber = 0;

  constructor(house: VideoHouse) {
    this.#house = house;
  }

  onChange(listener: () => void): () => void {
    return this.#house.sources.onChange(listener);
  }

  /** `before`: the one that is open; it is handed back where it is what the scene wants. */
  async open(
    scene: Scene,
    { session, ...frame }: Frame,
    before: SessionVideo | undefined,
    onProblem: (why: string) => void,
  ): Promise<OpenedVideo> {
    const { background, colour } = scene;
    if (background.kind !== 'video' && background.kind !== 'live') {
      return { video: undefined, problem: '' };
    }
    const source = this.#sourceOf(background, session);
    // Another sender under the same name is another video.
    const key = JSON.stringify([background, colour, scene.lut, source && this.#numberOf(source)]);
    if (before?.key === key) return { video: before, problem: '' };
    try {
      const { fit, blur } = background;
      const lut = await this.lutFile(scene);
      const shape: VideoShape = { ...frame, fit, blur, colour, lut };
      const tell = (why: string): void => onProblem(sentence(background, why));
      const feed = source ? await source.open(shape, tell) : this.#feed(background, shape, tell);
      const why = await feed.first;
      const { ring } = feed;
      if (why === '') return { video: { key, ring, close: () => feed.close() }, problem: '' };
      await feed.close();
      return { video: undefined, problem: sentence(background, why) };
    } catch (error) {
      return { video: undefined, problem: toAppError(error).message };
    }
  }

  /** A LUT on the whole picture, as ffmpeg takes it; undefined without one. */
  async lutFile({ lut }: Scene): Promise<string | undefined> {
    if (lut?.on !== 'picture' || lut.strength === 0) return undefined;
    const { assets, baker, folder } = this.#house;
    const to = join(folder, `${lut.asset}.${Math.round(lut.strength * 1000)}.33.cube`);
    const { strength } = lut;
    if (!existsSync(to)) await baker.writeCube({ from: assets.path(lut.asset), to, strength });
    return to;
  }

  #sourceOf(background: Moving, session: SessionId | undefined): VideoSource | undefined {
    if (background.kind !== 'live' || session === undefined) return undefined;
    return this.#house.sources.find(background.source, session);
  }

  #numberOf(source: VideoSource): number {
    const known = this.#numbers.get(source) ?? ++this.#lastNumber;
    this.#numbers.set(source, known);
    return known;
  }

  #feed(background: Moving, shape: VideoShape, onProblem: (why: string) => void): VideoFeed {
    const { assets, ffmpeg } = this.#house;
    if (background.kind === 'video') {
      const path = assets.path(background.asset);
      return new FfmpegFeed({ ...shape, path, pace: 'live' }, ffmpeg, onProblem);
    }
    throw new AppError('not_found', `No live video comes in as "${background.source}".`);
  }
}

function sentence(background: Moving, why: string): string {
  if (why === '') return '';
  const what = background.kind === 'video' ? 'The video behind' : `The live video "${background.source}"`; // prettier-ignore
  return `${what} can not be shown: ${why}`;
}
