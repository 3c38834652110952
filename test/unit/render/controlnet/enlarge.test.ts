import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../server/motion/random.ts';
import { Enlarger } from '../../../../server/render/controlnet/enlarge.ts';

/** Any premultiplied picture: colours are at most alpha. */
function anyPicture(side: number): Uint8Array {
  const random = seededRandom(4);
  const rgba = new Uint8Array(side * side * 4);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = Math.floor(random() * 256);
    for (let c = 0; c < 3; c += 1) rgba[i + c] = Math.floor(random() * (alpha + 1));
    rgba[i + 3] = alpha;
  }
  return rgba;
}

function spline(t: number): number {
  const x = Math.abs(t);
  if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

/** The same in plain numbers, one channel of one pixel. */
function reference(rgba: Uint8Array, side: number, x: number, y: number, c: number): number {
  let sum = 0;
  for (let j = Math.floor(y) - 1; j <= Math.floor(y) + 2; j += 1) {
    for (let i = Math.floor(x) - 1; i <= Math.floor(x) + 2; i += 1) {
      const at = (k: number): number => Math.max(0, Math.min(side - 1, k));
      sum += rgba[(at(j) * side + at(i)) * 4 + c]! * spline(x - i) * spline(y - j);
    }
  }
  return sum;
}

test('at its own size a picture stays as it is', () => {
  const picture = anyPicture(48);
  const square = { left: 0, top: 0, side: 48 };
  const enlarger = new Enlarger(48, { width: 48, height: 48 }, square);
  enlarger.draw(picture);
  assert.deepEqual(enlarger.pixels, picture);
});

for (const size of [77, 128, 40]) {
  test(`48 pixels become ${size} by Catmull-Rom, cut to colours that alpha allows`, () => {
    const picture = anyPicture(48);
    const enlarger = new Enlarger(
      48,
      { width: size, height: size },
      { left: 0, top: 0, side: size },
    );
    enlarger.draw(picture);
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        const place = (k: number): number => ((k + 0.5) * 48) / size - 0.5;
        const wanted = [0, 1, 2, 3].map((c) => reference(picture, 48, place(x), place(y), c));
        const alpha = Math.max(0, Math.min(255, wanted[3]!));
        for (let c = 0; c < 4; c += 1) {
          const value = Math.max(0, Math.min(alpha, wanted[c]!));
          const found = enlarger.pixels[(y * size + x) * 4 + c]!;
          assert.ok(Math.abs(found - value) <= 1.3, `${x},${y},${c}: ${found} for ${value}`);
          assert.ok(found <= enlarger.pixels[(y * size + x) * 4 + 3]!);
        }
      }
    }
  });
}

test('beside the square the canvas is clear, and the sides fade into it', () => {
  const opaque = new Uint8Array(48 * 48 * 4).fill(255);
  const canvas = { width: 120, height: 60 };
  const enlarger = new Enlarger(48, canvas, { left: 30, top: 0, side: 60 });
  enlarger.draw(opaque);
  const alphas = Array.from({ length: 120 }, (_, x) => enlarger.pixels[(30 * 120 + x) * 4 + 3]!);
  assert.ok(alphas.slice(0, 30).every((alpha) => alpha === 0));
  assert.ok(alphas[31]! < 40 && alphas[60] === 255);
  assert.ok(alphas.slice(30, 44).every((alpha, i, all) => i === 0 || alpha >= all[i - 1]!));
});

test('what hangs over the canvas is cut off, nothing is written beside it', () => {
  const enlarger = new Enlarger(48, { width: 40, height: 60 }, { left: -10, top: 0, side: 60 });
  enlarger.draw(new Uint8Array(48 * 48 * 4).fill(255));
  assert.ok(enlarger.pixels.every((value) => value === 255));
});
