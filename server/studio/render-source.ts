/** What is rendered: a sound file, or a take. Both have a length, a sound, and an input for the steps. */
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { cleanedSoundCommand, type MixedSound } from '../outputs/render-command.ts';
import { WithMusic } from './music-input.ts';
import { RATE_HZ, SoundFile } from './sound-file.ts';
import { TakeFile } from './take/take-file.ts';
import { TakeInput } from './take/take-input.ts';
import { writeTakeSound } from './take/take-sound.ts';
import type { VirtualInput } from './virtual-session.ts';

export type RenderSource = AsyncDisposable & {
  /** Files that ffmpeg reads, and what is to be done with them. */
  readonly sound: MixedSound;
  readonly seconds: number;
  /** What of it is missing, as a sentence; empty when it is whole. */
  readonly damage: string;
  open(): Promise<VirtualInput & AsyncDisposable>;
};

export type SourceOptions = {
  readonly ffmpeg: string;
  readonly signal: AbortSignal;
  /** Whether steady noise goes, or everything is kept. */
  readonly noise: 'kept' | 'reduced';
  /** A file that plays beneath it, round and round. */
  readonly music?: string | undefined;
};

/** Reads it once, to its end. Throws `unreadable_media`. */
export async function openSource(path: string, options: SourceOptions): Promise<RenderSource> {
  // A missing file is told by ffmpeg.
  const isTake = await TakeFile.is(path).catch(() => false);
  return isTake ? openTake(path, options) : openSound(path, options);
}

async function openSound(path: string, options: SourceOptions): Promise<RenderSource> {
  const { ffmpeg, signal, noise, music } = options;
  const measured = await SoundFile.measure(path, ffmpeg, signal);
  const noiseDb = noise === 'reduced' ? measured.noiseDb : undefined;
  return {
    sound: { path, noiseDb, music },
    seconds: measured.samples / RATE_HZ,
    damage: measured.damage,
    open: async () => withMusic(await SoundFile.open({ path, noiseDb }, ffmpeg), options),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Its mouth moves as it did live; only what is heard is cleaned. */
async function openTake(path: string, options: SourceOptions): Promise<RenderSource> {
  const { signal, noise, music } = options;
  const clean = noise === 'reduced' ? (file: string) => cleanFile(file, options) : undefined;
  const take = await TakeFile.open(path);
  const { seconds, damage, music: played } = await take.summary();
  if (played > 0 && music !== undefined) {
    throw new AppError(
      'bad_request',
      `The take ${path} brings music of its own; leave --music out`,
    );
  }
  if (seconds === 0) {
    const why = damage === '' ? '' : `: ${damage}`;
    throw new AppError('unreadable_media', `Nothing happens in the take ${path}${why}`);
  }
  const audio = join(tmpdir(), `posecast-take-${randomUUID()}.wav`);
  const remove = (): Promise<void> => rm(audio, { force: true });
  try {
    await writeTakeSound(take, audio, { seconds, signal, clean });
  } catch (error) {
    await remove();
    throw error;
  }
  const open = () => withMusic(new TakeInput(take), options);
  const sound = { path: audio, music };
  return { sound, seconds, damage, open, [Symbol.asyncDispose]: remove };
}

async function withMusic(
  input: VirtualInput & AsyncDisposable,
  { music, ffmpeg }: SourceOptions,
): Promise<VirtualInput & AsyncDisposable> {
  return music === undefined ? input : WithMusic.open(input, music, ffmpeg);
}

/** Takes the noise out of a WAV file of ours, in place. */
async function cleanFile(path: string, { ffmpeg, signal }: SourceOptions): Promise<void> {
  const { noiseDb } = await SoundFile.measure(path, ffmpeg, signal);
  const cleaned = `${path}.clean`;
  try {
    await using work = await FfmpegProcess.open(
      cleanedSoundCommand({ path, noiseDb }, cleaned),
      ffmpeg,
    );
    work.stdout.resume();
    work.stdin.end();
    const { code } = await work.exited;
    signal.throwIfAborted();
    if (code !== 0) {
      const reason = work.stderrTail.at(-1) ?? `ffmpeg ended with code ${code}`;
      throw new AppError('encoder_failed', `The noise could not be taken out: ${reason}`);
    }
    await rename(cleaned, path);
  } finally {
    await rm(cleaned, { force: true });
  }
}
