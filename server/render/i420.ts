/**
 * Premultiplied RGBA over a background colour, as I420 for the encoder. Pure; any thread.
 *
 * Colour: BT.709 matrix, limited range (Y 16..235, Cb and Cr 16..240); tell the encoder
 * bt709/tv. Chroma is the mean of 2 x 2 pixels. Composing is linear, so the background enters as
 * one product per pixel: 16-bit fixed point, within half a step of the exact value.
 * https://www.itu.int/rec/R-REC-BT.709
 */
import { AppError } from '../core/errors.ts';

/** A colour, 0..255 each. */
export type Rgb = readonly [number, number, number];

const ONE = 65536;
const Y_SCALE = (219 / 255) * ONE;
const C_SCALE = (224 / 255) * ONE;
const KR = 0.2126;
const KG = 0.7152;
const KB = 0.0722;
const YR = Math.round(KR * Y_SCALE);
const YG = Math.round(KG * Y_SCALE);
const YB = Math.round(KB * Y_SCALE);
const UR = Math.round((-KR / (2 * (1 - KB))) * C_SCALE);
const UG = Math.round((-KG / (2 * (1 - KB))) * C_SCALE);
const UB = -UR - UG;
const VG = Math.round((-KG / (2 * (1 - KR))) * C_SCALE);
const VB = Math.round((-KB / (2 * (1 - KR))) * C_SCALE);
const VR = -VG - VB;
/** 16 with rounding, and 128 for a sum of four pixels with rounding. */
const Y_BIAS = 16 * ONE + ONE / 2;
const C_BIAS = (128 * ONE + ONE / 2) * 4;
/** Every other byte of a pixel. */
const ODD = 0xff00ff;

/**
 * `rgba` 4 * width * height bytes (its offset a multiple of 4), `background` 0..255 each,
 * `out` width * height * 3 / 2 bytes: Y, U, V planes. Width and height must be even.
 */
export function rgbaToI420(
  rgba: Uint8Array,
  width: number,
  height: number,
  background: Rgb,
  out: Uint8Array,
): void {
  if (width % 2 !== 0 || height % 2 !== 0 || out.length < (width * height * 3) / 2) {
    throw new RangeError(`I420 needs even sides and room for them, got ${width} x ${height}`);
  }
  const pixels = new Int32Array(rgba.buffer, rgba.byteOffset, width * height);
  const [r, g, b] = background;
  // What one step of transparency (1/255) adds.
  const backY = Math.round((YR * r + YG * g + YB * b) / 255);
  const backU = Math.round((UR * r + UG * g + UB * b) / 255);
  const backV = Math.round((VR * r + VG * g + VB * b) / 255);
  const clearY = luma(0, backY);
  const clearU = (backU * 1020 + C_BIAS) >> 18;
  const clearV = (backV * 1020 + C_BIAS) >> 18;
  let u = width * height;
  let v = u + u / 4;
  for (let row = 0; row < height; row += 2) {
    let top = row * width;
    let low = top + width;
    for (const end = low; top < end; top += 2, low += 2, u += 1, v += 1) {
      const a = pixels[top]!;
      const b2 = pixels[top + 1]!;
      const c = pixels[low]!;
      const d = pixels[low + 1]!;
      // Much of a frame is bare background.
      if ((a | b2 | c | d) === 0) {
        out[top] = out[top + 1] = out[low] = out[low + 1] = clearY;
        out[u] = clearU;
        out[v] = clearV;
        continue;
      }
      out[top] = luma(a, backY);
      out[top + 1] = luma(b2, backY);
      out[low] = luma(c, backY);
      out[low + 1] = luma(d, backY);
      // Two channels in one integer: each sum of four stays under 16 bits.
      const redBlue = (a & ODD) + (b2 & ODD) + (c & ODD) + (d & ODD);
      const greenAlpha =
        ((a >>> 8) & ODD) + ((b2 >>> 8) & ODD) + ((c >>> 8) & ODD) + ((d >>> 8) & ODD);
      const red = redBlue & 0xffff;
      const blue = redBlue >>> 16;
      const green = greenAlpha & 0xffff;
      const clear = 1020 - (greenAlpha >>> 16);
      out[u] = (UR * red + UG * green + UB * blue + backU * clear + C_BIAS) >> 18;
      out[v] = (VR * red + VG * green + VB * blue + backV * clear + C_BIAS) >> 18;
    }
  }
}

/** `#rrggbb` as numbers; AppError `bad_request` for anything else. */
export function parseColour(text: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex === null) throw new AppError('bad_request', `expected a colour #rrggbb, found "${text}"`);
  return [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)];
}

/** Y of one pixel (little-endian RGBA) over the background. */
function luma(pixel: number, back: number): number {
  return (
    (YR * (pixel & 255) +
      YG * ((pixel >>> 8) & 255) +
      YB * ((pixel >>> 16) & 255) +
      back * (255 - (pixel >>> 24)) +
      Y_BIAS) >>
    16
  );
}
