/**
 * PNG as our packs have it: 8 bits a channel, grey, RGB or RGBA, not interlaced. A reader of our own
 * because packs come from outside and a canvas that is given a cut-off picture takes the whole
 * process with it (@napi-rs/canvas 1.0.3: PNG, JPEG and WebP). https://www.w3.org/TR/png/
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { AppError } from '../../core/errors.ts';
import type { Still } from './still.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_SIDE = 8192;
const MOST_PIXELS = 40e6;
/** Channels of the colour types that we read. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 6: 4 };
const UP = 2;

/** Throws `bad_pack` that names the file and what was found. */
export function readPng(bytes: Uint8Array, name: string): Still {
  const { width, height, channels, packed } = readChunks(Buffer.from(bytes), name);
  const stride = width * channels;
  const size = (stride + 1) * height;
  let rows: Buffer;
  try {
    rows = inflateSync(packed, { maxOutputLength: size });
  } catch (cause) {
    throw bad(name, 'whole pixels', 'data that does not unpack to them', cause);
  }
  if (rows.length !== size) throw bad(name, `${size} bytes of pixels`, String(rows.length));
  for (let y = 0; y < height; y += 1) unfilter(rows, y, stride, channels, name);
  return { width, height, rgba: toRgba(rows, width, height, channels) };
}

export function writePng({ width, height, rgba }: Still): Uint8Array {
  const stride = width * 4;
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const to = y * (stride + 1);
    rows[to] = UP;
    for (let i = 0; i < stride; i += 1) {
      const above = y > 0 ? rgba[(y - 1) * stride + i]! : 0;
      rows[to + 1 + i] = rgba[y * stride + i]! - above;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const chunks = [
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

type Packed = {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly packed: Buffer;
};

function readChunks(bytes: Buffer, name: string): Packed {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(SIGNATURE)) {
    throw bad(name, 'a PNG file', 'another');
  }
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const fits = width > 0 && height > 0 && Math.max(width, height) <= MOST_SIDE;
  if (!fits || width * height > MOST_PIXELS) {
    const most = `at most ${MOST_SIDE} pixels a side and ${MOST_PIXELS / 1e6} megapixels`;
    throw bad(name, most, `${width} x ${height}`);
  }
  const channels = CHANNELS[bytes[25]!];
  if (bytes[24] !== 8 || channels === undefined || bytes[28] !== 0) {
    throw bad(name, '8-bit grey, RGB or RGBA without interlacing', 'another kind of PNG');
  }
  const parts: Buffer[] = [];
  for (let at = 33; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(bytes.subarray(at + 8, at + 8 + length));
    }
    at += length + 12;
  }
  return { width, height, channels, packed: Buffer.concat(parts) };
}

/** https://www.w3.org/TR/png/#9Filters, in place. */
function unfilter(rows: Buffer, y: number, stride: number, channels: number, name: string): void {
  const at = y * (stride + 1) + 1;
  const above = at - stride - 1;
  const filter = rows[at - 1]!;
  if (filter > 4) throw bad(name, 'filters 0 to 4', String(filter));
  if (filter === 0) return;
  for (let i = 0; i < stride; i += 1) {
    const a = i >= channels ? rows[at + i - channels]! : 0;
    const b = y > 0 ? rows[above + i]! : 0;
    const c = y > 0 && i >= channels ? rows[above + i - channels]! : 0;
    rows[at + i]! += predict(filter, a, b, c);
  }
}

function predict(filter: number, a: number, b: number, c: number): number {
  if (filter === 1) return a;
  if (filter === UP) return b;
  if (filter === 3) return (a + b) >> 1;
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
}

function toRgba(rows: Buffer, width: number, height: number, channels: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = y * (width * channels + 1) + 1 + x * channels;
      const to = (y * width + x) * 4;
      rgba[to] = rows[from]!;
      rgba[to + 1] = rows[channels === 1 ? from : from + 1]!;
      rgba[to + 2] = rows[channels === 1 ? from : from + 2]!;
      rgba[to + 3] = channels === 4 ? rows[from + 3]! : 255;
    }
  }
  return rgba;
}

function bad(name: string, expected: string, found: string, cause?: unknown): AppError {
  return new AppError('bad_pack', `picture ${name}: expected ${expected}, found ${found}`, cause);
}
