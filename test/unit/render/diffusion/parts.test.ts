/** The small parts of a diffusion body: tokens, pixels, noise, likeness, laying into a picture. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Tokenizer } from '@huggingface/tokenizers';
import { allFinite } from '../../../../server/inference/tensors.ts';
import { Fitting } from '../../../../server/render/diffusion/fitting.ts';
import { fillGaussian } from '../../../../server/render/diffusion/noise.ts';
import { writePlanes, writeRgba } from '../../../../server/render/diffusion/pixels.ts';
import { PromptTokens, TEXT_TOKENS } from '../../../../server/render/diffusion/prompt-encoder.ts';
import { SimilarFrames } from '../../../../server/render/diffusion/similar-frames.ts';
import { TWIN } from '../../../support/diffusion-pack.ts';

const [PAD, END] = [380, 1];

/** As tokenizers 0.23.3 (Python) encodes them with the twin's vocabulary; 1 is also what it doesn't know. */
const TOKENS: readonly (readonly [string, readonly number[]])[] = [
  ['portrait of a friendly host', [0, 323, 272, 261, 322, 308, 1]],
  [
    "A  Watercolour PAINTING, 2 people's hats!",
    [0, 261, 325, 314, 1, 1, 81, 70, 80, 81, 77, 1, 8, 1, 73, 273, 1, 1, 1],
  ],
  ['café 你好 🎈', [0, 68, 66, 71, 129, 1, 162, 123, 256, 163, 100, 1, 174, 255, 238, 1, 1]],
  ['', [0, 1]],
];

async function tokens(): Promise<PromptTokens> {
  const text = await readFile(join(TWIN, 'tokenizer.json'), 'utf8');
  return new PromptTokens(new Tokenizer(JSON.parse(text) as object, {}), PAD);
}

test("prompts become the tokens that Hugging Face's own tokenizer gives", async () => {
  const clip = await tokens();
  for (const [prompt, ids] of TOKENS) {
    const found = clip.of(prompt);
    assert.equal(found.length, TEXT_TOKENS);
    assert.deepEqual(found.slice(0, ids.length), ids, prompt);
    assert.ok(found.slice(ids.length).every((id) => id === PAD));
  }
});

test('a prompt that is too long is cut and still ends', async () => {
  const found = (await tokens()).of('portrait '.repeat(200));
  assert.equal(found.length, TEXT_TOKENS);
  assert.deepEqual([found[0], found.at(-1)], [0, END]);
  assert.ok(!found.includes(PAD));
});

test('bytes become planes, planes become bytes, and what is no number is noticed', () => {
  const planes = new Float32Array(12);
  writePlanes(Uint8Array.of(255, 0, 51, 0, 255, 102), 2, planes);
  const one = [1, 0, 0, 1, 0.2, 0.4].map(Math.fround);
  assert.deepEqual([...planes], [...one, ...one]);
  const rgba = new Uint8ClampedArray(8);
  assert.ok(writeRgba(Float32Array.of(1, -1, 0, 5, -5, 0.5), rgba));
  assert.deepEqual([...rgba], [255, 128, 0, 255, 0, 255, 191, 255]);
  for (const bad of [NaN, Infinity, -Infinity]) {
    assert.equal(writeRgba(Float32Array.of(0, 0, 0, bad, 0, 0), rgba), false);
    assert.equal(allFinite(Float32Array.of(1, bad)), false);
  }
  assert.ok(allFinite(Float32Array.of(1e30, -1e30)));
});

test('noise is standard normal, and its seed is all it depends on', () => {
  const noise = new Float32Array(20_000);
  fillGaussian(noise, 3);
  const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
  const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.05, `${mean} ${variance}`);
  const again = new Float32Array(noise.length);
  fillGaussian(again, 3);
  assert.deepEqual(again, noise);
});

test('frames that are alike are left out at most so often in a row, others never', () => {
  const similar = new SimilarFrames({ threshold: 0.98, maxSkip: 3 }, 1);
  const still = Float32Array.of(1, 2, 3);
  const skips = Array.from({ length: 9 }, () => similar.skips(still));
  assert.deepEqual(skips, [false, true, true, true, false, true, true, true, false]);
  assert.equal(similar.skips(Float32Array.of(3, -1, 0)), false, 'another pose is drawn');
  similar.forget();
  assert.equal(similar.skips(Float32Array.of(3, -1, 0)), false);
  // Between the threshold and the same, some are left out: 1 - 0.01 / 0.02 of them.
  const halfway = Float32Array.of(1, 0);
  const near = Float32Array.of(0.99, Math.sqrt(1 - 0.99 ** 2));
  let skipped = 0;
  for (let seed = 0; seed < 400; seed += 1) {
    const frames = new SimilarFrames({ threshold: 0.98, maxSkip: 3 }, seed);
    frames.skips(halfway);
    if (frames.skips(near)) skipped += 1;
  }
  assert.ok(skipped > 150 && skipped < 250, `${skipped} of 400`);
});

test('a picture of the same size goes through, another is scaled and centred', () => {
  const picture = new Uint8ClampedArray(4 * 4 * 4).map((_, i) => (i % 4 === 3 ? 255 : i));
  assert.deepEqual([...new Fitting(SQUARE, SQUARE).fit(picture)], [...picture]);
  const wide = new Fitting(SQUARE, { width: 16, height: 8 });
  const out = wide.fit(picture);
  const at = (x: number, y: number): number[] => [...out.subarray((y * 16 + x) * 4).slice(0, 4)];
  assert.deepEqual(at(3, 4), [0, 0, 0, 0]);
  assert.deepEqual(at(4, 0), [...picture.subarray(0, 4)], 'the corner stays the corner');
  assert.ok(Math.abs(at(7, 3)[0]! - (picture[20]! + picture[24]!) / 2) < 6);
  assert.deepEqual(wide.inPicture(0.25, 1), { x: 0, y: 1 });
});

const SQUARE = { width: 4, height: 4 };
