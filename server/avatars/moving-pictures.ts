/**
 * The moving pictures of avatars that were made or imported here: drawn at the first request, one at a
 * time in a process behind those of live sessions, and kept in the avatar's own folder under the hash of its pack, so
 * that they go when it goes. Main thread; owned by the app.
 */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';
import type { SheetName } from '../protocol/moving.ts';

const ENTRY = fileURLToPath(new URL('moving-child.ts', import.meta.url));
/** Inside a pack's folder, which holds nothing else of ours. */
const FOLDER = '.moving';
/** Another number when they are drawn otherwise: old ones are drawn anew. */
const EDITION = 1;
/** A network's thirty pictures on a slow machine that does other things first. */
const PATIENCE_MS = 120_000;
const MEMORY_MB = 1024;
/** Pictures that are drawn or waited for; a gallery asks for them one by one. */
const MOST_WAITING = 24;
/** Pictures that could not be drawn, and for how long they are not tried again: it may have been a busy hour. */
const MOST_REFUSED = 200;
const REFUSED_MS = 600_000;

const run = promisify(execFile);

export type MovingPicturesOptions = {
  /** Where the built-in templates lie; one of them is performed. */
  readonly motionsDir: string;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
};

export class MovingPictures {
  readonly #motionsDir: string;
  readonly #drawing = new Map<string, Promise<Uint8Array>>();
  readonly #now: () => number;
  /** When each was refused. */
  readonly #refused = new Map<string, number>();
  readonly #stop = new AbortController();
  /** Resolves when the one before is done. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ motionsDir, now = () => performance.now() }: MovingPicturesOptions) {
    this.#motionsDir = motionsDir;
    this.#now = now;
  }

  /**
   * WebP of the avatar in `dir`. Throws `not_found` where it can't be drawn, `too_many` while too many
   * are waited for.
   */
  async picture(dir: string, what: SheetName): Promise<Uint8Array> {
    const path = join(dir, FOLDER, `${what}-${await packHash(dir)}.webp`);
    const kept = await readFile(path).catch(() => undefined);
    if (kept) return kept;
    const drawing = this.#drawing.get(path);
    if (drawing) return drawing;
    if (this.#now() - (this.#refused.get(path) ?? -Infinity) < REFUSED_MS) throw refusal();
    if (this.#drawing.size >= MOST_WAITING) {
      throw new AppError('too_many', `${MOST_WAITING} moving pictures are waited for already`);
    }
    const drawn = this.#next(() => this.#draw(dir, what, path));
    this.#drawing.set(path, drawn);
    return drawn.finally(() => this.#drawing.delete(path));
  }

  /** Ends what is being drawn and waits for it. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#turn;
  }

  #next(draw: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const drawn = this.#turn.then(draw);
    // Whoever asked for it hears how it went; the next one only waits.
    this.#turn = drawn.catch(() => undefined);
    return drawn;
  }

  async #draw(dir: string, what: SheetName, path: string): Promise<Uint8Array> {
    const folder = join(dir, FOLDER);
    const draft = join(folder, `${randomUUID()}.draft`);
    const options = { timeout: PATIENCE_MS, signal: this.#stop.signal };
    const memory = `--max-old-space-size=${MEMORY_MB}`;
    try {
      await mkdir(folder, { recursive: true });
      await run(process.execPath, [memory, ENTRY, dir, this.#motionsDir, what, draft], options);
      await dropOthers(folder, what);
      await rename(draft, path);
      return await readFile(path);
    } catch (cause) {
      await rm(draft, { force: true });
      if (!this.#stop.signal.aborted) this.#refuse(path);
      throw refusal(cause);
    }
  }

  #refuse(path: string): void {
    if (this.#refused.size >= MOST_REFUSED) this.#refused.clear();
    this.#refused.set(path, this.#now());
  }
}

/** Of an earlier pack with this name, or drawn otherwise. */
async function dropOthers(folder: string, what: SheetName): Promise<void> {
  const names = await readdir(folder);
  const old = names.filter((name) => name.startsWith(`${what}-`));
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}

/** The manifest has the sums of all files. Throws `not_found`. */
async function packHash(dir: string): Promise<string> {
  const manifest = await readFile(join(dir, 'avatar.json')).catch((cause: unknown) => {
    throw refusal(cause);
  });
  return createHash('sha256').update(`${EDITION}\n`).update(manifest).digest('hex').slice(0, 32);
}

function refusal(cause?: unknown): AppError {
  return new AppError('not_found', 'There is no moving picture of this avatar', cause);
}
