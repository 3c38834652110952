/**
 * Avatar packs: a folder with `avatar.json` and the files it names. Everything is read once, only
 * from inside the folder, and checked by sha256 before anyone uses it. Runs at load time, on any
 * thread.
 */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { AppError } from '../core/errors.ts';

const MANIFEST = 'avatar.json';
/** No embedded or downloaded file is larger; stops a wrong path from filling the memory. */
const MAX_FILE_BYTES = 2 ** 31;

const LocalisedText = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) });

export const AvatarManifest = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected a lower-case name such as "mira"'),
  title: LocalisedText,
  description: LocalisedText,
  body: z.enum(['rig']),
  lips: z.enum(['visemes']),
  width: z.number().int().min(64).max(4096).default(512),
  height: z.number().int().min(64).max(4096).default(512),
  fps: z.number().int().min(1).max(60).default(25),
  licence: z.string().min(1),
  author: z.string().min(1),
  files: z
    .record(z.string(), z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .refine((files) => Object.keys(files).length > 0, 'expected at least one file'),
});
export type AvatarManifest = z.infer<typeof AvatarManifest>;

/** A checked pack, held in memory. */
export type AvatarPack = {
  readonly manifest: AvatarManifest;
  /** Bytes of a file the manifest names; throws `bad_pack` for any other. */
  readonly file: (name: string) => Uint8Array;
  /** The same, parsed as JSON. */
  readonly json: (name: string) => unknown;
};

/** Reads and checks the pack in folder `dir`. Throws AppError `bad_pack`. */
export async function loadPack(dir: string): Promise<AvatarPack> {
  const manifest = await readManifest(dir);
  const files = new Map<string, Uint8Array>();
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const bytes = await readInside(dir, name);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== sha256) {
      throw bad(dir, `file "${name}": expected sha256 ${sha256}, found ${found}`);
    }
    files.set(name, bytes);
  }
  const file = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes === undefined) {
      throw bad(dir, `expected a file "${name}", found ${[...files.keys()].join(', ')}`);
    }
    return bytes;
  };
  return { manifest, file, json: (name) => parseJson(dir, name, file(name)) };
}

/** Manifests of all readable packs under `dir` (one folder each), sorted by name. */
export async function listPacks(dir: string): Promise<AvatarManifest[]> {
  const names = await packNames(dir);
  const read = await Promise.allSettled(names.map((name) => readManifest(path.join(dir, name))));
  // A broken pack must not hide the good ones; loading it by name says what is wrong.
  return read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Loads pack `name` from the folder of packs; AppError `avatar_not_found` lists the legal names. */
export async function loadAvatar(dir: string, name: string): Promise<AvatarPack> {
  const names = await packNames(dir);
  if (!names.includes(name)) {
    const legal = names.length === 0 ? 'none' : names.join(', ');
    throw new AppError('avatar_not_found', `there is no avatar "${name}"; avatars: ${legal}`);
  }
  return loadPack(path.join(dir, name));
}

async function packNames(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    throw new AppError('folder_unreachable', `the avatar folder ${dir} can't be read`, cause);
  }
}

async function readManifest(dir: string): Promise<AvatarManifest> {
  const data = parseJson(dir, MANIFEST, await readInside(dir, MANIFEST));
  const parsed = AvatarManifest.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw bad(
      dir,
      `${MANIFEST} at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'invalid'}`,
    );
  }
  const folder = path.basename(path.resolve(dir));
  if (parsed.data.name !== folder) {
    throw bad(dir, `${MANIFEST}: expected the name "${folder}", found "${parsed.data.name}"`);
  }
  return parsed.data;
}

/** Reads a plain file whose real path lies inside the pack. */
async function readInside(dir: string, name: string): Promise<Uint8Array> {
  const parts = name.split('/');
  if (
    name.includes('\\') ||
    path.isAbsolute(name) ||
    parts.some((part) => part === '..' || part === '')
  ) {
    throw bad(dir, `expected a relative path inside the pack, found "${name}"`);
  }
  const full = path.join(dir, name);
  try {
    const [root, real] = await Promise.all([realpath(dir), realpath(full)]);
    if (!real.startsWith(root + path.sep)) {
      throw bad(dir, `expected "${name}" inside the pack, found a link that leads out of it`);
    }
    const stats = await lstat(real);
    if (!stats.isFile() || stats.size > MAX_FILE_BYTES) {
      throw bad(dir, `expected "${name}" to be a file of at most ${MAX_FILE_BYTES} bytes`);
    }
    return await readFile(real);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw bad(dir, `expected a readable file "${name}", found none`, cause);
  }
}

function parseJson(dir: string, name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw bad(dir, `expected JSON in "${name}", found: ${message}`, cause);
  }
}

function bad(dir: string, what: string, cause?: unknown): AppError {
  return new AppError('bad_pack', `avatar pack "${path.basename(dir)}": ${what}`, cause);
}
