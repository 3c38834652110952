/**
 * Footage that the panel has looked at becomes an avatar: an archive with `clip.json` (ClipUpload),
 * the films it names, and the graphs of its lips where there are any. Workshop thread.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { ClipUpload } from '../protocol/avatar.ts';
import { LipsFile } from '../render/lips/lips-file.ts';
import { graphsOf, makeClipPack } from './clip-pack.ts';
import { refuseTaken } from './import-pack.ts';
import { DRAFT_PREFIX } from './pack-writer.ts';
import { readUploadJson } from './upload-json.ts';
import type { WorkshopJob } from './workshop.ts';
import { ZipFile } from './zip-file.ts';

const LIMITS = { files: 40, bytes: 2 ** 31 - 1 };

/** Throws `bad_request`, `too_large`, `unreadable_media`, `bad_pack`, `conflict`. */
export async function importClip(job: WorkshopJob): Promise<string> {
  const { archive, folder, reserved, ffmpeg } = job;
  const draft = join(folder, `${DRAFT_PREFIX}${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await using zip = await ZipFile.open(archive, LIMITS);
    requireFiles(zip.names, ['clip.json']);
    await zip.extract(draft);
    const read = (name: string): Promise<Uint8Array> => readFile(join(draft, name));
    const upload = readUploadJson('clip.json', ClipUpload, await read('clip.json'));
    requireFiles(
      zip.names,
      upload.films.map(({ file }) => file),
    );
    await refuseTaken(upload.name, folder, reserved);
    const lips = zip.names.includes('lips.json')
      ? readUploadJson('lips.json', LipsFile, await read('lips.json'))
      : undefined;
    if (lips) requireFiles(zip.names, graphsOf(lips));
    const [idle, ...gestures] = upload.films;
    const place = (file: string): string => join(draft, file);
    await makeClipPack(join(folder, upload.name), {
      ...{ ffmpeg, wishes: upload, lips: lips && { file: lips, folder: draft } },
      video: place(idle!.file),
      gestures: gestures.map(({ file, templates }) => ({ video: place(file), templates })),
      // The browser may have seen a frame less than ffmpeg decodes.
      marks: (_, film, index) => Promise.resolve(upload.films[film]!.marks[index] ?? undefined),
      onProgress: () => undefined,
    });
    return upload.name;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function requireFiles(names: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new AppError('bad_request', `expected ${missing.join(', ')} in the archive, found ${names.join(', ')}`); // prettier-ignore
}
