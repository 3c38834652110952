/**
 * Writes an avatar pack: the files, then `avatar.json` with their sums, in a folder beside the final
 * one, which gets its name when it is whole and has been loaded once. Any thread.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../core/errors.ts';
import { loadPack, type AvatarManifest } from '../inference/pack.ts';

export type PackDraft = Pick<
  AvatarManifest,
  'name' | 'title' | 'description' | 'body' | 'lips' | 'licence' | 'author'
> &
  Partial<Pick<AvatarManifest, 'width' | 'height' | 'commercial' | 'device'>>;

/** Folders whose names begin so are work in progress; no avatar's name does. */
export const DRAFT_PREFIX = '.making-';

export class PackWriter {
  /** Files may also be put here by others, then named to `add`. */
  readonly folder: string;
  readonly #target: string;
  readonly #files: Record<string, { readonly sha256: string }> = {};

  private constructor(folder: string, target: string) {
    this.folder = folder;
    this.#target = target;
  }

  /** `target`: the pack's folder-to-be. Throws `conflict` when there is one. */
  static async open(target: string): Promise<PackWriter> {
    await refuseTaken(target);
    const folder = join(dirname(target), `${DRAFT_PREFIX}${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    return new PackWriter(folder, target);
  }

  async write(name: string, bytes: Uint8Array | string): Promise<void> {
    await writeFile(join(this.folder, name), bytes);
    await this.add(name);
  }

  /** Takes a file that lies in `folder` into the pack. */
  async add(name: string): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(this.folder, name)), hash);
    this.#files[name] = { sha256: hash.digest('hex') };
  }

  /** Writes the manifest of what there is so far: the draft can be loaded. */
  async describe(draft: PackDraft): Promise<void> {
    const manifest = { ...draft, files: this.#files };
    await writeFile(join(this.folder, 'avatar.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  }

  /** Loads the pack as any session would and gives it its name. Throws `bad_pack`, `conflict`. */
  async finish(draft: PackDraft): Promise<void> {
    await this.describe(draft);
    await loadPack(this.folder, draft.name);
    await refuseTaken(this.#target);
    await rename(this.folder, this.#target);
  }

  /** Leaves nothing of what was not finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function refuseTaken(target: string): Promise<void> {
  if (!(await stat(target).catch(() => undefined))) return;
  throw new AppError('conflict', `There is an avatar of this name already in ${target}`);
}
