/**
 * Zip archives from outside, by their central directory: what they hold is known, and refused,
 * before anything is written. No links, no ways out of the folder, no more bytes than were announced.
 * Workshop thread. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3
 */
import { createWriteStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { AppError } from '../core/errors.ts';

export type ZipLimits = { readonly files: number; readonly bytes: number };

type Entry = {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Of its local header. */
  readonly at: number;
};

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MOST_COMMENT = 65_535;
/** Upper half of the external attributes on Unix: file types. */
const [TYPE_MASK, LINK] = [0xf000, 0xa000];
const STORED = 0;
const DEFLATED = 8;
/** What Finder and Windows add. */
const CLUTTER = /^__MACOSX\/|(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/;
/** One name of a path: nothing hidden, nothing that a shell or another system reads otherwise. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_. -]{0,127}$/;

export class ZipFile implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #entries: readonly Entry[];

  private constructor(file: FileHandle, entries: readonly Entry[]) {
    this.#file = file;
    this.#entries = entries;
  }

  /** Throws `bad_request` for what is no zip or holds what we don't take, `too_large`. */
  static async open(path: string, limits: ZipLimits): Promise<ZipFile> {
    const file = await open(path, 'r');
    try {
      return new ZipFile(file, checked(await readDirectory(file), limits));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Names in the archive; a folder that holds everything is left out. */
  get names(): readonly string[] {
    return this.#entries.map(({ name }) => name);
  }

  /** Writes all files into `folder`, which is empty. Throws `bad_request` for damaged ones. */
  async extract(folder: string): Promise<void> {
    for (const entry of this.#entries) {
      const target = join(folder, entry.name);
      await mkdir(dirname(target), { recursive: true });
      try {
        await pipeline(
          await this.#packed(entry),
          entry.method === DEFLATED ? createInflateRaw() : new PassThrough(),
          new Exactly(entry),
          createWriteStream(target, { flags: 'wx' }),
        );
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        throw bad(`"${entry.name}" in the archive is damaged`, cause);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #packed({ at, packedBytes, name }: Entry): Promise<NodeJS.ReadableStream> {
    const head = await read(this.#file, at, LOCAL_BYTES);
    if (head.length < LOCAL_BYTES || head.readUInt32LE(0) !== LOCAL) {
      throw bad(`"${name}" is not where the archive says`);
    }
    const start = at + LOCAL_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28);
    if (packedBytes === 0) return new PassThrough().end();
    const end = start + packedBytes - 1;
    return this.#file.createReadStream({ start, end, autoClose: false });
  }
}

async function readDirectory(file: FileHandle): Promise<Entry[]> {
  const { size } = await file.stat();
  const tail = await read(
    file,
    Math.max(0, size - END_BYTES - MOST_COMMENT),
    END_BYTES + MOST_COMMENT,
  );
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw bad('The file is no zip archive, or it is cut off');
  const [count, length, start] = [
    tail.readUInt16LE(end + 10),
    tail.readUInt32LE(end + 12),
    tail.readUInt32LE(end + 16),
  ];
  if (count === 0xffff || start === 0xffffffff) throw bad('Zip64 archives are not taken');
  if (start + length > size) throw bad("The archive's directory lies beyond its end");
  const bytes = await read(file, start, length);
  const entries: Entry[] = [];
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + CENTRAL_BYTES > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) {
      throw bad("The archive's directory is damaged");
    }
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    refuseOdd(name, bytes.readUInt16LE(at + 8), bytes.readUInt32LE(at + 38) >>> 16);
    entries.push({
      name,
      method: bytes.readUInt16LE(at + 10),
      packedBytes: bytes.readUInt32LE(at + 20),
      sizeBytes: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    });
    at += CENTRAL_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function refuseOdd(name: string, flags: number, mode: number): void {
  if ((mode & TYPE_MASK) === LINK) throw bad(`"${name}" in the archive is a link`);
  if ((flags & 1) !== 0) throw bad(`"${name}" in the archive is encrypted`);
  if (CLUTTER.test(name)) return;
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.length > 4 || !parts.every((part) => PLAIN_NAME.test(part))) {
    throw bad(`"${name}" is no plain path inside the archive`);
  }
}

function checked(all: readonly Entry[], limits: ZipLimits): Entry[] {
  const files = all.filter(({ name }) => !name.endsWith('/') && !CLUTTER.test(name));
  if (files.length === 0) throw bad('The archive is empty');
  if (files.length > limits.files) {
    throw new AppError('too_large', `The archive holds ${files.length} files; at most ${limits.files} are taken`); // prettier-ignore
  }
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes > limits.bytes) {
    const most = Math.round(limits.bytes / 2 ** 20);
    throw new AppError('too_large', `The archive unpacks to more than ${most} MiB`);
  }
  for (const { name, method } of files) {
    if (method !== STORED && method !== DEFLATED) throw bad(`"${name}" is packed in a way we don't read`); // prettier-ignore
  }
  const names = withoutCommonFolder(files.map(({ name }) => name));
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    throw bad('The archive holds a name twice');
  }
  return files.map((entry, i) => ({ ...entry, name: names[i]! }));
}

function withoutCommonFolder(names: readonly string[]): readonly string[] {
  const folder = names[0]!.split('/')[0]!;
  const common = names.every((name) => name.startsWith(`${folder}/`));
  return common ? names.map((name) => name.slice(folder.length + 1)) : names;
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** As many bytes as the directory says: a bomb ends where it says more. */
class Exactly extends Transform {
  readonly #entry: Entry;
  #bytes = 0;

  constructor(entry: Entry) {
    super();
    this.#entry = entry;
  }

  override _transform(chunk: Buffer, _: string, done: (e?: Error, c?: Buffer) => void): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#entry.sizeBytes) done(undefined, chunk);
    else done(bad(`"${this.#entry.name}" is larger than the archive says`));
  }

  override _flush(done: (e?: Error) => void): void {
    if (this.#bytes === this.#entry.sizeBytes) done();
    else done(bad(`"${this.#entry.name}" is cut off`));
  }
}

function bad(message: string, cause?: unknown): AppError {
  return new AppError('bad_request', message, cause);
}
