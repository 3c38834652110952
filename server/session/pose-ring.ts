/**
 * Live poses between main and the engine: one record of the slot ring is one pose, laid out as a
 * frame of a compiled template, with its parts and its source in the flags.
 */
import { createMeta, RingReader, RingWriter, type SharedRing } from '../core/slot-ring.ts';
import type { PosePacket } from '../protocol/pose-packet.ts';
import { FRAME_FLOATS, FRAME_LAYOUT } from '../motion/template/compiled-template.ts';

/** 8 poses at 30 Hz are 270 ms; a tick takes all there are, older ones are worth nothing. */
export const POSE_RING = { slots: 8, slotBytes: FRAME_FLOATS * 4 } as const;

export const LIVE_SOURCES = ['webcam', 'vmc'] as const;
export type LiveSource = (typeof LIVE_SOURCES)[number];

export const POSE_PARTS = ['body', 'leftHand', 'rightHand', 'head', 'face'] as const;
export type PosePart = (typeof POSE_PARTS)[number];

const SOURCE_SHIFT = 8;

/** Main thread. */
export class PoseWriter {
  readonly #ring: RingWriter;
  readonly #meta = createMeta();

  constructor(ring: SharedRing) {
    this.#ring = new RingWriter(ring);
  }

  /** `timeUs`: MediaTime of the pose; `arrivalUs`: server time at which its packet came. */
  write(
    packet: Omit<PosePacket, 'timeUs'>,
    stamp: { readonly source: LiveSource; readonly timeUs: number; readonly arrivalUs: number },
  ): void {
    const slot = this.#ring.begin();
    const floats = new Float32Array(slot.buffer, slot.byteOffset, FRAME_FLOATS);
    let flags = LIVE_SOURCES.indexOf(stamp.source) << SOURCE_SHIFT;
    for (const [bit, part] of POSE_PARTS.entries()) {
      const values = packet[part];
      if (!values) continue;
      floats.set(values, FRAME_LAYOUT[part]);
      flags |= 1 << bit;
    }
    const meta = this.#meta;
    meta.timeUs = stamp.timeUs;
    meta.sourceUs = stamp.arrivalUs;
    meta.flags = flags;
    meta.bytes = POSE_RING.slotBytes;
    this.#ring.commit(meta);
  }
}

/** Engine thread. `floats` and the other fields are those of the pose that `next` has found. */
export class PoseReader {
  readonly floats = new Float32Array(FRAME_FLOATS + (FRAME_FLOATS % 2));
  timeUs = 0;
  arrivalUs = 0;
  source: LiveSource = 'webcam';
  #flags = 0;
  readonly #bytes = new Uint8Array(this.floats.buffer);
  readonly #ring: RingReader;
  readonly #meta = createMeta();

  constructor(ring: SharedRing) {
    this.#ring = new RingReader(ring);
  }

  get dropped(): number {
    return this.#ring.dropped;
  }

  /** Takes the next pose; false when there is none. */
  next(): boolean {
    if (!this.#ring.read(this.#bytes, this.#meta)) return false;
    this.timeUs = this.#meta.timeUs;
    this.arrivalUs = this.#meta.sourceUs;
    this.#flags = this.#meta.flags;
    this.source = LIVE_SOURCES[this.#flags >> SOURCE_SHIFT] ?? 'webcam';
    return true;
  }

  has(part: PosePart): boolean {
    return (this.#flags & (1 << POSE_PARTS.indexOf(part))) !== 0;
  }
}
