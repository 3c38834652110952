/**
 * Puts one microphone's Opus packets back in order on the session's timeline. There is no clock in
 * here: packets come with their place in time, and the caller asks for everything up to an
 * instant. What is not there by then is lost; the caller's instant is the buffer's depth. Engine
 * thread, one per session; bounded, allocates nothing per packet.
 * https://www.rfc-editor.org/rfc/rfc3550#appendix-A.1
 */
import { wrappedDistance } from './rtp.ts';

export type JitterPacket = {
  readonly ssrc: number;
  /** 16 bits. */
  readonly sequence: number;
  /** MediaTime of the first sample, in samples at 48 kHz. */
  readonly startSample: number;
  /** Length of the sound, in samples at 48 kHz. */
  readonly samples: number;
  /** Copied. */
  readonly payload: Uint8Array;
  /** The timeline was anchored anew: this packet does not continue the one before. */
  readonly restart: boolean;
};

/** A stretch of the timeline; the object and its payload are valid until the next call. */
export type JitterItem =
  | {
      readonly kind: 'packet';
      readonly startSample: number;
      readonly samples: number;
      readonly payload: Uint8Array;
      readonly restart: boolean;
    }
  /** A packet is missing: conceal it. */
  | { readonly kind: 'lost'; readonly startSample: number; readonly samples: number }
  /** Nothing was sent (DTX), or so much is missing that concealing makes no sense. */
  | { readonly kind: 'silence'; readonly startSample: number; readonly samples: number };

export type JitterStats = {
  received: number;
  /** Never came, or not until its place was passed by a later packet. */
  lost: number;
  /** Came after its place was passed, and was dropped. */
  late: number;
  reordered: number;
  duplicates: number;
  /** Pushed out by newer ones, because nobody took them. */
  overflowed: number;
  /** Pauses in which the sender sent nothing. */
  dtx: number;
  /** New anchors, senders or sequences. */
  restarts: number;
};

type Mutable<T> = T extends T ? { -readonly [K in keyof T]: T[K] } : never;
type Slot = Mutable<Omit<JitterPacket, 'ssrc' | 'payload'>> & {
  payload: Uint8Array;
  held: boolean;
};

const SLOT_BYTES = 1500;
const DEFAULT_SAMPLES = 960;
/** A jump of the sequence this far is a new sender, not reordering. */
const SEQUENCE_JUMP = 1000;
/** Numbers left free before a new sender's first packet, for those it was sent after. */
const RESTART_GAP = 16;
/** Longer losses fade into silence: 100 ms at 48 kHz. */
const MAX_CONCEALED_SAMPLES = 4800;
/** Opus sends packets this small for silence it will not send; nothing after them is no loss. */
const DTX_BYTES = 2;

export class JitterBuffer {
  readonly stats: JitterStats = {
    received: 0,
    lost: 0,
    late: 0,
    reordered: 0,
    duplicates: 0,
    overflowed: 0,
    dtx: 0,
    restarts: 0,
  };
  readonly #slots: readonly Slot[];
  readonly #memory: Uint8Array;
  /** Continuous sequence numbers that came lately, by their remainder. */
  readonly #seen: Float64Array;
  readonly #packet: Mutable<Extract<JitterItem, { kind: 'packet' }>>;
  readonly #lost = { kind: 'lost' as const, startSample: 0, samples: 0 };
  readonly #silence = { kind: 'silence' as const, startSample: 0, samples: 0 };

  #ssrc: number | undefined;
  #newest = -1;
  #newestSequence = 0;
  /** Where the present sender's numbers begin. */
  #origin = 0;
  /** Last continuous sequence number taken, and where its sound ended. */
  #taken = -1;
  #takenEnd = 0;
  #takenSamples = DEFAULT_SAMPLES;
  #takenBytes = 0;
  #position: number | undefined;
  #concealed = 0;

  constructor(capacity = 64) {
    this.#memory = new Uint8Array(capacity * SLOT_BYTES);
    this.#slots = Array.from({ length: capacity }, () => ({
      sequence: -1,
      startSample: 0,
      samples: 0,
      restart: false,
      held: false,
      payload: this.#memory.subarray(0, 0),
    }));
    this.#seen = new Float64Array(4 * capacity).fill(-1);
    this.#packet = {
      kind: 'packet',
      startSample: 0,
      samples: 0,
      payload: this.#memory.subarray(0, 0),
      restart: false,
    };
  }

  /** Takes a packet in. False when it is of no use: late, double or too large. */
  insert(packet: JitterPacket): boolean {
    if (packet.payload.length > SLOT_BYTES) return false;
    const { stats } = this;
    stats.received++;
    const { sequence, restart } = this.#continuous(packet);
    const seenIndex = sequence % this.#seen.length;
    if (this.#seen[seenIndex] === sequence) {
      stats.duplicates++;
      return false;
    }
    this.#seen[seenIndex] = sequence;
    const overtaken = sequence < this.#newest;
    this.#newest = Math.max(this.#newest, sequence);
    const end = packet.startSample + packet.samples;
    const passed = sequence <= this.#taken;
    if (passed || (this.#position !== undefined && end <= this.#position)) {
      stats.late++;
      if (passed && sequence > this.#origin) stats.lost--;
      return false;
    }
    if (overtaken) stats.reordered++;
    this.#store(packet, sequence, restart);
    return true;
  }

  /** Whether the next stretch is known: taking it now conceals nothing that may still come. */
  get ready(): boolean {
    const next = this.#nextHeld();
    if (next === undefined) return false;
    const adjoins = this.#position === undefined || next.startSample <= this.#position;
    return adjoins || next.restart || next.sequence === this.#taken + 1;
  }

  /**
   * The next stretch of the timeline that begins before `until` (samples at 48 kHz), or undefined
   * when everything up to there was given. Stretches follow each other without gaps; a packet may
   * reach back over a concealed place, and beyond `until`.
   */
  take(until: number): JitterItem | undefined {
    const next = this.#nextHeld();
    if (next !== undefined && next.startSample < until) this.#position ??= next.startSample;
    if (this.#position === undefined || this.#position >= until) return undefined;
    if (next !== undefined && next.startSample <= this.#position) return this.#play(next);
    const gap = Math.min(next?.startSample ?? until, until) - this.#position;
    const paused = next !== undefined && next.sequence === this.#taken + 1;
    const quiet = this.#takenBytes <= DTX_BYTES || this.#concealed >= MAX_CONCEALED_SAMPLES;
    if (paused || next?.restart === true || quiet) return this.#skip(this.#silence, gap);
    const missing = next === undefined ? this.#takenSamples : Math.min(this.#takenSamples, gap);
    this.#concealed += missing;
    return this.#skip(this.#lost, missing);
  }

  /** The packet's place in a sequence that never wraps and never restarts. */
  #continuous(packet: JitterPacket): { readonly sequence: number; readonly restart: boolean } {
    const first = this.#newest < 0;
    const distance = wrappedDistance(this.#newestSequence, packet.sequence, 16);
    const jumped = !first && Math.abs(distance) > SEQUENCE_JUMP;
    const restart = first || jumped || packet.restart || packet.ssrc !== this.#ssrc;
    if (restart && !first) this.stats.restarts++;
    const base = first ? SEQUENCE_JUMP : this.#newest;
    const sequence = base + (restart ? RESTART_GAP : distance);
    if (restart) {
      this.#ssrc = packet.ssrc;
      this.#origin = sequence;
    }
    if (restart || distance > 0) this.#newestSequence = packet.sequence;
    return { sequence, restart };
  }

  #store(packet: JitterPacket, sequence: number, restart: boolean): void {
    const index = sequence % this.#slots.length;
    const slot = this.#slots[index]!;
    if (slot.held) this.stats.overflowed++;
    const offset = index * SLOT_BYTES;
    this.#memory.set(packet.payload, offset);
    slot.payload = this.#memory.subarray(offset, offset + packet.payload.length);
    slot.sequence = sequence;
    slot.startSample = packet.startSample;
    slot.samples = packet.samples;
    slot.restart = restart;
    slot.held = true;
  }

  #nextHeld(): Slot | undefined {
    const first = Math.max(this.#taken + 1, this.#newest - this.#slots.length + 1);
    for (let sequence = first; sequence <= this.#newest; sequence++) {
      const slot = this.#slots[sequence % this.#slots.length]!;
      if (slot.held && slot.sequence === sequence) return slot;
    }
    return undefined;
  }

  #play(slot: Slot): JitterItem {
    // Sent before the packet that announced its sender, and still in time: it is the first one.
    if (slot.sequence > this.#origin - RESTART_GAP) {
      this.#origin = Math.min(this.#origin, slot.sequence);
    }
    this.#countMissing(slot);
    const end = slot.startSample + slot.samples;
    slot.held = false;
    this.#taken = slot.sequence;
    this.#takenEnd = end;
    this.#takenSamples = slot.samples;
    this.#takenBytes = slot.payload.length;
    this.#position = Math.max(this.#position!, end);
    this.#concealed = 0;
    const item = this.#packet;
    item.startSample = slot.startSample;
    item.samples = slot.samples;
    item.payload = slot.payload;
    item.restart = slot.restart;
    return item;
  }

  #countMissing(slot: Slot): void {
    const { stats } = this;
    const oldest = Math.max(this.#taken + 1, this.#origin, slot.sequence - this.#seen.length);
    for (let sequence = oldest; sequence < slot.sequence; sequence++) {
      if (this.#seen[sequence % this.#seen.length] !== sequence) stats.lost++;
    }
    const follows = slot.sequence === this.#taken + 1 && !slot.restart;
    if (follows && slot.startSample > this.#takenEnd) stats.dtx++;
  }

  #skip<T extends { startSample: number; samples: number }>(item: T, samples: number): T {
    item.startSample = this.#position!;
    item.samples = samples;
    this.#position = this.#position! + samples;
    return item;
  }
}
