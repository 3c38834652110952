/**
 * Streaming FLV demuxer for the encoder's standard output: bytes in any chunking, one video tag
 * out per frame. FLV marks frame ends exactly, which an Annex B stream does not. Runs on the
 * feeder thread, one demuxer per encoder process; a new process needs a new demuxer.
 * Adobe Flash Video File Format Specification 10.1, Annex E:
 * https://rtmp.veriskope.com/pdf/video_file_format_spec_v10_1.pdf
 */
import { AppError } from '../core/errors.ts';
import { parseAvcConfig, splitLengthPrefixed, type AvcConfig } from './h264.ts';

/** A tag larger than this is no frame of ours; it bounds the demuxer's memory. */
export const MAX_TAG_BYTES = 4 * 1024 * 1024;

const FILE_HEADER_BYTES = 9;
const TAG_HEADER_BYTES = 11;
const PREVIOUS_TAG_SIZE_BYTES = 4;
const VIDEO_TAG = 9;
const AVC = 7;
const VIDEO_PREFIX_BYTES = 5;
const INITIAL_BUFFER_BYTES = 256 * 1024;

export type FlvVideoTag =
  | {
      readonly kind: 'config';
      readonly timestampMs: number;
      readonly config: AvcConfig;
      /** The whole record, copied: what a Matroska track of these frames needs. */
      readonly avcC: Uint8Array;
    }
  | {
      readonly kind: 'frame';
      /** Decode time in the encoder's output clock. */
      readonly timestampMs: number;
      /** Presentation minus decode time; 0 without B-frames. */
      readonly compositionMs: number;
      readonly keyframe: boolean;
      /** NAL units; they and `data` are views that are valid only during the call. */
      readonly nalus: readonly Uint8Array[];
      /** The same units with their length prefixes. */
      readonly data: Uint8Array;
    };

export class FlvDemuxer {
  readonly #onVideo: (tag: FlvVideoTag) => void;
  readonly #maxTagBytes: number;
  #buffer = new Uint8Array(INITIAL_BUFFER_BYTES);
  #size = 0;
  #started = false;
  #lengthSize = 4;
  readonly #nalus: Uint8Array[] = [];

  constructor(onVideo: (tag: FlvVideoTag) => void, maxTagBytes = MAX_TAG_BYTES) {
    this.#onVideo = onVideo;
    this.#maxTagBytes = maxTagBytes;
  }

  /**
   * Takes the next bytes and calls back for each video tag they complete. Throws `encoder_failed`
   * when the stream is no FLV of ours; the demuxer is useless afterwards.
   */
  push(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      const taken = Math.min(rest.length, this.#room());
      this.#buffer.set(rest.subarray(0, taken), this.#size);
      this.#size += taken;
      rest = rest.subarray(taken);
      this.#drain();
    }
  }

  /** Free bytes at the buffer's end, grown (within the bound) when it is full. */
  #room(): number {
    if (this.#size === this.#buffer.length) {
      const limit = this.#maxTagBytes + TAG_HEADER_BYTES + PREVIOUS_TAG_SIZE_BYTES;
      const grown = new Uint8Array(Math.min(2 * this.#buffer.length, limit));
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    return this.#buffer.length - this.#size;
  }

  #drain(): void {
    let offset = 0;
    for (;;) {
      const consumed = this.#started ? this.#readTag(offset) : this.#readFileHeader();
      if (consumed === 0) break;
      offset += consumed;
    }
    if (offset === 0) return;
    this.#buffer.copyWithin(0, offset, this.#size);
    this.#size -= offset;
  }

  #readFileHeader(): number {
    const bytes = FILE_HEADER_BYTES + PREVIOUS_TAG_SIZE_BYTES;
    if (this.#size < bytes) return 0;
    const [f, l, v] = this.#buffer;
    if (f !== 0x46 || l !== 0x4c || v !== 0x56) {
      throw new AppError('encoder_failed', 'The encoder output does not begin with "FLV"');
    }
    this.#started = true;
    return bytes;
  }

  /** Handles the tag at `offset`; the bytes it took, or 0 when it is not complete yet. */
  #readTag(offset: number): number {
    const available = this.#size - offset;
    if (available < TAG_HEADER_BYTES) return 0;
    const header = this.#buffer.subarray(offset, offset + TAG_HEADER_BYTES);
    const dataBytes = uint24(header, 1);
    if (dataBytes > this.#maxTagBytes) {
      throw new AppError(
        'encoder_failed',
        `FLV tag of ${dataBytes} bytes; at most ${this.#maxTagBytes} are allowed`,
      );
    }
    const bytes = TAG_HEADER_BYTES + dataBytes + PREVIOUS_TAG_SIZE_BYTES;
    if (available < bytes) return 0;
    if ((header[0]! & 0x1f) === VIDEO_TAG) {
      const start = offset + TAG_HEADER_BYTES;
      const timestampMs = header[7]! * 2 ** 24 + uint24(header, 4);
      this.#readVideo(timestampMs, this.#buffer.subarray(start, start + dataBytes));
    }
    return bytes;
  }

  #readVideo(timestampMs: number, data: Uint8Array): void {
    if (data.length < VIDEO_PREFIX_BYTES) return;
    const codec = data[0]! & 0x0f;
    if (codec !== AVC) {
      throw new AppError('encoder_failed', `FLV video codec is ${codec}; only 7 (H.264) is known`);
    }
    const body = data.subarray(VIDEO_PREFIX_BYTES);
    const packetType = data[1]!;
    if (packetType === 0) {
      const avcC = body.slice();
      const config = parseAvcConfig(avcC);
      this.#lengthSize = config.lengthSize;
      this.#onVideo({ kind: 'config', timestampMs, config, avcC });
    } else if (packetType === 1) {
      this.#nalus.length = 0;
      this.#onVideo({
        kind: 'frame',
        timestampMs,
        compositionMs: (uint24(data, 2) << 8) >> 8,
        keyframe: data[0]! >> 4 === 1,
        nalus: splitLengthPrefixed(body, this.#lengthSize, this.#nalus),
        data: body,
      });
    }
  }
}

function uint24(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 16) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!;
}
