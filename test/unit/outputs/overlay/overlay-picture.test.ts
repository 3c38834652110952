import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OverlayPicture } from '../../../../server/outputs/overlay/overlay-picture.ts';
import { I420 } from '../../../../server/render/i420.ts';
import { seededRandom } from '../../../support/random.ts';

const [WIDTH, HEIGHT] = [16, 6];
const PIXELS = WIDTH * HEIGHT;

test('the upper half is the colour over black, the lower half the alpha as grey', () => {
  const random = seededRandom(3);
  const rgba = new Uint8Array(PIXELS * 4);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = random.int(0, 255);
    for (const channel of [0, 1, 2]) rgba[i + channel] = random.int(0, alpha);
    rgba[i + 3] = alpha;
  }
  const colour = new Uint8Array((PIXELS * 3) / 2);
  new I420(WIDTH, HEIGHT, [0, 0, 0]).convert(rgba, colour);
  // Grey of this alpha, by the converter that the colours come from.
  const grey = Uint8Array.from(rgba, (_, i) => rgba[i - (i % 4) + 3]!).map((value, i) =>
    i % 4 === 3 ? 255 : value,
  );
  const matte = new Uint8Array((PIXELS * 3) / 2);
  new I420(WIDTH, HEIGHT, [0, 0, 0]).convert(grey, matte);

  const overlay = new OverlayPicture(WIDTH, HEIGHT);
  const out = new Uint8Array(overlay.bytes);
  overlay.convert(rgba, out);

  assert.deepEqual(out.subarray(0, PIXELS), colour.subarray(0, PIXELS), 'luma of the colour');
  for (let i = 0; i < PIXELS; i += 1) {
    assert.ok(Math.abs(out[PIXELS + i]! - matte[i]!) <= 1, `luma of the matte at ${i}`);
  }
  const quarter = PIXELS / 4;
  for (const plane of [0, 1]) {
    const at = 2 * PIXELS + plane * 2 * quarter;
    const from = PIXELS + plane * quarter;
    assert.deepEqual(out.subarray(at, at + quarter), colour.subarray(from, from + quarter));
    assert.ok(out.subarray(at + quarter, at + 2 * quarter).every((value) => value === 128));
  }
});
