/**
 * Puts the real stream key where a stand-in of the same length passes by: command lines are visible
 * to every user of a machine, so ffmpeg is only told the stand-in. Pure but for its memory.
 *
 * RTMP cuts messages into chunks and puts a header byte before each further one (RTMP 1.0, 5.3.1):
 * a stand-in may have one such byte in it. Its top two bits are set, which no letter has.
 */
import { randomBytes } from 'node:crypto';

/** A client names its stream in `releaseStream`, `FCPublish` and `publish`. */
const TIMES = 3;
/** Shorter ones could turn up by chance, and are no secrets. */
const LEAST_CHARACTERS = 4;
const CHUNK_HEADER = 0xc0;
/** C0, C1 and C2 are random bytes and must not be kept waiting. */
const HANDSHAKE_BYTES = 1 + 2 * 1536;
/** No command ends with it: at the end of one, nothing is held back for what will not come. */
const FIRST = '~';

/** Letters and digits that stand in for the key; the key itself where it is too short to hide. */
export function standInFor(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes < LEAST_CHARACTERS) return key;
  const letters = randomBytes(bytes).toString('base64url').replace(/[-_]/g, 'x');
  return FIRST + letters.slice(0, bytes - 1);
}

export class KeyInserter {
  readonly #standIn: Buffer;
  readonly #key: Buffer;
  /** The beginning of a stand-in whose end has not come yet. */
  #held: Buffer = Buffer.alloc(0);
  #left = TIMES;
  #handshake = HANDSHAKE_BYTES;

  constructor(standIn: string, key: string) {
    this.#standIn = Buffer.from(standIn);
    this.#key = Buffer.from(key);
    if (this.#standIn.equals(this.#key)) this.#left = 0;
  }

  /** Takes the next bytes and returns what may be passed on; all comes out in the end. */
  push(bytes: Buffer): Buffer {
    if (this.#left === 0 && this.#held.length === 0) return bytes;
    const all = Buffer.concat([this.#held, bytes]);
    this.#held = Buffer.alloc(0);
    let from = Math.min(this.#handshake, all.length);
    this.#handshake -= from;
    while (this.#left > 0) {
      const at = all.indexOf(this.#standIn[0]!, from);
      if (at < 0) break;
      const match = this.#match(all, at);
      if (match === 'open') {
        this.#held = Buffer.from(all.subarray(at));
        return all.subarray(0, at);
      }
      if (match) {
        this.#write(all, at);
        this.#left -= 1;
      }
      from = at + 1;
    }
    return all;
  }

  /** Whether the stand-in begins here; `open` when its end may still come. */
  #match(bytes: Buffer, at: number): boolean | 'open' {
    let position = at;
    let skipped = false;
    for (const byte of this.#standIn) {
      if (position >= bytes.length) return 'open';
      if (bytes[position] !== byte && !skipped && bytes[position]! >= CHUNK_HEADER) {
        skipped = true;
        position += 1;
        if (position >= bytes.length) return 'open';
      }
      if (bytes[position] !== byte) return false;
      position += 1;
    }
    return true;
  }

  #write(bytes: Buffer, at: number): void {
    let position = at;
    this.#key.forEach((byte, i) => {
      if (bytes[position] !== this.#standIn[i]) position += 1;
      bytes[position] = byte;
      position += 1;
    });
  }
}
