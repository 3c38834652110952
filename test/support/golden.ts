/**
 * Golden pictures: small PNGs a drawing is compared with, with a tolerance for how Skia smooths
 * edges from one version to the next. POSECAST_GOLDEN=write writes them anew; look at them then.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { createCanvas, loadImage } from '@napi-rs/canvas';

const FOLDER = join(import.meta.dirname, '../fixtures');
/** Mean absolute difference over all channels, 0..255. */
const TOLERANCE = 1.5;

/** `rgba` is premultiplied; compared over white. */
export async function assertGolden(
  name: string,
  rgba: Uint8Array,
  width: number,
  height: number,
): Promise<void> {
  const file = join(FOLDER, name);
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  const image = ctx.createImageData(width, height);
  for (let i = 0; i < rgba.length; i += 1) {
    image.data[i] = i % 4 === 3 ? 255 : rgba[i]! + 255 - rgba[i - (i % 4) + 3]!;
  }
  if (process.env['POSECAST_GOLDEN'] === 'write') {
    ctx.putImageData(image, 0, 0);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, canvas.toBuffer('image/png'));
    return;
  }
  assert.ok(existsSync(file), `no golden picture ${name}; write it with POSECAST_GOLDEN=write`);
  ctx.drawImage(await loadImage(readFileSync(file)), 0, 0);
  const wanted = ctx.getImageData(0, 0, width, height).data;
  let sum = 0;
  for (let i = 0; i < wanted.length; i += 1) sum += Math.abs(wanted[i]! - image.data[i]!);
  const mean = sum / wanted.length;
  assert.ok(mean < TOLERANCE, `${name} differs by ${mean.toFixed(2)} levels, at most ${TOLERANCE}`);
}
