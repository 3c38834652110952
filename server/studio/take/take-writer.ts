/**
 * Appends chunks to a take file, in order, off the caller's back. Bounded: when the disk can't
 * follow, records are dropped and counted. Main thread; owned by the take recorder.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { TAKE_MAGIC } from './take-format.ts';

/** About twenty seconds of a take at its fullest. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024;

export class TakeWriter {
  readonly #file: FileHandle;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;
  #bytes = TAKE_MAGIC.length;
  #dropped = 0;
  #closing: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes the file; one that is there already is an error. */
  static async open(path: string): Promise<TakeWriter> {
    const file = await open(path, 'wx');
    await file.write(TAKE_MAGIC);
    return new TakeWriter(file);
  }

  /** Bytes in the file and on their way to it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Chunks that were refused. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Why nothing is written any more: a full disk, usually. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** False when there is no room for it or the disk refuses. */
  append(chunk: Buffer): boolean {
    const full = this.#waitingBytes + chunk.length > MAX_WAITING_BYTES;
    if (full || this.#failure || this.#closing) {
      this.#dropped += 1;
      return false;
    }
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#bytes += chunk.length;
    this.#writing ??= this.#write();
    return true;
  }

  /** Writes what waits, and `last`, to the disk itself; resolves when the file is closed. */
  close(last: Buffer): Promise<void> {
    this.#closing ??= this.#finish(last);
    return this.#closing;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const chunks = this.#waiting;
        this.#waiting = [];
        await this.#writeAll(Buffer.concat(chunks));
        this.#waitingBytes = this.#waiting.reduce((sum, chunk) => sum + chunk.length, 0);
      }
    } catch (error) {
      this.#failure = error as Error;
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += (await this.#file.write(bytes, at)).bytesWritten;
    }
  }

  async #finish(last: Buffer): Promise<void> {
    await this.#writing;
    try {
      if (!this.#failure) {
        await this.#writeAll(last);
        await this.#file.sync();
      }
    } catch (error) {
      this.#failure = error as Error;
    } finally {
      await this.#file.close();
    }
  }
}
