/**
 * Fetches one model into a file: from its official address, or from a mirror, which is a folder or
 * another address with the same file names. What an interrupted download left is taken up again.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { AppError } from '../core/errors.ts';
import type { ManifestEntry } from './manifest.ts';

/** A source that sends nothing for this long is given up; the part stays for the next time. */
const STALL_MS = 30_000;

export type DownloadOptions = {
  readonly entry: ManifestEntry;
  /** Folder or URL; undefined: the official address. */
  readonly mirror: string | undefined;
  /** Where the bytes go; what is there already is continued. */
  readonly part: string;
  readonly onProgress: (receivedBytes: number) => void;
  readonly signal: AbortSignal;
};

/** Resolves once `part` holds the whole file with the right sum. Throws `download_failed`. */
export async function download(options: DownloadOptions): Promise<void> {
  const { entry, part } = options;
  let received = await sizeOf(part);
  // More than the whole file is no part of it.
  if (received > entry.sizeBytes) received = await discard(part);
  options.onProgress(received);
  if (received < entry.sizeBytes) await fetchRest(options, received);
  const found = await sha256(part);
  if (found === entry.sha256) return;
  await discard(part);
  throw new AppError(
    'download_failed',
    `${sourceOf(options)} is not the file that the manifest names: ` +
      `expected sha256 ${entry.sha256}, found ${found}`,
  );
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** 0 where there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

async function fetchRest(options: DownloadOptions, from: number): Promise<void> {
  const { entry, part, onProgress } = options;
  const stall = new AbortController();
  const signal = AbortSignal.any([options.signal, stall.signal]);
  const timer = setTimeout(() => stall.abort(), STALL_MS);
  try {
    const { stream, offset } = await open(options, from, signal);
    let received = offset;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        timer.refresh();
        received += chunk.length;
        if (received > entry.sizeBytes) {
          done(new Error(`it is larger than the ${entry.sizeBytes} bytes of the manifest`));
          return;
        }
        onProgress(received);
        done(null, chunk);
      },
    });
    const out = createWriteStream(part, { flags: offset > 0 ? 'a' : 'w' });
    await pipeline(stream, count, out, { signal });
    if (received < entry.sizeBytes) {
      throw new Error(`it ended after ${received} of ${entry.sizeBytes} bytes`);
    }
  } catch (error) {
    throw failure(options, error, stall.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

/** The bytes from `from` on, or from 0 where the source can't continue. */
async function open(
  options: DownloadOptions,
  from: number,
  signal: AbortSignal,
): Promise<{ readonly stream: Readable; readonly offset: number }> {
  const source = sourceOf(options);
  if (!/^https?:/.test(source)) {
    return { stream: createReadStream(source, { start: from }), offset: from };
  }
  const headers = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await fetch(source, { headers, signal });
  if (!response.ok || !response.body) throw new Error(`the answer was ${response.status}`);
  const stream = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  return { stream, offset: response.status === 206 ? from : 0 };
}

function sourceOf({ entry, mirror }: DownloadOptions): string {
  if (mirror === undefined) return entry.url;
  if (/^https?:/.test(mirror)) return `${mirror.replace(/\/$/, '')}/${entry.file}`;
  return join(mirror, entry.file);
}

function failure(options: DownloadOptions, error: unknown, stalled: boolean): AppError {
  if (error instanceof AppError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = cause instanceof Error ? cause.message : String(cause);
  const reason = stalled ? `nothing came for ${STALL_MS / 1000} s` : words;
  return new AppError('download_failed', `${sourceOf(options)} can't be had: ${reason}`, error);
}

async function discard(path: string): Promise<0> {
  await rm(path, { force: true });
  return 0;
}
