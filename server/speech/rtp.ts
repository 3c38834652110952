/**
 * RTP and RTCP as far as the product needs them: headers in and out, counters that wrap made
 * continuous, sender reports, key-frame requests. Pure and bounds-checked: garbage from the
 * network gives `undefined` or `false`, never an exception. Any thread.
 * RFC 3550, https://www.rfc-editor.org/rfc/rfc3550 ; feedback: RFC 4585, RFC 5104.
 */

export const RTP_HEADER_BYTES = 12;
const VERSION = 2;

const RTCP_SENDER_REPORT = 200;
const RTCP_SOURCE_DESCRIPTION = 202;
const RTCP_PAYLOAD_FEEDBACK = 206;
const FEEDBACK_PICTURE_LOSS = 1;
const FEEDBACK_FULL_INTRA_REQUEST = 4;
const SDES_CNAME = 1;
const SENDER_REPORT_BYTES = 28;
const NTP_EPOCH_SECONDS = 2_208_988_800;

export type RtpHeader = {
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in units of the codec's clock. */
  readonly timestamp: number;
  readonly ssrc: number;
};

/** The payload is a view of the packet, without padding. */
export type RtpPacket = RtpHeader & { readonly payload: Uint8Array };

/** Reads one RTP packet; `undefined` when it is malformed (RFC 3550 5.1, A.1). */
export function parseRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < RTP_HEADER_BYTES || bytes[0]! >> 6 !== VERSION) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let start = RTP_HEADER_BYTES + 4 * (bytes[0]! & 0x0f);
  if ((bytes[0]! & 0x10) !== 0) {
    if (start + 4 > bytes.length) return undefined;
    start += 4 + 4 * view.getUint16(start + 2);
  }
  let end = bytes.length;
  if ((bytes[0]! & 0x20) !== 0) {
    const paddingBytes = bytes[bytes.length - 1]!;
    if (paddingBytes === 0) return undefined;
    end -= paddingBytes;
  }
  if (start > end) return undefined;
  return {
    payloadType: bytes[1]! & 0x7f,
    marker: (bytes[1]! & 0x80) !== 0,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: bytes.subarray(start, end),
  };
}

/** Writes a 12-byte header, without extension or contributing sources, at the target's start. */
export function writeRtpHeader(target: Uint8Array, header: RtpHeader): void {
  const view = new DataView(target.buffer, target.byteOffset, RTP_HEADER_BYTES);
  view.setUint8(0, VERSION << 6);
  view.setUint8(1, (header.marker ? 0x80 : 0) | (header.payloadType & 0x7f));
  view.setUint16(2, header.sequence);
  view.setUint32(4, header.timestamp);
  view.setUint32(8, header.ssrc);
}

/** Distance from `from` to `to` on a counter of `bits` bits, -2^(bits-1) .. 2^(bits-1) - 1. */
export function wrappedDistance(from: number, to: number, bits: 16 | 32): number {
  return bits === 16 ? ((to - from) << 16) >> 16 : (to - from) | 0;
}

/** Turns a counter that wraps into one that does not; takes each value as next to the last one. */
export class Unwrapper {
  readonly #bits: 16 | 32;
  #last: number | undefined;

  constructor(bits: 16 | 32) {
    this.#bits = bits;
  }

  /** The continuous value; the first one is the value itself. It may go back, below 0 too. */
  unwrap(value: number): number {
    const last = this.#last ?? value;
    this.#last = last + wrappedDistance(last, value, this.#bits);
    return this.#last;
  }

  reset(): void {
    this.#last = undefined;
  }
}

export type SenderReport = {
  readonly ssrc: number;
  /** RTP timestamp at the report's instant, 32 bits. */
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly payloadBytes: number;
};

/** Size of the compound packet `writeSenderReports` makes; the CNAME is ASCII. */
export function senderReportsBytes(reports: number, cname: string): number {
  return reports * SENDER_REPORT_BYTES + 4 + reports * sdesChunkBytes(cname);
}

/**
 * Writes one compound packet: a sender report for each stream, all of the same instant
 * (`unixUs`, microseconds since 1970), then SDES with the CNAME that makes receivers lip-sync
 * them. Returns its size. RFC 3550 6.4.1, 6.5.
 */
export function writeSenderReports(
  target: Uint8Array,
  reports: readonly SenderReport[],
  at: { readonly unixUs: number; readonly cname: string },
): number {
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  let offset = 0;
  for (const report of reports) {
    writeRtcpHeader(view, offset, 0, RTCP_SENDER_REPORT, SENDER_REPORT_BYTES);
    view.setUint32(offset + 4, report.ssrc);
    view.setUint32(offset + 8, Math.floor(at.unixUs / 1e6) + NTP_EPOCH_SECONDS);
    view.setUint32(offset + 12, Math.floor(((at.unixUs % 1e6) * 2 ** 32) / 1e6));
    view.setUint32(offset + 16, report.rtpTimestamp);
    view.setUint32(offset + 20, report.packets);
    view.setUint32(offset + 24, report.payloadBytes);
    offset += SENDER_REPORT_BYTES;
  }
  return writeSourceDescription(view, offset, reports, at.cname);
}

/** Whether a compound RTCP packet asks for a key frame (PLI or FIR) of this stream, or of any. */
export function hasKeyframeRequest(bytes: Uint8Array, ssrc?: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let offset = 0;
  while (offset + 4 <= bytes.length && bytes[offset]! >> 6 === VERSION) {
    const format = bytes[offset]! & 0x1f;
    const asksForIt = format === FEEDBACK_PICTURE_LOSS || format === FEEDBACK_FULL_INTRA_REQUEST;
    const sizeBytes = 4 * (1 + bytes[offset + 2]! * 256 + bytes[offset + 3]!);
    if (offset + sizeBytes > bytes.length) return false;
    if (bytes[offset + 1] === RTCP_PAYLOAD_FEEDBACK && asksForIt) {
      // A FIR names its stream in its first entry, a PLI in the head (RFC 5104 4.3.1, RFC 4585 6.1).
      const at = offset + (format === FEEDBACK_FULL_INTRA_REQUEST ? 12 : 8);
      const named = at + 4 <= offset + sizeBytes ? view.getUint32(at) : undefined;
      if (ssrc === undefined || named === ssrc) return true;
    }
    offset += sizeBytes;
  }
  return false;
}

function writeSourceDescription(
  view: DataView,
  start: number,
  reports: readonly SenderReport[],
  cname: string,
): number {
  const chunkBytes = sdesChunkBytes(cname);
  const sizeBytes = 4 + reports.length * chunkBytes;
  writeRtcpHeader(view, start, reports.length, RTCP_SOURCE_DESCRIPTION, sizeBytes);
  let offset = start + 4;
  for (const report of reports) {
    view.setUint32(offset, report.ssrc);
    view.setUint8(offset + 4, SDES_CNAME);
    view.setUint8(offset + 5, cname.length);
    for (let i = 6; i < chunkBytes; i++) view.setUint8(offset + i, 0);
    for (let i = 0; i < cname.length; i++) view.setUint8(offset + 6 + i, cname.charCodeAt(i));
    offset += chunkBytes;
  }
  return offset;
}

/** SSRC, item head and text, ended by one to four zeros up to a whole word. */
function sdesChunkBytes(cname: string): number {
  return 4 * (Math.floor((6 + cname.length) / 4) + 1);
}

function writeRtcpHeader(
  view: DataView,
  offset: number,
  count: number,
  packetType: number,
  sizeBytes: number,
): void {
  view.setUint8(offset, (VERSION << 6) | count);
  view.setUint8(offset + 1, packetType);
  view.setUint16(offset + 2, sizeBytes / 4 - 1);
}
