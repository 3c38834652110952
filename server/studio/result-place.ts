/**
 * Where a result is written until it is whole: beside its name, under another one, which is removed
 * when nothing becomes of it.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { RenderFormat } from '../outputs/render-command.ts';

export type Place = {
  readonly target: string;
  readonly write: string;
  keep(): Promise<void>;
  drop(): Promise<void>;
};

/** Throws `folder_unreachable`, and `conflict` for a folder of pictures that is there. */
export async function openPlace(target: string, format: RenderFormat): Promise<Place> {
  const folder = dirname(target);
  try {
    await makeFolder(folder);
  } catch (cause) {
    throw new AppError('folder_unreachable', `Cannot write to ${folder}`, cause);
  }
  const name = basename(target, extname(target));
  const final = format === 'png' ? join(folder, name) : target;
  const partial = partialOf(target);
  await rm(partial, { recursive: true, force: true });
  if (format === 'png') {
    await refuseFilled(final);
    await mkdir(partial);
  }
  return {
    target: final,
    write: format === 'png' ? join(partial, 'frame-%06d.png') : partial,
    keep: async () => {
      if (format === 'png') await rm(final, { recursive: true, force: true });
      await rename(partial, final);
    },
    drop: () => rm(partial, { recursive: true, force: true }),
  };
}

/** Where what is unfinished lies. */
function partialOf(target: string): string {
  const ending = extname(target);
  const kept = ending.toLowerCase() === '.png' ? '' : ending;
  return join(dirname(target), `.${basename(target, ending)}.partial${kept}`);
}

/** Removes what a process that was killed left unfinished. */
export function dropPartial(target: string): Promise<void> {
  return rm(partialOf(target), { recursive: true, force: true });
}

/** With its parents. Node's own recursive mkdir never returns where a parent refuses, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

/** Pictures of another render must neither mix with ours nor vanish. */
async function refuseFilled(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) return;
  if (found.isDirectory() && (await readdir(folder)).length === 0) return;
  throw new AppError('conflict', `${folder} is there already: name another folder or empty it`);
}
