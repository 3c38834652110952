/**
 * Films of a person as one video of a pack: brought to one format, the loop of the first one chosen,
 * those of gestures put behind it. A minute of work for ten seconds of film on one core. Any thread.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import {
  clipFramesCommand,
  clipVideoCommand,
  joinClipsCommand,
} from '../outputs/picture-command.ts';
import { CLIP_FPS } from '../protocol/avatar.ts';
import type { TemplateId } from '../protocol/template.ts';
import { MOST_FRAMES, type ClipFile, type ClipMove } from '../render/clip/clip-file.ts';
import { findLoop } from '../render/clip/loop.ts';
import type { Still } from '../render/picture/still.ts';
import { readPictureSize } from './video-size.ts';

export const VIDEO = 'footage.mp4';
/** Small grey pictures are enough to see where footage may be cut. */
const SMALL = 32;
/** Faces wander less than their points: each is the mean of so many frames on both sides. */
const SMOOTH = 2;

export type Footage = {
  /** What goes round. */
  readonly video: string;
  /** Gestures that were filmed, and the templates that each is shown for. */
  readonly gestures: readonly {
    readonly video: string;
    readonly templates: readonly TemplateId[];
  }[];
  readonly ffmpeg: string;
  /**
   * x, y of MARK_POINTS, 0..1, in frame `index` of the footage (`film` 0) or of a gesture (from 1);
   * undefined where no face is seen.
   */
  readonly marks: (
    frame: Still,
    film: number,
    index: number,
  ) => Promise<readonly number[] | undefined>;
  readonly onProgress: (frames: number) => void;
};

type Size = { readonly width: number; readonly height: number };
type Film = { readonly file: string; readonly number: number; readonly size: Size };
type Seen = { readonly marks: number[][]; readonly small: Uint8Array[] };

/** Writes VIDEO into the folder. Throws `unreadable_media`. */
export async function filmClip(folder: string, footage: Footage): Promise<ClipFile> {
  const films: Film[] = [];
  const seen: Seen[] = [];
  for (const video of [footage.video, ...footage.gestures.map((gesture) => gesture.video)]) {
    const film = await transcode(video, {
      folder,
      number: films.length,
      like: films[0],
      ...footage,
    });
    films.push(film);
    seen.push(await lookAt(film, footage));
  }
  await joined(films, folder, footage.ffmpeg);
  const marks = seen.flatMap((each) => smoothed(each.marks));
  const idle = seen[0]!;
  return {
    ...{ format: 'posecast-clip', version: 1, video: VIDEO, fps: CLIP_FPS, ...films[0]!.size },
    ...{ frames: marks.length, idleFrames: idle.marks.length, loop: findLoop(idle.small) },
    moves: movesOf(seen, footage),
    marks,
  };
}

/** Gestures lie one behind the other, after what goes round. */
function movesOf(seen: readonly Seen[], { gestures }: Footage): ClipMove[] {
  let from = seen[0]!.marks.length;
  return gestures.map(({ templates }, i) => {
    const to = from + seen[i + 1]!.marks.length;
    const move = { templates: [...templates], from, to };
    from = to;
    return move;
  });
}

async function transcode(
  video: string,
  {
    folder,
    number,
    like,
    ffmpeg,
  }: {
    readonly folder: string;
    readonly number: number;
    readonly like: Film | undefined;
    readonly ffmpeg: string;
  },
): Promise<Film> {
  await readFile(video).catch((cause: unknown) => {
    throw new AppError('unreadable_media', `There is no readable file ${video}`, cause);
  });
  const file = join(folder, `film-${number}.mp4`);
  const order = { path: video, target: file, fps: CLIP_FPS, frames: MOST_FRAMES };
  await run(clipVideoCommand({ ...order, ...(like && { size: like.size }) }), ffmpeg, video);
  return { file, number, size: like?.size ?? (await readPictureSize(file, ffmpeg)) };
}

async function joined(films: readonly Film[], folder: string, ffmpeg: string): Promise<void> {
  const list = join(folder, 'films.txt');
  await writeFile(list, films.map(({ file }) => `file ${basename(file)}\n`).join(''));
  await run(joinClipsCommand(list, join(folder, VIDEO)), ffmpeg, 'the footage');
  for (const file of [list, ...films.map((film) => film.file)]) await rm(file);
}

async function run(command: string[], ffmpeg: string, what: string): Promise<void> {
  await using process = await FfmpegProcess.open(command, ffmpeg);
  process.stdout.resume();
  process.stdin.end();
  const { code } = await process.exited;
  if (code === 0) return;
  throw new AppError('unreadable_media', `${what}: ${process.stderrTail.at(-1) ?? 'no picture in it'}`); // prettier-ignore
}

async function lookAt({ file, number, size }: Film, footage: Footage): Promise<Seen> {
  const { width, height } = size;
  const bytes = width * height * 4;
  const order = {
    path: file,
    ...size,
    fps: CLIP_FPS,
    frames: MOST_FRAMES,
    pixels: 'rgba',
  } as const;
  await using process = await FfmpegProcess.open(clipFramesCommand(order), footage.ffmpeg);
  process.stdin.end();
  const seen: Seen = { marks: [], small: [] };
  let rest = Buffer.alloc(0);
  for await (const chunk of process.stdout as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= bytes; rest = rest.subarray(bytes)) {
      const frame = { width, height, rgba: new Uint8Array(rest.subarray(0, bytes)) };
      seen.marks.push(await marksOf(frame, { number, seen, footage }));
      seen.small.push(smallGrey(frame));
      footage.onProgress(seen.marks.length);
    }
  }
  if (seen.marks.length >= 3) return seen;
  throw new AppError('unreadable_media', `${nameOf(footage, number)} has fewer than three frames`);
}

/** A frame without a face keeps that of the one before. */
async function marksOf(
  frame: Still,
  {
    number,
    seen,
    footage,
  }: { readonly number: number; readonly seen: Seen; readonly footage: Footage },
): Promise<number[]> {
  const found = await footage.marks(frame, number, seen.marks.length);
  const marks = found?.map((value) => Number(value.toFixed(5))) ?? seen.marks.at(-1);
  if (marks) return marks;
  throw new AppError('unreadable_media', `No face was found at the beginning of ${nameOf(footage, number)}`); // prettier-ignore
}

function nameOf({ video, gestures }: Footage, number: number): string {
  return basename(number === 0 ? video : gestures[number - 1]!.video);
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
