/**
 * A sound file and an avatar become a file: the live steps under a virtual clock, pictures into
 * ffmpeg. The same input and seed give the same frames, byte for byte. What is unfinished lies
 * beside the target under another name and is removed when the render fails or is stopped.
 */
import { availableParallelism } from 'node:os';
import type { EnsembleOptions } from '../inference/ensemble.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { renderCommand } from '../outputs/render-command.ts';
import type { PlayScript } from '../motion/play-script.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import { readManifest } from '../inference/pack.ts';
import type { Compute } from '../inference/providers.ts';
import { LipModel } from '../speech/lip-sync.ts';
import { hasVideo, SceneTrack, type RenderScenes } from './scene-track.ts';
import { DrawPool } from './draw-pool.ts';
import { VirtualSession, type Cue } from './virtual-session.ts';
import { openSource, type RenderSource } from './render-source.ts';
import { checkLook, checkTarget, formatOf } from './render-checks.ts';
import { measureLoudness } from './loudness.ts';
import { PicturePipe } from './picture-pipe.ts';
import { openPlace } from './result-place.ts';

export type RenderJob = {
  /** A file with sound in it, or a take. */
  readonly audio: string;
  readonly cast: EnsembleOptions['cast'];
  /** `.mp4`, `.mov`, `.webm`, or `.png` for a folder of that name without the ending. */
  readonly target: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** `#rrggbb`; mp4 only, the other formats are transparent. */
  readonly background: string;
  readonly seed: number;
  readonly cues: readonly Cue[];
  /** What is shown around the avatars; without, the plain background. */
  readonly scenes?: RenderScenes | undefined;
  /** LUFS; without it the sound keeps its loudness. */
  readonly loudness?: number;
  /** `reduced`: steady noise is taken out, before the lips hear it; without it, kept. */
  readonly noise?: 'kept' | 'reduced';
  /** A file that plays beneath it, round and round. */
  readonly music?: string | undefined;
  /** Of diffusion, a frame; in place of the packs' own. */
  readonly steps?: number | undefined;
  /** Steps to dance while there is a beat. */
  readonly dance?: PlayScript | undefined;
};

export type RenderHouse = {
  readonly ffmpeg: string;
  readonly lipsDir: string;
  /** What the avatars' networks run on; the CPU alone when absent. */
  readonly compute?: Compute | undefined;
  /** Threads that draw; one a core without a number. What comes out is the same. */
  readonly threads?: number;
  readonly signal: AbortSignal;
  /** Waited for before each frame: a pause. */
  readonly gate?: () => Promise<void>;
  readonly onProgress: (progress: RenderProgress) => void;
};

export type RenderProgress = {
  readonly frame: number;
  readonly frames: number;
  /** Seconds of the result per second of work. */
  readonly speed: number;
  readonly etaSeconds: number;
};

export type RenderResult = {
  readonly target: string;
  readonly frames: number;
  readonly seconds: number;
  readonly workSeconds: number;
  /** From the call to the first picture handed to ffmpeg, ms. */
  readonly firstFrameMs: number;
  /** What of the sound or of a take that was cut off is missing; empty where nothing is. */
  readonly damage: string;
};

const PROGRESS_MS = 500;
const US_PER_SECOND = 1_000_000;
/** Rounding must not make a frame of its own. */
const FRAME_SLACK = 1e-6;
/** ffmpeg still has frames to write when the last one was handed over. */
const FINISH_MS = 600_000;

export async function render(job: RenderJob, house: RenderHouse): Promise<RenderResult> {
  const started = performance.now();
  const format = formatOf(job.target);
  checkLook(job, format);
  await checkTarget(job);
  await using scope = new AsyncDisposableStack();
  const kind = format === 'mp4' ? 'i420' : 'rgba';
  // Its threads start while the source is read.
  const { scenes, music, noise = 'kept' } = job;
  const parts = scenes?.parts ?? 'avatars';
  const videos = kind === 'i420' && scenes && hasVideo(scenes) ? 'some' : 'none';
  const { cast, width, height, background, steps } = job;
  const { compute } = house;
  const look = { cast, width, height, background, kind, parts, videos, compute, steps } as const;
  const pool = new DrawPool(look, await drawingThreads(job, house));
  scope.defer(() => pool.close());
  const lips = LipModel.open(house.lipsDir);
  // Told where it is awaited; the source may fail before.
  lips.catch(() => undefined);
  scope.defer(async () => (await lips.catch(() => undefined))?.close());
  const track = scenes && scope.use(new SceneTrack(scenes, { ...job, ffmpeg: house.ffmpeg }));
  const source = scope.use(await openSource(job.audio, { ...house, noise, music }));
  const { sound, damage } = source;
  const frames = Math.ceil(source.seconds * job.fps - FRAME_SLACK);
  const seconds = frames / job.fps;
  const measuring = { ffmpeg: house.ffmpeg, signal: house.signal, seconds };
  const loudness =
    job.loudness === undefined ? {} : await measureLoudness(sound, job.loudness, measuring);
  const place = await openPlace(job.target, format);
  try {
    const { fps } = job;
    const encoder = renderCommand({
      ...{ format, width, height, fps, sound, seconds, target: place.write },
      ...loudness,
    });
    const run = { pool, track, source, frames, encoder, started, lips: await lips };
    const firstFrameMs = await makeFrames(job, house, run);
    await place.keep();
    const workSeconds = (performance.now() - started) / 1000;
    return { target: place.target, frames, seconds, workSeconds, firstFrameMs, damage };
  } catch (error) {
    await place.drop();
    throw error;
  }
}

/** Each thread has a pack's footage of its own, up to half a gigabyte. */
const MOST_FOOTAGE_THREADS = 2;

/** Diffusion begins a frame from the one before: one thread draws them all. */
async function drawingThreads({ cast }: RenderJob, { threads }: RenderHouse): Promise<number> {
  const manifests = await Promise.all(cast.map(({ packDir }) => readManifest(packDir)));
  if (manifests.some(({ body }) => body === 'diffusion')) return 1;
  const wanted = threads ?? availableParallelism();
  const hasFootage = manifests.some(({ body }) => body === 'clip');
  return hasFootage ? Math.min(wanted, MOST_FOOTAGE_THREADS) : wanted;
}

type Run = {
  readonly pool: DrawPool;
  readonly track: SceneTrack | undefined;
  readonly source: RenderSource;
  readonly frames: number;
  readonly encoder: readonly string[];
  readonly lips: LipModel;
  readonly started: number;
};

/** Draws every frame into ffmpeg; returns when the first one was ready. */
async function makeFrames(job: RenderJob, house: RenderHouse, run: Run): Promise<number> {
  const { pool, source, frames, lips } = run;
  await using scope = new AsyncDisposableStack();
  const input = scope.use(await source.open());
  const { cast, width, height, seed, cues, dance } = job;
  const onStyle = (change: DiffusionChange): void => pool.restyle(change);
  const stage = await VirtualSession.open({
    cast,
    width,
    height,
    seed,
    lips,
    input,
    cues,
    dance,
    onStyle,
  });
  scope.defer(() => stage.close());
  const ffmpeg = scope.use(await FfmpegProcess.open(run.encoder, house.ffmpeg));
  ffmpeg.stdout.resume();
  const pipe = new PicturePipe(ffmpeg);
  const progress = new ProgressMeter(house.onProgress, run, job.fps);
  let firstFrameMs = 0;
  let posed = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    await house.gate?.();
    house.signal.throwIfAborted();
    for (; posed < frames && pool.hasRoom; posed += 1) {
      const timeUs = Math.round((posed * US_PER_SECOND) / job.fps);
      const seconds = timeUs / US_PER_SECOND;
      const knownSeconds = stage.knownUs(timeUs) / US_PER_SECOND;
      const look = await run.track?.advance({ seconds, knownSeconds }, pool);
      if (look) await stage.rearrange(look.standing);
      const poses = await stage.pose(timeUs);
      const videos = await run.track?.fill(seconds, pool);
      pool.push(poses, seconds, {
        sound: stage.sound(timeUs),
        gestures: stage.gestures,
        ...(videos && { videos }),
      });
    }
    await pipe.write(await pool.take());
    if (frame === 0) firstFrameMs = performance.now() - run.started;
    progress.done(frame + 1);
  }
  await pipe.finish(FINISH_MS);
  return firstFrameMs;
}

class ProgressMeter {
  readonly #tell: RenderHouse['onProgress'];
  readonly #run: Pick<Run, 'frames' | 'started'>;
  readonly #fps: number;
  #toldAt = 0;

  constructor(tell: RenderHouse['onProgress'], run: Pick<Run, 'frames' | 'started'>, fps: number) {
    this.#tell = tell;
    this.#run = run;
    this.#fps = fps;
  }

  done(frame: number): void {
    const now = performance.now();
    const { frames, started } = this.#run;
    if (now - this.#toldAt < PROGRESS_MS && frame < frames) return;
    this.#toldAt = now;
    const workSeconds = (now - started) / 1000;
    const speed = frame / this.#fps / workSeconds;
    this.#tell({ frame, frames, speed, etaSeconds: ((frames - frame) / frame) * workSeconds });
  }
}
