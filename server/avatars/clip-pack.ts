/**
 * Footage becomes an avatar pack: brought to one format, its faces found in every frame, its loop
 * chosen. Command line; a minute of work for ten seconds of footage on one core.
 */
import { copyFile, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { loadPack } from '../inference/pack.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { clipFramesCommand, clipVideoCommand } from '../outputs/ffmpeg.ts';
import type { AvatarWishes } from '../protocol/avatar.ts';
import { CLIP_FILE, MOST_FRAMES, type ClipFile } from '../render/clip/clip-file.ts';
import { findLoop } from '../render/clip/loop.ts';
import { MARK_POINTS } from '../render/lips/face-marks.ts';
import type { LipsFile } from '../render/lips/lips-file.ts';
import type { Still } from '../render/picture/still.ts';
import { readPictureSize } from './video-size.ts';
import { PackWriter, type PackDraft } from './pack-writer.ts';
import { drawPortrait, PORTRAIT_FILE } from './portrait.ts';

const FPS = 25;
const VIDEO = 'footage.mp4';
/** Small grey pictures are enough to see where footage may be cut. */
const SMALL = 32;
/** Faces wander less than their points: each is the mean of so many frames on both sides. */
const SMOOTH = 2;

export type ClipSource = {
  readonly video: string;
  readonly ffmpeg: string;
  readonly wishes: AvatarWishes;
  /** Graphs by their files, and how they go together; undefined: the mouth stays the footage's. */
  readonly lips: { readonly file: LipsFile; readonly graphs: readonly string[] } | undefined;
  /** 478 face points of a frame. */
  readonly points: (frame: Still) => Promise<Float32Array>;
  readonly onProgress: (done: number, of: number) => void;
};

/** Throws `unreadable_media`, `conflict`, `bad_pack`; leaves nothing when it throws. */
export async function makeClipPack(target: string, source: ClipSource): Promise<void> {
  const { wishes, lips, ffmpeg } = source;
  await using writer = await PackWriter.open(target);
  const video = join(writer.folder, VIDEO);
  await transcode(source.video, video, ffmpeg);
  await writer.add(VIDEO);
  for (const graph of lips?.graphs ?? []) {
    await copyFile(graph, join(writer.folder, basename(graph)));
    await writer.add(basename(graph));
  }
  const size = await readPictureSize(video, ffmpeg);
  const { marks, small } = await lookAt(video, size, source);
  const file: ClipFile = {
    ...{ format: 'posecast-clip', version: 1, video: VIDEO, fps: FPS },
    ...{ ...size, frames: marks.length, loop: findLoop(small), marks: smoothed(marks) },
    ...(lips && { lips: lips.file }),
  };
  await writer.write(CLIP_FILE, JSON.stringify(file));
  const { name, title, licence, author, commercial } = wishes;
  const draft: PackDraft = {
    ...{ name, licence, author, commercial },
    body: 'clip',
    lips: lips?.file.kind ?? 'none',
    title: { en: title, zh: title },
    description: { en: 'Made from footage', zh: '由视频制作' },
  };
  await writer.describe(draft);
  await writer.write(PORTRAIT_FILE, await drawPortrait(await loadPack(writer.folder, name)));
  await writer.finish(draft);
}

async function transcode(video: string, target: string, ffmpeg: string): Promise<void> {
  await readFile(video).catch((cause: unknown) => {
    throw new AppError('unreadable_media', `There is no readable file ${video}`, cause);
  });
  await using process = await FfmpegProcess.open(
    clipVideoCommand({ path: video, target, fps: FPS, frames: MOST_FRAMES }),
    ffmpeg,
  );
  process.stdout.resume();
  process.stdin.end();
  const { code } = await process.exited;
  if (code === 0) return;
  throw new AppError('unreadable_media', `${video}: ${process.stderrTail.at(-1) ?? 'no picture in it'}`); // prettier-ignore
}

type Looked = { readonly marks: number[][]; readonly small: Uint8Array[] };

async function lookAt(
  video: string,
  { width, height }: { readonly width: number; readonly height: number },
  source: ClipSource,
): Promise<Looked> {
  const bytes = width * height * 4;
  const order = {
    path: video,
    width,
    height,
    fps: FPS,
    frames: MOST_FRAMES,
    pixels: 'rgba',
  } as const;
  await using process = await FfmpegProcess.open(clipFramesCommand(order), source.ffmpeg);
  process.stdin.end();
  const looked: Looked = { marks: [], small: [] };
  let rest = Buffer.alloc(0);
  for await (const chunk of process.stdout as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= bytes; rest = rest.subarray(bytes)) {
      const frame = { width, height, rgba: new Uint8Array(rest.subarray(0, bytes)) };
      looked.marks.push(await marksOf(frame, source, looked.marks.at(-1)));
      looked.small.push(smallGrey(frame));
      source.onProgress(looked.marks.length, MOST_FRAMES);
    }
  }
  if (looked.marks.length >= 2) return looked;
  throw new AppError('unreadable_media', `${source.video} has fewer than two frames`);
}

/** A frame without a face keeps that of the one before. */
async function marksOf(
  frame: Still,
  { points, video }: ClipSource,
  before: number[] | undefined,
): Promise<number[]> {
  try {
    const found = await points(frame);
    return MARK_POINTS.flatMap((i) => [found[i * 3]!, found[i * 3 + 1]!]).map((v) => Number(v.toFixed(5))); // prettier-ignore
  } catch (cause) {
    if (before) return before;
    throw new AppError('unreadable_media', `No face was found at the beginning of ${video}`, cause);
  }
}

function smallGrey({ width, height, rgba }: Still): Uint8Array {
  return Uint8Array.from({ length: SMALL * SMALL }, (_, i) => {
    const x = Math.floor((((i % SMALL) + 0.5) * width) / SMALL);
    const y = Math.floor(((Math.floor(i / SMALL) + 0.5) * height) / SMALL);
    return rgba[(y * width + x) * 4 + 1]!;
  });
}

function smoothed(marks: readonly number[][]): number[][] {
  return marks.map((row, at) =>
    row.map((_, i) => {
      const near = marks.slice(Math.max(0, at - SMOOTH), at + SMOOTH + 1);
      return Number((near.reduce((sum, each) => sum + each[i]!, 0) / near.length).toFixed(5));
    }),
  );
}
