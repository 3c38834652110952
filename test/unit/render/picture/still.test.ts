import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { decodePicture } from '../../../../server/render/picture/decode-picture.ts';
import { readPictureHead } from '../../../../server/render/picture/picture-size.ts';
import { readPng, writePng } from '../../../../server/render/picture/png.ts';
import { resample, type Still } from '../../../../server/render/picture/still.ts';
import { withOrientation } from '../../../support/photo-exif.ts';

const OPTIONS = { name: 'a picture', ffmpeg: 'ffmpeg' };

/** Red to the right, green downwards, half transparent in its first column. */
function ramp(width: number, height: number): Still {
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i += 1) {
    const [x, y] = [i % width, Math.floor(i / width)];
    rgba.set([(255 * x) / width, (255 * y) / height, 60, x === 0 ? 128 : 255], i * 4);
  }
  return { width, height, rgba };
}

/** The same picture as another program writes it. */
function written(picture: Still, ...settings: string[]): Uint8Array {
  const { width, height, rgba } = picture;
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${width}x${height}`, '-i', 'pipe:0'];
  const args = ['-v', 'error', ...input, ...settings, '-f', 'image2pipe', 'pipe:1'];
  return execFileSync('ffmpeg', args, { input: rgba });
}

test('a PNG of ours is read by us and by others, transparency included', async () => {
  const picture = ramp(40, 30);
  const png = writePng(picture);
  assert.deepEqual(readPng(png, 'a.png').rgba, picture.rgba);
  assert.deepEqual((await decodePicture(png, OPTIONS)).rgba, picture.rgba);
});

test('every filter and colour type that others write is read', () => {
  const picture = ramp(33, 21);
  for (const filter of ['none', 'sub', 'up', 'avg', 'paeth', 'mixed']) {
    const png = written(picture, '-c:v', 'png', '-pred', filter);
    assert.deepEqual(readPng(png, filter).rgba, picture.rgba, filter);
  }
  const rgb = readPng(written(picture, '-pix_fmt', 'rgb24', '-c:v', 'png'), 'rgb').rgba;
  assert.deepEqual([...rgb.subarray(0, 8)], [0, 0, 60, 255, 7, 0, 60, 255]);
  const grey = readPng(written(picture, '-pix_fmt', 'gray', '-c:v', 'png'), 'grey').rgba;
  assert.ok(grey[0] === grey[1] && grey[1] === grey[2] && grey[3] === 255);
});

test('JPEG and WebP come in by their heads and whole', async () => {
  const picture = ramp(64, 48);
  for (const [format, codec] of [
    ['jpeg', 'mjpeg'],
    ['webp', 'libwebp'],
  ] as const) {
    const bytes = written(picture, '-c:v', codec);
    assert.deepEqual(readPictureHead(bytes), { format, width: 64, height: 48, orientation: 1 });
    const { rgba } = await decodePicture(bytes, OPTIONS);
    const [red, green] = [rgba[(24 * 64 + 60) * 4]!, rgba[(24 * 64 + 60) * 4 + 1]!];
    assert.ok(Math.abs(red - 239) < 12 && Math.abs(green - 127) < 12, `${red} ${green}`);
  }
});

/** Where the stored upper left and upper right corner are seen: Exif 2.32, 4.6.4. */
const TURNED = {
  ...{ 1: ['upper left', 'upper right'], 2: ['upper right', 'upper left'] },
  ...{ 3: ['lower right', 'lower left'], 4: ['lower left', 'lower right'] },
  ...{ 5: ['upper left', 'lower left'], 6: ['upper right', 'lower right'] },
  ...{ 7: ['lower right', 'upper right'], 8: ['lower left', 'upper left'] },
} as const;

test('a photo stands as its camera was held, whatever the eight ways', async () => {
  const [width, height] = [64, 32];
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i += 1) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (y < 16 && x < 16) rgba.set([255, 0, 0], i * 4);
    if (y < 16 && x >= 48) rgba.set([0, 0, 255], i * 4);
  }
  const plain = written({ width, height, rgba }, '-c:v', 'mjpeg', '-q:v', '2');
  for (const [orientation, corners] of Object.entries(TURNED)) {
    const photo = withOrientation(plain, Number(orientation));
    const still = await decodePicture(photo, OPTIONS);
    assert.equal(still.width > still.height, Number(orientation) < 5, 'its sides are swapped');
    const red = (r: number, b: number): boolean => r > 150 && b < 100;
    const blue = (r: number, b: number): boolean => b > 150 && r < 100;
    assert.deepEqual([cornerOf(still, red), cornerOf(still, blue)], corners, orientation);
  }
});

/** The corner whose colour is so. */
function cornerOf({ width, height, rgba }: Still, is: (r: number, b: number) => boolean): string {
  const found: string[] = [];
  for (const [row, y] of [
    ['upper', 4],
    ['lower', height - 4],
  ] as const) {
    // prettier-ignore
    for (const [column, x] of [['left', 4], ['right', width - 4]] as const) { // prettier-ignore
      const at = (y * width + x) * 4;
      if (is(rgba[at]!, rgba[at + 2]!)) found.push(`${row} ${column}`);
    }
  }
  return found.join(', ');
}

test('a part at another size keeps its colours and its place', () => {
  const half = { x: 320, y: 0, width: 320, height: 400 };
  const part = resample(ramp(640, 400), half, { width: 32, height: 40 });
  const corners = [0, 39 * 32 + 31].map((i) => [...part.rgba.subarray(i * 4, i * 4 + 2)]);
  assert.deepEqual(corners, [
    [129, 3],
    [252, 251],
  ]);
  const same = ramp(20, 20);
  assert.deepEqual(resample(same, { x: 0, y: 0, width: 20, height: 20 }, same).rgba, same.rgba);
});

test('what is broken, no picture, or larger than it may be is refused in words', async () => {
  const png = writePng(ramp(8, 8));
  const jpeg = written(ramp(64, 48), '-c:v', 'mjpeg');
  await assert.rejects(decodePicture(png.subarray(0, 50), OPTIONS), /a picture is broken/);
  await assert.rejects(decodePicture(jpeg.subarray(0, jpeg.length / 2), OPTIONS), /broken/);
  await assert.rejects(decodePicture(new Uint8Array(64), OPTIONS), /no PNG, JPEG or WebP/);
  assert.throws(() => readPng(png.subarray(0, 50), 'cut.png'), /cut\.png.*whole pixels/);
  assert.throws(() => readPng(jpeg, 'j.png'), /j\.png: expected a PNG file/);
  const bomb = Uint8Array.from(png);
  new DataView(bomb.buffer).setUint32(16, 8000);
  assert.throws(() => readPng(bomb, 'bomb.png'), /bytes of pixels/);
  new DataView(bomb.buffer).setUint32(16, 100_000);
  assert.throws(() => readPng(bomb, 'bomb.png'), /found 100000 x 8/);
  await assert.rejects(decodePicture(bomb, OPTIONS), /has 100000 x 8 pixels/);
});
