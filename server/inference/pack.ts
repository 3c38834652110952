/**
 * Avatar packs: a folder with `avatar.json` and the files it names. Everything lies inside the
 * folder and is checked by sha256 before anyone uses it. Small files are read once and held; graphs
 * and other large ones are hashed as a stream and then read by their path. Runs at load time, on
 * any thread.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { z } from 'zod';

import { AppError } from '../core/errors.ts';
import { Device } from '../protocol/device.ts';

const MANIFEST = 'avatar.json';
/** No embedded or downloaded file is larger; stops a wrong path from filling the memory. */
const MAX_FILE_BYTES = 2 ** 31;
/** Files up to this size are held in memory, except graphs. */
const HELD_BYTES = 16 * 2 ** 20;

const LocalisedText = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) });

export const AvatarManifest = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected a lower-case name such as "mira"'),
  title: LocalisedText,
  description: LocalisedText,
  body: z.enum(['rig', 'controlnet', 'photo', 'diffusion', 'clip']),
  lips: z.enum(['visemes', 'none', 'wav2lip', 'ultralight', 'musetalk']),
  width: z.number().int().min(64).max(4096).default(512),
  height: z.number().int().min(64).max(4096).default(512),
  fps: z.number().int().min(1).max(60).default(25),
  licence: z.string().min(1),
  /** Whether its licence lets it earn money. */
  commercial: z.boolean().default(true),
  /** What its networks run on best; followed where the installation says `auto`. */
  device: Device.default('auto'),
  /** Memory of a GPU that its networks take; 0 where nobody measured it. */
  vramMb: z.number().int().min(0).max(1_000_000).default(0),
  author: z.string().min(1),
  files: z
    .record(z.string(), z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .refine((files) => Object.keys(files).length > 0, 'expected at least one file'),
});
export type AvatarManifest = z.infer<typeof AvatarManifest>;

/** A checked pack. */
export type AvatarPack = {
  readonly manifest: AvatarManifest;
  /** Whether the manifest names this file. */
  readonly has: (name: string) => boolean;
  /** Bytes of a small file the manifest names; throws `bad_pack` for any other. */
  readonly file: (name: string) => Uint8Array;
  /** The same, parsed as JSON. */
  readonly json: (name: string) => unknown;
  /** Where a file of the manifest lies, for what is too large to be held; throws `bad_pack`. */
  readonly path: (name: string) => string;
  /** The sum of a file, which was checked; throws `bad_pack`. */
  readonly sha256: (name: string) => string;
};

type CheckedFile = {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: Uint8Array | undefined;
};

/** Reads and checks the pack in folder `dir`, whose name is the pack's unless `name` is given. Throws AppError `bad_pack`. */
export async function loadPack(dir: string, name?: string): Promise<AvatarPack> {
  const manifest = await readManifest(dir, name);
  const files = new Map<string, CheckedFile>();
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    files.set(name, await checkFile(dir, name, sha256));
  }
  const checked = (name: string): CheckedFile => {
    const found = files.get(name);
    if (found) return found;
    throw bad(dir, `expected a file "${name}", found ${[...files.keys()].join(', ')}`);
  };
  const file = (name: string): Uint8Array => {
    const { bytes } = checked(name);
    if (bytes) return bytes;
    throw bad(dir, `expected "${name}" to have at most ${HELD_BYTES} bytes and be no graph`);
  };
  return {
    manifest,
    has: (name) => files.has(name),
    file,
    json: (name) => parseJson(dir, name, file(name)),
    path: (name) => checked(name).path,
    sha256: (name) => checked(name).sha256,
  };
}

async function checkFile(dir: string, name: string, sha256: string): Promise<CheckedFile> {
  const { real, sizeBytes } = await findInside(dir, name);
  const held = sizeBytes <= HELD_BYTES && !name.endsWith('.onnx');
  const bytes = held ? await readInside(dir, name) : undefined;
  const hash = createHash('sha256');
  if (bytes) hash.update(bytes);
  else await pipeline(createReadStream(real), hash);
  const found = hash.digest('hex');
  if (found === sha256) return { path: real, sha256, bytes };
  throw bad(dir, `file "${name}": expected sha256 ${sha256}, found ${found}`);
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
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    throw new AppError('folder_unreachable', `the avatar folder ${dir} can't be read`, cause);
  }
}

/** What a pack says of itself; its files are not looked at. Throws `bad_pack`. */
export async function readManifest(dir: string, name?: string): Promise<AvatarManifest> {
  const data = parseJson(dir, MANIFEST, await readInside(dir, MANIFEST));
  const parsed = AvatarManifest.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw bad(
      dir,
      `${MANIFEST} at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'invalid'}`,
    );
  }
  const folder = name ?? path.basename(path.resolve(dir));
  if (parsed.data.name !== folder) {
    throw bad(dir, `${MANIFEST}: expected the name "${folder}", found "${parsed.data.name}"`);
  }
  return parsed.data;
}

async function readInside(dir: string, name: string): Promise<Uint8Array> {
  const { real } = await findInside(dir, name);
  try {
    return await readFile(real);
  } catch (cause) {
    throw bad(dir, `expected a readable file "${name}", found none`, cause);
  }
}

/** A plain file whose real path lies inside the pack. */
async function findInside(
  dir: string,
  name: string,
): Promise<{ readonly real: string; readonly sizeBytes: number }> {
  const parts = name.split('/');
  if (
    name.includes('\\') ||
    path.isAbsolute(name) ||
    parts.some((part) => part === '..' || part === '')
  ) {
    throw bad(dir, `expected a relative path inside the pack, found "${name}"`);
  }
  try {
    const [root, real] = await Promise.all([realpath(dir), realpath(path.join(dir, name))]);
    if (!real.startsWith(root + path.sep)) {
      throw bad(dir, `expected "${name}" inside the pack, found a link that leads out of it`);
    }
    const stats = await lstat(real);
    if (!stats.isFile() || stats.size > MAX_FILE_BYTES) {
      throw bad(dir, `expected "${name}" to be a file of at most ${MAX_FILE_BYTES} bytes`);
    }
    return { real, sizeBytes: stats.size };
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
