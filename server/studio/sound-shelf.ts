/** Sounds that were uploaded for background renders: files with the name they came with. Main thread. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { probe } from '../outputs/probe.ts';
import { Sound, SoundId } from '../protocol/job.ts';

const MOST_NAME = 80;
const IDLE_MS = 86_400_000;

export class SoundShelf {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Takes over a file that was written to `temporary`. Throws `unreadable_media`. */
  async adopt(temporary: string, givenName: string): Promise<Sound> {
    const { format, streams } = await probe(temporary);
    if (!streams.some((stream) => stream.codec_type === 'audio')) {
      throw new AppError('unreadable_media', `${givenName} has no sound in it`);
    }
    const { size } = await stat(temporary);
    const seconds = format.duration ?? 0;
    const id = randomUUID();
    const sound: Sound = { id, name: fileName(givenName), seconds, sizeBytes: size };
    await mkdir(this.folder, { recursive: true });
    await rename(temporary, this.path(id));
    await writeFile(`${this.path(id)}.json`, JSON.stringify(sound));
    return sound;
  }

  path(id: SoundId): string {
    return join(this.folder, SoundId.parse(id));
  }

  /** Throws `not_found`. */
  async get(id: SoundId): Promise<Sound> {
    try {
      return Sound.parse(JSON.parse(await readFile(`${this.path(id)}.json`, 'utf8')));
    } catch (cause) {
      throw new AppError('not_found', `There is no sound '${id}'`, cause);
    }
  }

  /**
   * Removes all but these and what came within a day: somebody may have it before them in the panel,
   * for a first order or for another try.
   */
  async keepOnly(ids: ReadonlySet<SoundId>): Promise<void> {
    const recent = Date.now() - IDLE_MS;
    for (const name of await readdir(this.folder).catch(() => [])) {
      if (ids.has(name.replace(/\.json$/, ''))) continue;
      const path = join(this.folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found && found.mtimeMs < recent) await rm(path, { force: true });
    }
  }
}

/** The last part of a path, without its ending and what file systems and zips don't take. */
export function fileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1)!;
  const plain = last
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .normalize('NFC')
    .replace(/[\p{C}<>:"|?*%#]+/gu, '')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .slice(0, MOST_NAME);
  return plain === '' ? 'sound' : plain;
}
