/**
 * The scenes of a render: which look is shown from when, made when it is due, and the pictures of
 * the videos behind, one for each frame. One task at a time; owned by the render.
 */
import { AppError } from '../core/errors.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { videoLoopCommand, type VideoLoop } from '../outputs/scene-commands.ts';
import { Scene } from '../protocol/scene.ts';
import type { ReadyLook } from '../render/scene/look.ts';
import { Baker } from '../scenes/baker.ts';
import { LookMaker, type KeptAssets } from '../scenes/look-maker.ts';
import { SceneVideos } from '../scenes/scene-videos.ts';
import { VideoSources } from '../scenes/video-feed.ts';
import type { Videos } from './draw-job.ts';
import type { DrawPool } from './draw-pool.ts';

export type SceneCue = {
  readonly seconds: number;
  /** Undefined: the plain background. */
  readonly scene: Scene | undefined;
  /** From 1; 0 without slides. */
  readonly slide: number;
  readonly fadeMs: number;
  /** `seconds` are when a live session heard of it: frames that know of it show it. */
  readonly clock?: 'arrival';
};

/** What a render shows around its avatars. */
export type RenderScenes = {
  /** In the order of their times. */
  readonly cues: readonly SceneCue[];
  readonly assets: KeptAssets;
  /** Whether formats with transparency get the overlays too. */
  readonly parts: 'avatars' | 'overlays';
  /** For what is only there for this render. */
  readonly folder: string;
  /** Removes what was only there for this render. */
  close(): Promise<void>;
};

export type TrackOptions = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly background: string;
  readonly ffmpeg: string;
};

export function hasVideo({ cues }: RenderScenes): boolean {
  return cues.some(({ scene }) => scene?.background.kind === 'video');
}

export class SceneTrack implements AsyncDisposable {
  readonly #scenes: RenderScenes;
  readonly #options: TrackOptions;
  readonly #baker = new Baker();
  readonly #maker: LookMaker;
  readonly #videos: SceneVideos;
  #next = 0;
  #now: LoopReader | undefined;
  #before: { readonly reader: LoopReader; readonly untilSeconds: number } | undefined;

  constructor(scenes: RenderScenes, options: TrackOptions) {
    const { assets } = scenes;
    const { ffmpeg } = options;
    this.#scenes = scenes;
    this.#options = options;
    this.#maker = new LookMaker({ assets, baker: this.#baker, ffmpeg });
    const house = { assets, baker: this.#baker, sources: new VideoSources(), ffmpeg };
    this.#videos = new SceneVideos({ ...house, folder: scenes.folder });
  }

  /**
   * Shows what is due at a frame; returns the look where it is another one. Throws
   * `unreadable_media` with what can't be shown: a render has time to be put right.
   */
  async advance(
    { seconds, knownSeconds }: { readonly seconds: number; readonly knownSeconds: number },
    pool: DrawPool,
  ): Promise<ReadyLook | undefined> {
    let due: SceneCue | undefined;
    const { cues } = this.#scenes;
    const isDue = ({ seconds: at, clock }: SceneCue): boolean =>
      at <= (clock === 'arrival' ? knownSeconds : seconds);
    for (; this.#next < cues.length && isDue(cues[this.#next]!); this.#next += 1) {
      due = cues[this.#next];
    }
    if (!due) return undefined;
    await this.#change(due, seconds);
    const look = await this.#lookOf(due);
    pool.show(look, seconds === 0 ? 0 : due.fadeMs, seconds);
    return look;
  }

  /** Writes the videos' pictures of the next frame. */
  async fill(seconds: number, pool: DrawPool): Promise<Videos> {
    if (this.#before && seconds >= this.#before.untilSeconds) {
      await this.#before.reader.close();
      this.#before = undefined;
    }
    const now = (await this.#now?.read(pool.behind('now'))) ?? false;
    const before = (await this.#before?.reader.read(pool.behind('before'))) ?? false;
    return { now, before };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#now?.close();
    await this.#before?.reader.close();
    await this.#baker.close();
    await this.#scenes.close();
  }

  async #change({ scene, fadeMs }: SceneCue, seconds: number): Promise<void> {
    const wanted = scene?.background.kind === 'video' ? await this.#loopOf(scene) : undefined;
    const key = JSON.stringify(wanted);
    if (this.#now && this.#now.key === key) return;
    await this.#before?.reader.close();
    this.#before = this.#now && { reader: this.#now, untilSeconds: seconds + fadeMs / 1000 };
    this.#now = wanted && new LoopReader(wanted, key, this.#options.ffmpeg);
  }

  async #loopOf(scene: Scene): Promise<VideoLoop> {
    const { background, colour } = scene;
    if (background.kind !== 'video') throw new AppError('internal', 'The scene has no video');
    const { width, height, fps } = this.#options;
    const { fit, blur } = background;
    const lut = await this.#videos.lutFile(scene);
    const path = this.#scenes.assets.path(background.asset);
    return { path, width, height, fps, fit, blur, colour, lut, pace: 'offline' };
  }

  async #lookOf({ scene: wanted, slide }: SceneCue): Promise<ReadyLook> {
    const { width, height, background } = this.#options;
    const scene = wanted ?? Scene.parse({ title: 'Plain', colour: background });
    const moving = scene.background.kind === 'video';
    const { look, problems } = await this.#maker.make({ scene, slide, width, height, moving });
    if (problems.length > 0) throw new AppError('unreadable_media', problems.join(' '));
    return moving ? { ...look, video: 'handed' } : look;
  }
}

/** A video in a loop, one picture after the other, as fast as they are asked for. */
class LoopReader {
  readonly key: string;
  readonly #process: Promise<FfmpegProcess>;
  #chunks: AsyncIterator<Buffer, undefined> | undefined;
  #rest: Buffer = Buffer.alloc(0);

  constructor(loop: VideoLoop, key: string, ffmpeg: string) {
    this.key = key;
    this.#process = FfmpegProcess.open(videoLoopCommand(loop), ffmpeg);
    this.#process.catch(() => undefined);
  }

  /** True; throws `unreadable_media` where no further picture comes. */
  async read(into: Uint8Array): Promise<boolean> {
    const process = await this.#process;
    this.#chunks ??= (process.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    let filled = 0;
    while (filled < into.length) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        const why = process.stderrTail.at(-1) ?? 'it ended';
        if (next.done) throw new AppError('unreadable_media', `The video behind the scene: ${why}`);
        this.#rest = next.value;
      }
      const taken = this.#rest.subarray(0, into.length - filled);
      into.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    return true;
  }

  async close(): Promise<void> {
    const process = await this.#process.catch(() => undefined);
    await process?.close();
  }
}
