/**
 * Pictures and videos that people uploaded to be shown when an avatar can't be: a folder of short
 * silent videos, whatever they came as. Main thread; owned by the app.
 */
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { SlateName } from '../../protocol/slate.ts';
import { readPictureHead } from '../../render/picture/picture-size.ts';
import { FfmpegProcess } from '../ffmpeg-process.ts';
import { makeSlateCommand, type SlateSource } from './slate-command.ts';

const ENDING = '.mp4';
const MOST_SLATES = 50;
const MOST_MS = 60_000;
/** JPEG's size stands behind its comments and small picture. */
const HEAD_BYTES = 1024 * 1024;

export class SlateLibrary {
  readonly folder: string;
  readonly #ffmpeg: string;

  constructor(folder: string, ffmpeg: string) {
    this.folder = folder;
    this.#ffmpeg = ffmpeg;
  }

  async list(): Promise<SlateName[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names
      .filter((name) => name.endsWith(ENDING))
      .map((name) => SlateName.safeParse(name.slice(0, -ENDING.length)).data)
      .filter((name) => name !== undefined)
      .sort();
  }

  /** Throws `not_found`. */
  async path(name: SlateName): Promise<string> {
    const path = join(this.folder, name + ENDING);
    await stat(path).catch((cause: unknown) => {
      throw new AppError('not_found', `There is no slate '${name}'`, cause);
    });
    return path;
  }

  /**
   * Takes a file that was uploaded to `temporary`, instead of one of that name. Throws
   * `unreadable_media` for what is neither picture nor video, and `too_many`.
   */
  async add(name: SlateName, temporary: string): Promise<void> {
    const names = await this.list();
    if (!names.includes(name) && names.length >= MOST_SLATES) {
      throw new AppError('too_many', `There are ${MOST_SLATES} slates already; delete one first`);
    }
    await mkdir(this.folder, { recursive: true });
    const made = `${temporary}${ENDING}`;
    const source = await sourceOf(temporary);
    await using process = await FfmpegProcess.open(
      makeSlateCommand(source, temporary, made),
      this.#ffmpeg,
    );
    process.stdout.resume();
    const timer = setTimeout(() => void process.close(), MOST_MS);
    const { code } = await process.exited;
    clearTimeout(timer);
    if (code === 0) {
      await rename(made, join(this.folder, name + ENDING));
      return;
    }
    await rm(made, { force: true });
    const reason = (process.stderrTail.at(-1) ?? 'it took too long').replaceAll(temporary, 'it');
    throw new AppError('unreadable_media', `This is neither picture nor video: ${reason}`);
  }

  async delete(name: SlateName): Promise<void> {
    await rm(await this.path(name));
  }
}

async function sourceOf(path: string): Promise<SlateSource> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return readPictureHead(buffer.subarray(0, bytesRead)) ?? 'video';
  } finally {
    await file.close();
  }
}
