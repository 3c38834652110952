/** What is rendered: a sound file, or a take. Both have a length, a sound, and an input for the steps. */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import { RATE_HZ, SoundFile } from './sound-file.ts';
import { TakeFile } from './take/take-file.ts';
import { TakeInput } from './take/take-input.ts';
import { writeTakeSound } from './take/take-sound.ts';
import type { VirtualInput } from './virtual-session.ts';

export type RenderSource = AsyncDisposable & {
  /** A file that ffmpeg reads. */
  readonly audio: string;
  readonly seconds: number;
  /** What is missing at its end, as a sentence; empty when it is whole. */
  readonly damage: string;
  open(): Promise<VirtualInput & AsyncDisposable>;
};

export type SourceOptions = {
  readonly ffmpeg: string;
  readonly signal: AbortSignal;
};

/** Reads it once, to its end. Throws `unreadable_media`. */
export async function openSource(path: string, options: SourceOptions): Promise<RenderSource> {
  // A missing file is told by ffmpeg.
  const isTake = await TakeFile.is(path).catch(() => false);
  return isTake ? openTake(path, options) : openSound(path, options);
}

async function openSound(path: string, { ffmpeg, signal }: SourceOptions): Promise<RenderSource> {
  const samples = await SoundFile.length(path, ffmpeg, signal);
  return {
    audio: path,
    seconds: samples / RATE_HZ,
    damage: '',
    open: () => SoundFile.open(path, ffmpeg),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function openTake(path: string, { signal }: SourceOptions): Promise<RenderSource> {
  const take = await TakeFile.open(path);
  const { seconds, damage } = await take.summary();
  if (seconds === 0) {
    const why = damage === '' ? '' : `: ${damage}`;
    throw new AppError('unreadable_media', `Nothing happens in the take ${path}${why}`);
  }
  const audio = join(tmpdir(), `posecast-take-${randomUUID()}.wav`);
  const remove = (): Promise<void> => rm(audio, { force: true });
  try {
    await writeTakeSound(take, audio, { seconds, signal });
  } catch (error) {
    await remove();
    throw error;
  }
  const open = (): Promise<TakeInput> => Promise.resolve(new TakeInput(take));
  return { audio, seconds, damage, open, [Symbol.asyncDispose]: remove };
}
