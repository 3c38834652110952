/** Packets out of an Ogg stream with one logical stream in it, as ffmpeg writes it. Pure. RFC 3533, 6. */

const PAGE_HEAD_BYTES = 27;
const SEGMENTS_AT = 26;
/** A segment of this size goes on in the next one. */
const FULL_SEGMENT = 255;
/** A page has 27 bytes, 255 segment sizes and 255 segments of 255 bytes at most. */
const MOST_BYTES = 2 * (PAGE_HEAD_BYTES + 255 + 255 * 255);

export class OggReader {
  readonly #onPacket: (packet: Uint8Array) => void;
  #bytes = Buffer.alloc(0);
  #open: Buffer[] = [];

  /** A packet is valid during the call. */
  constructor(onPacket: (packet: Uint8Array) => void) {
    this.#onPacket = onPacket;
  }

  /** Throws a RangeError for what is no Ogg. */
  push(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let size = this.#pageBytes(); size > 0; size = this.#pageBytes()) {
      this.#readPage(this.#bytes.subarray(0, size));
      this.#bytes = this.#bytes.subarray(size);
    }
    if (this.#bytes.length > MOST_BYTES) throw new RangeError('An Ogg page has no end');
  }

  /** Of the page at the beginning, once it is whole; 0 before. */
  #pageBytes(): number {
    const head = this.#bytes;
    if (head.length < PAGE_HEAD_BYTES) return 0;
    if (head.toString('latin1', 0, 4) !== 'OggS') throw new RangeError('This is no Ogg page');
    const segments = head[SEGMENTS_AT]!;
    let size = PAGE_HEAD_BYTES + segments;
    if (head.length < size) return 0;
    for (let i = 0; i < segments; i += 1) size += head[PAGE_HEAD_BYTES + i]!;
    return head.length < size ? 0 : size;
  }

  #readPage(page: Buffer): void {
    const segments = page[SEGMENTS_AT]!;
    let at = PAGE_HEAD_BYTES + segments;
    for (let i = 0; i < segments; i += 1) {
      const size = page[PAGE_HEAD_BYTES + i]!;
      this.#open.push(page.subarray(at, at + size));
      at += size;
      if (size === FULL_SEGMENT) continue;
      this.#onPacket(this.#open.length === 1 ? this.#open[0]! : Buffer.concat(this.#open));
      this.#open = [];
    }
  }
}
