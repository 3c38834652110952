import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../server/motion/random.ts';
import { FilmCanvas } from '../../../../server/render/clip/film-canvas.ts';

/** BT.601, full range, and 256ths of the frame over what was there, in plain numbers. */
function shown(before: Uint8Array, frame: Uint8Array, width: number, height: number, mix: number) {
  const [pixels, half] = [width * height, width / 2];
  return Uint8Array.from(before, (under, i) => {
    const [x, y, c] = [(i >> 2) % width, Math.floor((i >> 2) / width), i & 3];
    const chroma = pixels + (y >> 1) * half + (x >> 1);
    const u = frame[chroma]! - 128;
    const v = frame[chroma + pixels / 4]! - 128;
    const added = [22_970 * v + 8192, 8192 - 5638 * u - 11_700 * v, 29_032 * u + 8192];
    const level = c === 3 ? 255 : frame[y * width + x]! + (added[c]! >> 14);
    const whole = Math.max(0, Math.min(255, level));
    return c === 3 ? 255 : (under * (256 - mix) + whole * mix) >> 8;
  });
}

test('frames are shown, and cross-faded, as plain arithmetic has it, whatever the width', () => {
  const random = seededRandom(3);
  for (const [width, height] of [
    [64, 4],
    [34, 6],
    [14, 2],
    [2, 2],
  ] as const) {
    const canvas = new FilmCanvas({ width, height });
    assert.deepEqual([canvas.width, canvas.height, canvas.rgba.length], [width, height, 4 * width * height]); // prettier-ignore
    let expected = canvas.rgba.slice();
    for (const share of [1, 0.25, 0.999, 0.5, 1]) {
      const frame = Uint8Array.from({ length: (width * height * 3) / 2 }, () => random() * 256);
      canvas.show(frame, share);
      expected = shown(expected, frame, width, height, Math.round(256 * share));
      assert.deepEqual(canvas.rgba, expected, `${width}x${height}, ${share}`);
    }
  }
});
