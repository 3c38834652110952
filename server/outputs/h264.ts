/**
 * H.264 access units into RTP payloads (RFC 6184, packetization-mode 1), and the two helpers that
 * take NAL units out of FLV and MP4 containers. Pure: no clock, no sockets; runs on the feeder
 * thread, one packetizer per encoder.
 * https://www.rfc-editor.org/rfc/rfc6184
 */
import { AppError } from '../core/errors.ts';

/** Payload size that leaves room for RTP header, extensions and SRTP below every usual MTU. */
export const MAX_PAYLOAD_BYTES = 1200;

export const NAL_IDR = 5;
export const NAL_SPS = 7;
const NAL_ACCESS_UNIT_DELIMITER = 9;
const NAL_FILLER = 12;
const NAL_STAP_A = 24;
const NAL_FU_A = 28;

/** What an `avcC` record (ISO/IEC 14496-15, 5.3.3.1) says; the arrays are views of the record. */
export type AvcConfig = {
  readonly profile: number;
  readonly compatibility: number;
  readonly level: number;
  /** Bytes of the length field before each NAL unit: 1, 2 or 4. */
  readonly lengthSize: number;
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
};

/** Called after a payload was written into the target: its size, and whether it ends the frame. */
export type PayloadSink = (payloadBytes: number, marker: boolean) => void;

/** Parses an `avcC` record. Throws `encoder_failed` when it is truncated or of another version. */
export function parseAvcConfig(record: Uint8Array): AvcConfig {
  if (record.length < 7) throw truncated('avcC record', record.length);
  if (record[0] !== 1) {
    throw new AppError('encoder_failed', `avcC version is ${record[0]}; only 1 is known`);
  }
  const sps = readParameterSets(record, 6, record[5]! & 0x1f);
  if (sps.end >= record.length) throw truncated('avcC record', record.length);
  const pps = readParameterSets(record, sps.end + 1, record[sps.end]!);
  return {
    profile: record[1]!,
    compatibility: record[2]!,
    level: record[3]!,
    lengthSize: (record[4]! & 3) + 1,
    sps: sps.units,
    pps: pps.units,
  };
}

/**
 * Appends the NAL units of a length-prefixed access unit to `out`, as views of `data`.
 * Throws `encoder_failed` when a length runs over the end.
 */
export function splitLengthPrefixed(
  data: Uint8Array,
  lengthSize: number,
  out: Uint8Array[] = [],
): Uint8Array[] {
  let offset = 0;
  while (offset < data.length) {
    if (offset + lengthSize > data.length) throw truncated('NAL unit length', data.length);
    let size = 0;
    for (let i = 0; i < lengthSize; i++) size = size * 256 + data[offset + i]!;
    offset += lengthSize;
    if (size > data.length - offset) throw truncated(`NAL unit of ${size} bytes`, data.length);
    if (size > 0) out.push(data.subarray(offset, offset + size));
    offset += size;
  }
  return out;
}

/** Type of a NAL unit, 0..31; an empty one has 0, which RFC 6184 leaves undefined. */
export function nalType(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 0x1f;
}

export class H264Packetizer {
  readonly #maxPayloadBytes: number;
  #parameterSets: readonly Uint8Array[] = [];
  readonly #units: Uint8Array[] = [];

  constructor(maxPayloadBytes = MAX_PAYLOAD_BYTES) {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** Parameter sets put before a key frame that comes without; copied. */
  setParameterSets(config: Pick<AvcConfig, 'sps' | 'pps'>): void {
    this.#parameterSets = [...config.sps, ...config.pps].map((unit) => unit.slice());
  }

  /**
   * Writes the payloads of one access unit one after the other to `target` at `offset` (which
   * needs room for the largest payload) and calls `emit` for each; the marker stands on the last.
   * The bytes are overwritten by the next payload. Returns the number of payloads.
   */
  packetize(
    accessUnit: readonly Uint8Array[],
    target: Uint8Array,
    offset: number,
    emit: PayloadSink,
  ): number {
    if (target.length < offset + this.#maxPayloadBytes) {
      throw new RangeError(
        `Packet buffer of ${target.length} bytes has no room for ${this.#maxPayloadBytes} at ${offset}`,
      );
    }
    const units = this.#collect(accessUnit);
    let payloads = 0;
    for (let first = 0; first < units.length;) {
      const next = this.#runEnd(units, first);
      const last = next === units.length;
      if (next - first > 1) {
        emit(writeAggregate(units, first, next, target, offset), last);
        payloads++;
      } else {
        payloads += this.#single(units[first]!, target, offset, last, emit);
      }
      first = next;
    }
    units.length = 0;
    return payloads;
  }

  /** The units worth sending; a key frame without parameter sets gets the known ones in front. */
  #collect(accessUnit: readonly Uint8Array[]): Uint8Array[] {
    const units = this.#units;
    units.length = 0;
    let key = false;
    let described = false;
    for (const unit of accessUnit) {
      const type = nalType(unit);
      key ||= type === NAL_IDR;
      described ||= type === NAL_SPS;
    }
    if (key && !described) units.push(...this.#parameterSets);
    for (const unit of accessUnit) {
      const type = nalType(unit);
      if (unit.length === 0 || type === NAL_ACCESS_UNIT_DELIMITER || type === NAL_FILLER) continue;
      units.push(unit);
    }
    return units;
  }

  /** End of the run of units from `first` that fit together into one STAP-A; at least first + 1. */
  #runEnd(units: readonly Uint8Array[], first: number): number {
    let size = 1 + 2 + units[first]!.length;
    let next = first + 1;
    while (next < units.length && size + 2 + units[next]!.length <= this.#maxPayloadBytes) {
      size += 2 + units[next]!.length;
      next++;
    }
    return next;
  }

  #single(
    unit: Uint8Array,
    target: Uint8Array,
    offset: number,
    last: boolean,
    emit: PayloadSink,
  ): number {
    if (unit.length <= this.#maxPayloadBytes) {
      target.set(unit, offset);
      emit(unit.length, last);
      return 1;
    }
    return fragment(unit, this.#maxPayloadBytes, target, offset, last, emit);
  }
}

/** STAP-A, RFC 6184 5.7.1: forbidden bit or-ed, the highest nal_ref_idc. Returns its size. */
function writeAggregate(
  units: readonly Uint8Array[],
  first: number,
  end: number,
  target: Uint8Array,
  offset: number,
): number {
  let position = offset + 1;
  let forbidden = 0;
  let importance = 0;
  for (let i = first; i < end; i++) {
    const unit = units[i]!;
    forbidden |= unit[0]! & 0x80;
    importance = Math.max(importance, unit[0]! & 0x60);
    target[position] = unit.length >> 8;
    target[position + 1] = unit.length & 0xff;
    target.set(unit, position + 2);
    position += 2 + unit.length;
  }
  target[offset] = forbidden | importance | NAL_STAP_A;
  return position - offset;
}

/** FU-A, RFC 6184 5.8, in fragments of nearly equal size so that no tiny tail packet is sent. */
function fragment(
  unit: Uint8Array,
  maxPayloadBytes: number,
  target: Uint8Array,
  offset: number,
  last: boolean,
  emit: PayloadSink,
): number {
  const bodyBytes = unit.length - 1;
  const count = Math.ceil(bodyBytes / (maxPayloadBytes - 2));
  const stride = Math.ceil(bodyBytes / count);
  let payloads = 0;
  for (let start = 1; start < unit.length; start += stride) {
    const end = Math.min(start + stride, unit.length);
    const startBit = start === 1 ? 0x80 : 0;
    const endBit = end === unit.length ? 0x40 : 0;
    target[offset] = (unit[0]! & 0xe0) | NAL_FU_A;
    target[offset + 1] = startBit | endBit | (unit[0]! & 0x1f);
    target.set(unit.subarray(start, end), offset + 2);
    emit(2 + end - start, last && endBit !== 0);
    payloads++;
  }
  return payloads;
}

function readParameterSets(
  record: Uint8Array,
  from: number,
  count: number,
): { readonly units: readonly Uint8Array[]; readonly end: number } {
  const units: Uint8Array[] = [];
  let offset = from;
  for (let i = 0; i < count; i++) {
    if (offset + 2 > record.length) throw truncated('avcC record', record.length);
    const size = record[offset]! * 256 + record[offset + 1]!;
    offset += 2;
    if (offset + size > record.length) throw truncated('avcC record', record.length);
    units.push(record.subarray(offset, offset + size));
    offset += size;
  }
  return { units, end: offset };
}

function truncated(what: string, sizeBytes: number): AppError {
  return new AppError('encoder_failed', `Truncated ${what}: it does not fit ${sizeBytes} bytes`);
}
