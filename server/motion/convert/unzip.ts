/** Zip archives from outside, unpacked with bounds on what comes out, whatever their headers say. */
import { Unzip, UnzipInflate } from 'fflate';
import { MotionDataError } from '../template/motion-data-error.ts';

export type ZipEntry = { readonly name: string; readonly bytes: Uint8Array };

const MAX_ENTRIES = 4000;
const MAX_TOTAL_BYTES = 96 * 1024 * 1024;
/** Deflate grows at most 1032-fold, so one slice gives at most 17 MB before the count is checked. */
const SLICE_BYTES = 16 * 1024;

/**
 * Files whose names `wanted` accepts, in the archive's order; together they may have `maxBytes`.
 * Throws MotionDataError.
 */
export function unzip(
  archive: Uint8Array,
  wanted: (name: string) => boolean,
  maxBytes = MAX_TOTAL_BYTES,
): ZipEntry[] {
  const entries: { name: string; chunks: Uint8Array[]; done: boolean }[] = [];
  let total = 0;
  let failure: Error | undefined;
  const reader = new Unzip((file) => {
    if (!wanted(file.name)) return;
    const entry = { name: file.name, chunks: [] as Uint8Array[], done: false };
    entries.push(entry);
    file.ondata = (error, chunk, final) => {
      if (error) failure ??= error;
      total += chunk?.length ?? 0;
      if (total <= maxBytes && chunk) entry.chunks.push(chunk);
      entry.done ||= final;
    };
    file.start();
  });
  reader.register(UnzipInflate);
  try {
    for (let at = 0; at < archive.length; at += SLICE_BYTES) {
      const end = Math.min(archive.length, at + SLICE_BYTES);
      reader.push(archive.subarray(at, end), end === archive.length);
      if (failure) throw failure;
      refuseLarge(entries.length, total, maxBytes);
    }
  } catch (error) {
    if (error instanceof MotionDataError) throw error;
    throw new MotionDataError('The zip file is damaged', error);
  }
  const torn = entries.find((entry) => !entry.done);
  if (torn) throw new MotionDataError(`The zip file ends within ${torn.name}`);
  return entries.map(({ name, chunks }) => ({ name, bytes: join(chunks) }));
}

function refuseLarge(count: number, total: number, maxBytes: number): void {
  if (count > MAX_ENTRIES) {
    throw new MotionDataError(`The zip file has more than ${MAX_ENTRIES} pose files`);
  }
  if (total > maxBytes) {
    throw new MotionDataError(`The zip file unpacks to more than ${maxBytes / 1024 / 1024} MB`);
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
