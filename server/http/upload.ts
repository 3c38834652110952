/** Files from outside: streamed to the disk, with a limit, under a name of ours until they are whole. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../core/errors.ts';

/** Lets the routes of this scope read bodies as streams, whatever type they say they have. */
export function takeBodiesAsStreams(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
}

/**
 * Writes a body into `folder` and returns its path; what is too large or breaks off leaves nothing.
 * Throws `too_large`, `bad_request` and `folder_unreachable` (a full disk).
 */
export async function saveBody(body: unknown, folder: string, limitBytes: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `.upload-${randomUUID()}`);
  const meter = new Meter(limitBytes);
  try {
    await pipeline(body as Readable, meter, createWriteStream(path, { flags: 'wx' }));
    if (meter.bytes === 0) throw new AppError('bad_request', 'The request has no file in its body');
    return path;
  } catch (error) {
    await rm(path, { force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new AppError('folder_unreachable', 'The disk is full: the file was not kept', error);
  }
}

class Meter extends Transform {
  bytes = 0;
  readonly #limit: number;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (e?: Error, c?: Buffer) => void,
  ): void {
    this.bytes += chunk.length;
    if (this.bytes <= this.#limit) return done(undefined, chunk);
    const most = Math.round(this.#limit / 2 ** 20);
    done(new AppError('too_large', `The file has more than ${most} MiB`));
  }
}
