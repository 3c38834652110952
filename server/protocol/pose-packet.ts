/**
 * The binary pose packet: one pose from a browser's data channel, little-endian, at most 517 bytes.
 * It comes from outside, so the decoder is hand-written, bounds-checked and never throws.
 *
 *   0  u8   magic 0x50 'P'
 *   1  u8   version 1
 *   2  u8   parts: bit 0 body, 1 left hand, 2 right hand, 3 head, 4 face; the others must be 0
 *   3  u8   must be 0
 *   4  f64  time in microseconds on the sender's clock, 0 .. 2^53 - 1
 *  12  the parts, in the order of their bits:
 *      body  18 x (i16 x, i16 y, u8 confidence)   hand  21 x (i16 x, i16 y, u8 confidence)
 *      head  3 x i16 (yaw, pitch, roll)            face  52 x u8
 *
 * Coordinates are shoulder widths / 2048 from the neck (-16..16), angles radians / 8192 (-4..4),
 * confidences and face weights value / 255 (0..1). See server/protocol/pose.ts for their meaning.
 */
export const POSE_PACKET_VERSION = 1;

const MAGIC = 0x50;
const HEADER_BYTES = 12;
const COORDINATE_SCALE = 2048;
const ANGLE_SCALE = 8192;
const POINT_BYTES = 5;

/** What a packet may carry; missing parts were not tracked. Arrays as in the canonical pose. */
export type PosePacket = {
  readonly timeUs: number;
  readonly body?: Float32Array;
  readonly leftHand?: Float32Array;
  readonly rightHand?: Float32Array;
  readonly head?: Float32Array;
  readonly face?: Float32Array;
};

/** The decoder's answer: a packet, or why the bytes are none (`bad_pose`). */
export type DecodedPose =
  | { readonly ok: true; readonly packet: PosePacket }
  | { readonly ok: false; readonly reason: string };

type PartName = Exclude<keyof PosePacket, 'timeUs'>;
type Part = {
  readonly name: PartName;
  readonly values: number;
  readonly bytes: number;
  readonly kind: 'points' | 'angles' | 'weights';
};

const PARTS: readonly Part[] = [
  { name: 'body', values: 54, bytes: 18 * POINT_BYTES, kind: 'points' },
  { name: 'leftHand', values: 63, bytes: 21 * POINT_BYTES, kind: 'points' },
  { name: 'rightHand', values: 63, bytes: 21 * POINT_BYTES, kind: 'points' },
  { name: 'head', values: 3, bytes: 6, kind: 'angles' },
  { name: 'face', values: 52, bytes: 52, kind: 'weights' },
];
const KNOWN_PARTS = (1 << PARTS.length) - 1;

/** Size of the largest packet: all parts. */
export const MAX_POSE_PACKET_BYTES =
  HEADER_BYTES + PARTS.reduce((sum, part) => sum + part.bytes, 0);

/** Values out of range are clamped; what is not a number becomes 0 with confidence 0. */
export function encodePose(packet: PosePacket): Uint8Array {
  const present = PARTS.filter((part) => packet[part.name] !== undefined);
  const size = present.reduce((sum, part) => sum + part.bytes, HEADER_BYTES);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint8(0, MAGIC);
  view.setUint8(1, POSE_PACKET_VERSION);
  view.setUint8(
    2,
    present.reduce((bits, part) => bits | (1 << PARTS.indexOf(part)), 0),
  );
  view.setFloat64(4, packet.timeUs, true);
  let offset = HEADER_BYTES;
  for (const part of present) {
    writePart(view, offset, part, packet[part.name]!);
    offset += part.bytes;
  }
  return out;
}

export function decodePose(bytes: Uint8Array): DecodedPose {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const refusal = refuse(view);
  if (refusal) return { ok: false, reason: refusal };
  const parts: Partial<Record<PartName, Float32Array>> = {};
  let offset = HEADER_BYTES;
  for (const part of partsOf(view)) {
    parts[part.name] = readPart(view, offset, part);
    offset += part.bytes;
  }
  return { ok: true, packet: { timeUs: view.getFloat64(4, true), ...parts } };
}

/** Why the bytes are no pose packet; empty when they are one. */
function refuse(view: DataView): string {
  if (view.byteLength < HEADER_BYTES) {
    return `A pose packet has at least ${HEADER_BYTES} bytes, this has ${view.byteLength}`;
  }
  if (view.getUint8(0) !== MAGIC) return `The first byte is ${view.getUint8(0)}, not ${MAGIC}`;
  const version = view.getUint8(1);
  if (version !== POSE_PACKET_VERSION) {
    return `The version is ${version}; known is ${POSE_PACKET_VERSION}`;
  }
  if ((view.getUint8(2) & ~KNOWN_PARTS) !== 0 || view.getUint8(3) !== 0) {
    return 'Reserved bits are set';
  }
  const timeUs = view.getFloat64(4, true);
  if (!(timeUs >= 0 && timeUs <= Number.MAX_SAFE_INTEGER)) return `The time is ${timeUs}`;
  const expected = partsOf(view).reduce((sum, part) => sum + part.bytes, HEADER_BYTES);
  if (view.byteLength === expected) return '';
  return `Its parts need ${expected} bytes, it has ${view.byteLength}`;
}

function partsOf(view: DataView): Part[] {
  const bits = view.getUint8(2);
  return PARTS.filter((_, index) => (bits & (1 << index)) !== 0);
}

function writePart(view: DataView, offset: number, part: Part, values: Float32Array): void {
  for (let i = 0; i < part.values; i += 1) {
    const value = Number.isFinite(values[i]) ? values[i]! : 0;
    if (part.kind === 'weights') view.setUint8(offset + i, unit(value));
    else if (part.kind === 'angles') view.setInt16(offset + 2 * i, word(value * ANGLE_SCALE), true);
    else {
      const at = offset + Math.floor(i / 3) * POINT_BYTES;
      if (i % 3 === 2) view.setUint8(at + 4, unit(value));
      else view.setInt16(at + 2 * (i % 3), word(value * COORDINATE_SCALE), true);
    }
  }
}

function readPart(view: DataView, offset: number, part: Part): Float32Array {
  const values = new Float32Array(part.values);
  for (let i = 0; i < part.values; i += 1) {
    if (part.kind === 'weights') values[i] = view.getUint8(offset + i) / 255;
    else if (part.kind === 'angles') values[i] = view.getInt16(offset + 2 * i, true) / ANGLE_SCALE;
    else {
      const at = offset + Math.floor(i / 3) * POINT_BYTES;
      const point = i % 3;
      values[i] =
        point === 2
          ? view.getUint8(at + 4) / 255
          : view.getInt16(at + 2 * point, true) / COORDINATE_SCALE;
    }
  }
  return values;
}

function unit(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 255);
}

function word(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}
