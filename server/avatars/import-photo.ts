/**
 * A photo that the panel has looked at becomes an avatar: an archive with `picture` (PNG, JPEG or
 * WebP), `face.json` (PhotoUpload) and, where the person was told apart, `mask.png`. Workshop thread.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { PhotoUpload } from '../protocol/avatar.ts';
import { decodePicture } from '../render/picture/decode-picture.ts';
import { readPng } from '../render/picture/png.ts';
import type { Still } from '../render/picture/still.ts';
import { refuseTaken } from './import-pack.ts';
import { DRAFT_PREFIX } from './pack-writer.ts';
import { makePhotoPack } from './photo-pack.ts';
import { readUploadJson } from './upload-json.ts';
import type { WorkshopJob } from './workshop.ts';
import { ZipFile } from './zip-file.ts';

const LIMITS = { files: 3, bytes: 64 * 2 ** 20 };

/** Throws `bad_request`, `too_large`, `unreadable_media`, `conflict`. */
export async function importPhoto(job: WorkshopJob): Promise<string> {
  const { archive, folder, reserved, ffmpeg } = job;
  const draft = join(folder, `${DRAFT_PREFIX}${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await using zip = await ZipFile.open(archive, LIMITS);
    await zip.extract(draft);
    const read = async (name: string): Promise<Uint8Array> => {
      if (zip.names.includes(name)) return readFile(join(draft, name));
      throw new AppError('bad_request', `expected ${name} in the archive, found ${zip.names.join(', ')}`); // prettier-ignore
    };
    const upload = readUploadJson('face.json', PhotoUpload, await read('face.json'));
    await refuseTaken(upload.name, folder, reserved);
    const photo = await decodePicture(await read('picture'), { name: 'the photo', ffmpeg });
    const mask = zip.names.includes('mask.png')
      ? readMask(await read('mask.png'), photo)
      : undefined;
    await makePhotoPack(join(folder, upload.name), { upload, photo, mask });
    return upload.name;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function readMask(bytes: Uint8Array, photo: Still): Uint8Array {
  const { width, height, rgba } = readPng(bytes, 'mask.png');
  if (width !== photo.width || height !== photo.height) {
    throw new AppError('bad_request', `expected mask.png of the photo's ${photo.width} x ${photo.height}, found ${width} x ${height}`); // prettier-ignore
  }
  return Uint8Array.from({ length: width * height }, (_, i) => rgba[i * 4]!);
}
