/** Files as a zip, streamed and stored as they are: videos don't get smaller. Memory is bounded. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Zip, ZipPassThrough } from 'fflate';
import { AppError } from '../core/errors.ts';

/** Without the 64-bit extension, which fflate does not write, sizes have 32 bits. */
const MOST_BYTES = 4 * 2 ** 30 - 2 ** 22;

export type ZipEntry = { readonly name: string; readonly path: string };

/** Throws `too_large` before the first byte. */
export async function zipFiles(entries: readonly ZipEntry[]): Promise<AsyncGenerator<Uint8Array>> {
  const sizes = await Promise.all(entries.map(({ path }) => stat(path)));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= MOST_BYTES) return zipped(entries);
  const whole = Math.ceil(bytes / 2 ** 30);
  throw new AppError('too_large', `A zip holds 4 GiB and these have ${whole}: take fewer at once`);
}

async function* zipped(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    ready.push(chunk);
  });
  for (const { name, path } of entries) {
    const entry = new ZipPassThrough(name);
    zip.add(entry);
    for await (const piece of createReadStream(path)) {
      entry.push(piece as Buffer);
      yield* ready;
      ready = [];
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* ready;
}
