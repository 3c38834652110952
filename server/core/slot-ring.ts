/**
 * A bounded ring of records in shared memory, one writer thread and one reader thread.
 * The writer never waits: a full ring overwrites the oldest record and the reader counts what it
 * missed. Each slot carries a sequence word that is 0 while the slot is being written (a
 * seqlock), so a reader that was overtaken during its copy notices and skips the record.
 *
 * Layout: header (64 bytes), then per slot 32 bytes of meta and the payload.
 *   header int32[0]  records written so far (also the word readers wait on)
 *   meta   int32[0]  sequence of the record (1-based), 0 while written
 *   meta   int32[1]  payload bytes     int32[2] flags
 *   meta   float64   MediaTime in us   float64  server time in us at the source
 */
import { setImmediate } from 'node:timers/promises';

const HEADER_BYTES = 64;
const META_BYTES = 32;
const META_WORDS = META_BYTES / 4;

export type RingShape = { readonly slots: number; readonly slotBytes: number };

/** What crosses a thread boundary: the memory and its shape. */
export type SharedRing = RingShape & { readonly memory: SharedArrayBuffer };

/** A record's description; the reader fills it in place. */
export type RecordMeta = {
  /** MediaTime in microseconds. */
  timeUs: number;
  /** Server time in microseconds at which the source had it. */
  sourceUs: number;
  flags: number;
  bytes: number;
};

export function createRing(shape: RingShape): SharedRing {
  const slotBytes = Math.ceil(shape.slotBytes / 8) * 8;
  const memory = new SharedArrayBuffer(HEADER_BYTES + shape.slots * (META_BYTES + slotBytes));
  return { slots: shape.slots, slotBytes, memory };
}

export function createMeta(): RecordMeta {
  return { timeUs: 0, sourceUs: 0, flags: 0, bytes: 0 };
}

type Views = {
  readonly header: Int32Array;
  readonly words: Int32Array;
  readonly times: Float64Array;
  readonly payloads: readonly Uint8Array[];
};

function viewsOf(ring: SharedRing): Views {
  const { memory, slots, slotBytes } = ring;
  const payloadStart = HEADER_BYTES + slots * META_BYTES;
  return {
    header: new Int32Array(memory, 0, HEADER_BYTES / 4),
    words: new Int32Array(memory, HEADER_BYTES, slots * META_WORDS),
    times: new Float64Array(memory, HEADER_BYTES, (slots * META_BYTES) / 8),
    payloads: Array.from(
      { length: slots },
      (_, slot) => new Uint8Array(memory, payloadStart + slot * slotBytes, slotBytes),
    ),
  };
}

export class RingWriter {
  readonly #slots: number;
  readonly #views: Views;
  readonly #bell: Int32Array | undefined;

  /** `bell`: an extra shared word to ring, for a reader that waits on several rings at once. */
  constructor(ring: SharedRing, bell?: Int32Array) {
    this.#slots = ring.slots;
    this.#views = viewsOf(ring);
    this.#bell = bell;
  }

  /** Memory of the next record: write the payload here, then `commit`. */
  begin(): Uint8Array {
    const written = this.#views.header[0]!;
    const slot = (written >>> 0) % this.#slots;
    Atomics.store(this.#views.words, slot * META_WORDS, 0);
    return this.#views.payloads[slot]!;
  }

  commit(meta: Readonly<RecordMeta>): void {
    const { header, words, times } = this.#views;
    const written = header[0]!;
    const slot = (written >>> 0) % this.#slots;
    const word = slot * META_WORDS;
    words[word + 1] = meta.bytes;
    words[word + 2] = meta.flags;
    times[word / 2 + 2] = meta.timeUs;
    times[word / 2 + 3] = meta.sourceUs;
    Atomics.store(words, word, sequenceOf(written));
    Atomics.store(header, 0, (written + 1) | 0);
    Atomics.notify(header, 0);
    if (this.#bell) ring(this.#bell);
  }

  /** Copies a payload in; false (and nothing written) when it is larger than a slot. */
  push(payload: Uint8Array, meta: Readonly<RecordMeta>): boolean {
    const slot = this.begin();
    if (payload.length > slot.length) return false;
    slot.set(payload);
    this.commit(meta);
    return true;
  }
}

export class RingReader {
  readonly #slots: number;
  readonly #views: Views;
  #next: number;
  #dropped = 0;

  /**
   * Starts behind the newest record: what was written before nobody asked for; with `newest`, that
   * one is still read.
   */
  constructor(ring: SharedRing, from: 'next' | 'newest' = 'next') {
    this.#slots = ring.slots;
    this.#views = viewsOf(ring);
    const written = Atomics.load(this.#views.header, 0);
    this.#next = from === 'newest' && written !== 0 ? (written - 1) | 0 : written;
  }

  /** Records that were overwritten before they were read. */
  get dropped(): number {
    return this.#dropped;
  }

  get pending(): number {
    return (Atomics.load(this.#views.header, 0) - this.#next) | 0;
  }

  /**
   * Copies the next record to `out` and describes it in `meta`; false when there is none.
   * `out` must hold a whole slot.
   */
  read(out: Uint8Array, meta: RecordMeta): boolean {
    for (;;) {
      const waiting = this.pending;
      if (waiting <= 0) return false;
      if (waiting > this.#slots) this.#skip(waiting - this.#slots);
      if (this.#copy(out, meta)) return true;
    }
  }

  /** As `read`, of the newest record; older ones are passed over and not counted. */
  readNewest(out: Uint8Array, meta: RecordMeta): boolean {
    const waiting = this.pending;
    if (waiting > 1) this.#next = (this.#next + waiting - 1) | 0;
    return this.read(out, meta);
  }

  /** Resolves when a record is there or after `timeoutMs`. For threads with an event loop. */
  async wait(timeoutMs: number): Promise<void> {
    const result = Atomics.waitAsync(this.#views.header, 0, this.#next, timeoutMs);
    // Even when a record is there the event loop gets its turn: a reader that can't take it now
    // would otherwise spin in microtasks and starve the very I/O it waits for.
    await (result.async ? result.value : setImmediate());
  }

  #skip(count: number): void {
    this.#dropped += count;
    this.#next = (this.#next + count) | 0;
  }

  #copy(out: Uint8Array, meta: RecordMeta): boolean {
    const { words, times, payloads } = this.#views;
    const slot = (this.#next >>> 0) % this.#slots;
    const word = slot * META_WORDS;
    const expected = sequenceOf(this.#next);
    const intact = Atomics.load(words, word) === expected;
    if (intact) {
      const bytes = Math.min(words[word + 1]!, payloads[slot]!.length, out.length);
      meta.bytes = bytes;
      meta.flags = words[word + 2]!;
      meta.timeUs = times[word / 2 + 2]!;
      meta.sourceUs = times[word / 2 + 3]!;
      out.set(
        bytes === payloads[slot]!.length ? payloads[slot]! : payloads[slot]!.subarray(0, bytes),
      );
    }
    this.#next = (this.#next + 1) | 0;
    if (intact && Atomics.load(words, word) === expected) return true;
    this.#dropped += 1;
    return false;
  }
}

/** Wakes whoever waits on a bell word. */
export function ring(bell: Int32Array): void {
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}

/** Never 0, which means "being written". */
function sequenceOf(written: number): number {
  return ((written >>> 0) % 0x7ffffffe) + 1;
}
