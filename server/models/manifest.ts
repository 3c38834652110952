/**
 * The list of models that can be downloaded: `models/manifest.json`, or the file that
 * POSECAST_MODEL_MANIFEST names. Read once at the start.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { MODEL_PURPOSES, ModelName } from '../protocol/model.ts';

const MAX_MODEL_BYTES = 4 * 1024 ** 3;

const ManifestEntry = z.object({
  name: ModelName,
  purpose: z.enum(MODEL_PURPOSES),
  /** Name of the file at its source and in a mirror; never a path. */
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  url: z.url({ protocol: /^https$/ }),
  sizeBytes: z.number().int().min(1).max(MAX_MODEL_BYTES),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: z.string().min(1),
  /** Whether its licence lets it earn money; what nobody has looked up may not. */
  commercial: z.boolean().default(false),
  author: z.string().min(1),
});
export type ManifestEntry = z.infer<typeof ManifestEntry>;

const Manifest = z.object({
  format: z.literal('posecast-models'),
  version: z.literal(1),
  models: z.array(ManifestEntry).refine(unique, 'has a name twice'),
});

/** Throws `bad_pack` with what is wrong and where. */
export async function readManifest(path: string): Promise<readonly ManifestEntry[]> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new AppError('bad_pack', `The list of models ${path} can't be read as JSON`, error);
  }
  const parsed = Manifest.safeParse(content);
  if (parsed.success) return parsed.data.models;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('bad_pack', `The list of models ${path} is wrong: ${problems.join('; ')}`);
}

function unique(entries: readonly { readonly name: string }[]): boolean {
  return new Set(entries.map(({ name }) => name)).size === entries.length;
}
