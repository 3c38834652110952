/**
 * Walks a protobuf file without loading it: fields with their places, read through a small window.
 * Every field must end within what holds it. https://protobuf.dev/programming-guides/encoding/
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../core/errors.ts';

export type ProtoField = {
  readonly number: number;
  /** Of a varint; 0 for other fields. */
  readonly value: number;
  /** Where its bytes lie, for a field that has some. */
  readonly start: number;
  readonly end: number;
};

const WINDOW_BYTES = 8192;
/** Protobuf's own limit: lengths are signed 32-bit numbers. */
const MAX_FILE_BYTES = 2 ** 31;
const MAX_TEXT_BYTES = 65_536;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export class ProtoFile implements Disposable {
  readonly #path: string;
  readonly #kind: string;
  readonly #descriptor: number;
  readonly #size: number;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #windowStart = 0;
  #windowEnd = 0;

  private constructor(path: string, kind: string, descriptor: number) {
    this.#path = path;
    this.#kind = kind;
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
  }

  /** Throws `bad_pack`. */
  static open(path: string, kind: string): ProtoFile {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'r');
    } catch (cause) {
      throw new AppError('bad_pack', `There is no model file ${path}.`, cause);
    }
    const file = new ProtoFile(path, kind, descriptor);
    const stats = fstatSync(descriptor);
    if (stats.isFile() && stats.size <= MAX_FILE_BYTES) return file;
    file[Symbol.dispose]();
    throw file.bad(
      stats.isFile()
        ? `expected at most ${MAX_FILE_BYTES} bytes, found ${stats.size}; export it in half precision`
        : 'expected a file, found none',
    );
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  /** The fields of the file, or of a field that is a message itself. */
  *fields(within?: ProtoField): Generator<ProtoField> {
    const end = within ? within.end : this.#size;
    let at = within ? within.start : 0;
    while (at < end) {
      const key = this.#varint(at, end);
      const field = this.#field(Math.floor(key.value / 8), key.value % 8, { at: key.next, end });
      yield field;
      at = field.end;
    }
  }

  /** UTF-8 text. */
  text(field: ProtoField): string {
    const length = field.end - field.start;
    if (length > MAX_TEXT_BYTES) throw this.#broken(field.start, `a name of ${length} bytes`);
    const bytes = Buffer.alloc(length);
    if (readSync(this.#descriptor, bytes, 0, length, field.start) < length) {
      throw this.#broken(field.start, 'its end');
    }
    return bytes.toString('utf8');
  }

  bad(what: string, cause?: unknown): AppError {
    return new AppError('bad_pack', `${this.#path}: ${what}.`, cause);
  }

  #field(number: number, wire: number, from: { at: number; end: number }): ProtoField {
    const { at, end } = from;
    if (number === 0) throw this.#broken(at, 'a field without a number');
    switch (wire) {
      case WIRE.varint: {
        const { value, next } = this.#varint(at, end);
        return { number, value, start: next, end: next };
      }
      case WIRE.bytes: {
        const { value, next } = this.#varint(at, end);
        return { number, value: 0, start: next, end: this.#within(next, value, end) };
      }
      case WIRE.fixed64:
        return { number, value: 0, start: at, end: this.#within(at, 8, end) };
      case WIRE.fixed32:
        return { number, value: 0, start: at, end: this.#within(at, 4, end) };
      default:
        throw this.#broken(at, `a field of unknown kind ${wire}`);
    }
  }

  #within(start: number, length: number, end: number): number {
    if (start + length <= end) return start + length;
    throw this.#broken(start, `a field of ${length} bytes where ${end - start} are left`);
  }

  /** Numbers above 2^53 lose their last bits: only negative ones are as large. */
  #varint(at: number, end: number): { readonly value: number; readonly next: number } {
    let value = 0;
    for (let i = 0; i < 10; i += 1) {
      if (at + i >= end) throw this.#broken(at, 'its end');
      const byte = this.#byte(at + i);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return { value, next: at + i + 1 };
    }
    throw this.#broken(at, 'a number without an end');
  }

  #byte(at: number): number {
    if (at < this.#windowStart || at >= this.#windowEnd) {
      const read = readSync(this.#descriptor, this.#window, 0, WINDOW_BYTES, at);
      this.#windowStart = at;
      this.#windowEnd = at + read;
      if (read === 0) throw this.#broken(at, 'its end');
    }
    return this.#window[at - this.#windowStart]!;
  }

  #broken(at: number, found: string): AppError {
    return this.bad(`it is no whole ${this.#kind} file: at byte ${at}, found ${found}`);
  }
}
