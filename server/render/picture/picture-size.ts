/**
 * Format, size and orientation of a picture file from its first bytes, before anybody decodes it: what claims to
 * be larger than we take is refused without unpacking it. Pure.
 * PNG: https://www.w3.org/TR/png/#11IHDR, JPEG: ITU T.81 B.2.2, WebP: RFC 9649.
 */
import { orientationOf, swapsSides, type Orientation } from './exif.ts';

export type PictureFormat = 'png' | 'jpeg' | 'webp';
export type PictureHead = {
  readonly format: PictureFormat;
  /** Of the picture as it stands upright. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
};

const PNG = 0x89504e47;
const RIFF = 0x52494646;
const WEBP = 0x57454250;
const START_OF_SCAN = 0xda;
/** Start-of-frame markers, without the tables that lie between them (C4, C8, CC). */
const FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce]);

type StoredHead = Omit<PictureHead, 'orientation'>;

/** undefined for what is none of the three, or breaks off before its size. */
export function readPictureHead(bytes: Uint8Array): PictureHead | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stored = storedHead(view);
  if (!stored) return undefined;
  const { format, width, height } = stored;
  const orientation = orientationOf(view, format);
  return swapsSides(orientation)
    ? { format, width: height, height: width, orientation }
    : { ...stored, orientation };
}

function storedHead(view: DataView): StoredHead | undefined {
  if (view.byteLength < 30) return undefined;
  if (view.getUint32(0) === PNG) {
    return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (view.getUint16(0) === 0xffd8) return jpegHead(view);
  if (view.getUint32(0) === RIFF && view.getUint32(8) === WEBP) return webpHead(view);
  return undefined;
}

function jpegHead(view: DataView): StoredHead | undefined {
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (FRAMES.has(marker)) {
      return { format: 'jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    if (marker === START_OF_SCAN) return undefined;
    // A fill byte may stand before a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function webpHead(view: DataView): StoredHead | undefined {
  const kind = String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)));
  const format = 'webp';
  if (kind === 'VP8X') {
    const at = (from: number): number =>
      view.getUint16(from, true) + view.getUint8(from + 2) * 65_536;
    return { format, width: at(24) + 1, height: at(27) + 1 };
  }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { format, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== 'VP8 ') return undefined;
  const size = (from: number): number => view.getUint16(from, true) & 0x3fff;
  return { format, width: size(26), height: size(28) };
}
