/**
 * Streaming Matroska writer: how picture and sound reach ffmpeg on one pipe with exact times.
 * One header, then for each frame a small block header followed by the frame's own bytes, so a
 * picture is never copied. Each frame is a cluster of its own with a known size: the demuxer
 * hands it on without waiting for the next one. Pure; runs on the feeder thread.
 * RFC 9559, https://www.rfc-editor.org/rfc/rfc9559 ; EBML: RFC 8794.
 */

/** Timestamps count 100 us, fine enough for the encoder's key-frame mark beside the frame grid. */
export const TICKS_PER_MS = 10;
const NANOSECONDS_PER_TICK = 100_000;

export type MatroskaTrack =
  /** Planar 8-bit 4:2:0, BT.709, limited range; width * height * 3 / 2 bytes a frame. */
  | {
      readonly kind: 'i420';
      readonly width: number;
      readonly height: number;
      readonly fps: number;
    }
  /** Straight or premultiplied 8-bit RGBA, as its reader takes it; width * height * 4 bytes a frame. */
  | {
      readonly kind: 'rgba';
      readonly width: number;
      readonly height: number;
      readonly fps: number;
    }
  /** Access units of 4-byte-length-prefixed NAL units; `avcC` is the decoder configuration. */
  | {
      readonly kind: 'h264';
      readonly width: number;
      readonly height: number;
      readonly fps: number;
      readonly avcC: Uint8Array;
    }
  /** Signed 16-bit little-endian mono. */
  | { readonly kind: 'pcm16'; readonly rateHz: number };

export type MatroskaBlock = {
  /** Index into the header's tracks. */
  readonly track: number;
  /** Presentation time in units of 100 us from the stream's start, at least 0. */
  readonly ticks: number;
  readonly keyframe: boolean;
  /** Size of the frame's bytes, which follow the header. */
  readonly payloadBytes: number;
};

const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  defaultDuration: 0x23e383,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  uncompressedFourCc: 0x2eb524,
  colour: 0x55b0,
  matrixCoefficients: 0x55b1,
  range: 0x55b9,
  transferCharacteristics: 0x55ba,
  primaries: 0x55bb,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  bitDepth: 0x6264,
  cluster: 0x1f43b675,
  clusterTimestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

const TRACK_TYPE_VIDEO = 1;
const TRACK_TYPE_AUDIO = 2;
const BT709 = 1;
const RANGE_LIMITED = 1;
const UNKNOWN_SIZE = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

/** Bytes of a block header: cluster, its timestamp, and the block's own head. */
export const BLOCK_HEADER_BYTES = 35;

/** The bytes that open a stream with these tracks. */
export function matroskaHeader(tracks: readonly MatroskaTrack[]): Uint8Array {
  const ebml = element(ID.ebml, [
    text(ID.docType, 'matroska'),
    uint(ID.docTypeVersion, 4),
    uint(ID.docTypeReadVersion, 2),
  ]);
  const info = element(ID.info, [
    uint(ID.timestampScale, NANOSECONDS_PER_TICK),
    text(ID.muxingApp, 'posecast'),
    text(ID.writingApp, 'posecast'),
  ]);
  const entries = element(ID.tracks, tracks.map(trackEntry));
  return Buffer.concat([ebml, idBytes(ID.segment), UNKNOWN_SIZE, info, entries]);
}

/** The bytes that go right before a frame's payload; a new array, safe to hand to a stream. */
export function blockHeader(block: MatroskaBlock): Uint8Array {
  const header = new Uint8Array(BLOCK_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, ID.cluster);
  writeSize(view, 4, BLOCK_HEADER_BYTES - 12 + block.payloadBytes);
  view.setUint8(12, ID.clusterTimestamp);
  view.setUint8(13, 0x88);
  view.setBigUint64(14, BigInt(block.ticks));
  view.setUint8(22, ID.simpleBlock);
  writeSize(view, 23, 4 + block.payloadBytes);
  view.setUint8(31, 0x80 | (block.track + 1));
  view.setInt16(32, 0);
  view.setUint8(34, block.keyframe ? 0x80 : 0);
  return header;
}

function trackEntry(track: MatroskaTrack, index: number): Uint8Array {
  const common = [
    uint(ID.trackNumber, index + 1),
    uint(ID.trackUid, index + 1),
    uint(ID.flagLacing, 0),
  ];
  switch (track.kind) {
    case 'i420':
      return element(ID.trackEntry, [
        ...common,
        ...video(track, 'V_UNCOMPRESSED', [
          element(ID.uncompressedFourCc, [Buffer.from('I420')]),
          colour(),
        ]),
      ]);
    case 'rgba':
      return element(ID.trackEntry, [
        ...common,
        ...video(track, 'V_UNCOMPRESSED', [element(ID.uncompressedFourCc, [Buffer.from('RGBA')])]),
      ]);
    case 'h264':
      return element(ID.trackEntry, [
        ...common,
        ...video(track, 'V_MPEG4/ISO/AVC', [colour()]),
        element(ID.codecPrivate, [track.avcC]),
      ]);
    case 'pcm16':
      return element(ID.trackEntry, [
        ...common,
        uint(ID.trackType, TRACK_TYPE_AUDIO),
        text(ID.codecId, 'A_PCM/INT/LIT'),
        element(ID.audio, [
          float(ID.samplingFrequency, track.rateHz),
          uint(ID.channels, 1),
          uint(ID.bitDepth, 16),
        ]),
      ]);
    default:
      return track satisfies never;
  }
}

function video(
  track: { readonly width: number; readonly height: number; readonly fps: number },
  codecId: string,
  details: readonly Uint8Array[],
): Uint8Array[] {
  return [
    uint(ID.trackType, TRACK_TYPE_VIDEO),
    text(ID.codecId, codecId),
    uint(ID.defaultDuration, Math.round(1e9 / track.fps)),
    element(ID.video, [
      uint(ID.pixelWidth, track.width),
      uint(ID.pixelHeight, track.height),
      ...details,
    ]),
  ];
}

function colour(): Uint8Array {
  return element(ID.colour, [
    uint(ID.matrixCoefficients, BT709),
    uint(ID.range, RANGE_LIMITED),
    uint(ID.transferCharacteristics, BT709),
    uint(ID.primaries, BT709),
  ]);
}

function element(id: number, children: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(children);
  const size = new DataView(new ArrayBuffer(8));
  writeSize(size, 0, body.length);
  return Buffer.concat([idBytes(id), new Uint8Array(size.buffer), body]);
}

function uint(id: number, value: number): Uint8Array {
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(BigInt(value));
  return element(id, [body]);
}

function float(id: number, value: number): Uint8Array {
  const body = Buffer.alloc(8);
  body.writeDoubleBE(value);
  return element(id, [body]);
}

function text(id: number, value: string): Uint8Array {
  return element(id, [Buffer.from(value)]);
}

/** Element ids carry their own length mark, so their bytes are the number's own. */
function idBytes(id: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id);
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0));
}

/** Eight-byte EBML data size (RFC 8794, 6): fixed width keeps every header the same length. */
function writeSize(view: DataView, offset: number, size: number): void {
  view.setBigUint64(offset, BigInt(size) | (1n << 56n));
}
