import assert from 'node:assert/strict';
import test from 'node:test';

import { seededRandom } from '../../../server/motion/random.ts';
import { I420, parseColour } from '../../../server/render/i420.ts';

/** BT.709 limited range in floating point, composed without rounding in between. */
function reference(
  rgba: Uint8Array,
  width: number,
  height: number,
  background: readonly [number, number, number],
): Float64Array {
  const out = new Float64Array(width * height * 1.5);
  const composed = (pixel: number, channel: 0 | 1 | 2): number =>
    rgba[pixel * 4 + channel]! + background[channel] * (1 - rgba[pixel * 4 + 3]! / 255);
  const luma = (pixel: number): number =>
    0.2126 * composed(pixel, 0) + 0.7152 * composed(pixel, 1) + 0.0722 * composed(pixel, 2);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    out[pixel] = 16 + (219 / 255) * luma(pixel);
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    const at = width * height + (y >> 1) * (width / 2) + (x >> 1);
    const blue = (224 / 255) * ((composed(pixel, 2) - luma(pixel)) / 1.8556);
    const red = (224 / 255) * ((composed(pixel, 0) - luma(pixel)) / 1.5748);
    out[at]! += 32 + blue / 4;
    out[at + (width * height) / 4]! += 32 + red / 4;
  }
  return out;
}

function randomPicture(random: () => number, pixels: number): Uint8Array {
  const rgba = new Uint8Array(pixels * 4);
  for (let i = 0; i < rgba.length; i += 4) {
    const kind = random();
    const alpha = kind < 0.3 ? 0 : kind < 0.7 ? 255 : Math.floor(random() * 256);
    for (let c = 0; c < 3; c += 1) rgba[i + c] = Math.floor(random() * (alpha + 1));
    rgba[i + 3] = alpha;
  }
  return rgba;
}

test('every plane is the float reference rounded, within fixed-point error', () => {
  const random = seededRandom(7);
  for (const [width, height] of [
    [4, 2],
    [64, 48],
    [130, 6],
  ] as const) {
    const background = [random() * 255, random() * 255, random() * 255].map(Math.floor);
    const [r = 0, g = 0, b = 0] = background;
    const rgba = randomPicture(random, width * height);
    const out = new Uint8Array(width * height * 1.5);
    new I420(width, height, [r, g, b]).convert(rgba, out);
    const wanted = reference(rgba, width, height, [r, g, b]);
    for (let i = 0; i < out.length; i += 1) {
      assert.ok(Math.abs(out[i]! - wanted[i]!) < 0.52, `byte ${i}: ${out[i]} for ${wanted[i]}`);
    }
  }
});

test('primaries have their BT.709 limited-range codes', () => {
  const codes = (r: number, g: number, b: number): number[] => {
    const out = new Uint8Array(12);
    new I420(4, 2, [r, g, b]).convert(new Uint8Array(32), out);
    return [out[0]!, out[8]!, out[10]!];
  };
  assert.deepEqual(codes(0, 0, 0), [16, 128, 128]);
  assert.deepEqual(codes(255, 255, 255), [235, 128, 128]);
  assert.deepEqual(codes(255, 0, 0), [63, 102, 240]);
  assert.deepEqual(codes(0, 0, 255), [32, 240, 118]);
});

test('odd sides, too narrow pictures and short buffers are refused', () => {
  for (const [width, height] of [
    [5, 4],
    [4, 3],
    [2, 2],
  ] as const) {
    assert.throws(() => new I420(width, height, [0, 0, 0]), RangeError);
  }
  const converter = new I420(4, 2, [0, 0, 0]);
  assert.throws(() => converter.convert(new Uint8Array(32), new Uint8Array(11)), RangeError);
  assert.throws(() => converter.convert(new Uint8Array(31), new Uint8Array(12)), RangeError);
});

test('a colour is read from #rrggbb, anything else is refused', () => {
  assert.deepEqual(parseColour('#10fF80'), [16, 255, 128]);
  assert.throws(() => parseColour('red'), { code: 'bad_request' });
});
