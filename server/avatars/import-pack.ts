/** An avatar pack as a zip archive becomes an avatar of this installation. Workshop thread. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { AvatarManifest, loadPack } from '../inference/pack.ts';
import { DRAFT_PREFIX } from './pack-writer.ts';
import type { WorkshopJob } from './workshop.ts';
import { ZipFile } from './zip-file.ts';

const LIMITS = { files: 200, bytes: 2 ** 31 - 1 };

/** Throws `bad_request`, `too_large`, `bad_pack`, `conflict`. Leaves nothing when it throws. */
export async function importPack({ archive, folder, reserved }: WorkshopJob): Promise<string> {
  const draft = join(folder, `${DRAFT_PREFIX}${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await using zip = await ZipFile.open(archive, LIMITS);
    if (!zip.names.includes('avatar.json')) {
      throw new AppError('bad_pack', `expected avatar.json in the archive, found ${zip.names.slice(0, 5).join(', ')}`); // prettier-ignore
    }
    await zip.extract(draft);
    const name = await nameIn(draft);
    await refuseTaken(name, folder, reserved);
    const { manifest } = await loadPack(draft, name);
    await dropUnnamed(draft, new Set(['avatar.json', ...Object.keys(manifest.files)]));
    await rename(draft, join(folder, name));
    return name;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

export async function refuseTaken(
  name: string,
  folder: string,
  reserved: readonly string[],
): Promise<void> {
  if (reserved.includes(name)) {
    throw new AppError('conflict', `"${name}" is the name of a built-in avatar`);
  }
  if (await stat(join(folder, name)).catch(() => undefined)) {
    throw new AppError('conflict', `There is an avatar "${name}" already; delete it first`);
  }
}

async function nameIn(draft: string): Promise<string> {
  const text = await readFile(join(draft, 'avatar.json'), 'utf8');
  try {
    return AvatarManifest.shape.name.parse((JSON.parse(text) as { readonly name?: unknown }).name);
  } catch (cause) {
    throw new AppError('bad_pack', 'expected avatar.json with a lower-case name', cause);
  }
}

/** What the manifest does not name was not checked and is not kept. */
async function dropUnnamed(draft: string, named: ReadonlySet<string>): Promise<void> {
  const found = await readdir(draft, { recursive: true, withFileTypes: true });
  for (const entry of found) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (!named.has(path.slice(draft.length + 1).replaceAll('\\', '/'))) await rm(path);
  }
}
