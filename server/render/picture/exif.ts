/**
 * How a picture's pixels have to be turned to stand upright, as its camera noted it. Pure.
 * Exif 2.32, 4.6.4 (Orientation); JPEG: APP1, PNG: eXIf, WebP: RFC 9649, 2.7.1.5.
 */

/** 1: upright already; 5 to 8 also swap the sides. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const APP1 = 0xe1;
const START_OF_SCAN = 0xda;
const EXIF = 'Exif\0\0';
const ORIENTATION_TAG = 0x0112;
const ENTRY_BYTES = 12;
const MOST_ENTRIES = 500;

export function swapsSides(orientation: Orientation): boolean {
  return orientation >= 5;
}

/** 1 where nothing is noted, or what is noted can't be read. `view`: the file or its beginning. */
export function orientationOf(view: DataView, format: 'png' | 'jpeg' | 'webp'): Orientation {
  const tiff = { jpeg: inJpeg, png: inPng, webp: inWebp }[format](view);
  return tiff ? orientationIn(tiff) : 1;
}

function orientationIn(tiff: DataView): Orientation {
  const little = tiff.byteLength > 8 && tiff.getUint16(0) === 0x4949;
  const start = tiff.byteLength > 8 ? tiff.getUint32(4, little) : Infinity;
  if (start + 2 > tiff.byteLength) return 1;
  const entries = Math.min(MOST_ENTRIES, tiff.getUint16(start, little));
  for (let i = 0; i < entries; i += 1) {
    const at = start + 2 + i * ENTRY_BYTES;
    if (at + ENTRY_BYTES > tiff.byteLength) return 1;
    if (tiff.getUint16(at, little) !== ORIENTATION_TAG) continue;
    const value = tiff.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

function inJpeg(view: DataView): DataView | undefined {
  for (let at = 2; at + 4 < view.byteLength && view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === START_OF_SCAN) return undefined;
    const length = view.getUint16(at + 2);
    if (marker === APP1 && word(view, at + 4, EXIF.length) === EXIF) {
      return part(view, at + 4 + EXIF.length, length - 2 - EXIF.length);
    }
    // A fill byte may stand before a marker.
    at += marker === 0xff ? 1 : 2 + length;
  }
  return undefined;
}

function inPng(view: DataView): DataView | undefined {
  for (let at = 8; at + 8 < view.byteLength;) {
    const length = view.getUint32(at);
    if (word(view, at + 4, 4) === 'eXIf') return part(view, at + 8, length);
    at += 12 + length;
  }
  return undefined;
}

function inWebp(view: DataView): DataView | undefined {
  for (let at = 12; at + 8 < view.byteLength;) {
    const length = view.getUint32(at + 4, true);
    if (word(view, at, 4) === 'EXIF') {
      // Some write JPEG's signature here, too.
      const signed = word(view, at + 8, EXIF.length) === EXIF ? EXIF.length : 0;
      return part(view, at + 8 + signed, length - signed);
    }
    at += 8 + length + (length % 2);
  }
  return undefined;
}

function part(view: DataView, at: number, length: number): DataView | undefined {
  const size = Math.min(length, view.byteLength - at);
  return size > 0 ? new DataView(view.buffer, view.byteOffset + at, size) : undefined;
}

function word(view: DataView, at: number, length: number): string {
  if (at + length > view.byteLength) return '';
  return String.fromCharCode(...Array.from({ length }, (_, i) => view.getUint8(at + i)));
}
