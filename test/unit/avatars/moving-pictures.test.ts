/** Moving pictures of own avatars: drawn by their bodies, kept with the pack, refused in words. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { MovingPictures } from '../../../server/avatars/moving-pictures.ts';
import { makePhotoPack } from '../../../server/avatars/photo-pack.ts';
import { AppError } from '../../../server/core/errors.ts';
import { PhotoUpload } from '../../../server/protocol/avatar.ts';
import { SHEETS, type SheetName } from '../../../server/protocol/moving.ts';
import { paintedClip } from '../../support/clip-pack.ts';
import { paintedFace, POINTS } from '../../support/photo.ts';

const MODELS = join(import.meta.dirname, '../../../models');
const motionsDir = join(MODELS, 'motions');
let root = '';
let moving: MovingPictures;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'posecast-moving-'));
  moving = new MovingPictures({ motionsDir });
});
after(async () => {
  await moving.close();
  await rm(root, { recursive: true });
});

/** Premultiplied alpha aside, the pixels of each cell. */
async function cellsOf(webp: Uint8Array, what: SheetName): Promise<Uint8ClampedArray[]> {
  const { columns, rows, cells, cellPx } = SHEETS[what];
  const image = await loadImage(webp);
  assert.deepEqual([image.width, image.height], [columns * cellPx, rows * cellPx]);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return Array.from({ length: cells }, (_, i) => {
    const [x, y] = [(i % columns) * cellPx, Math.floor(i / columns) * cellPx];
    return context.getImageData(x, y, cellPx, cellPx).data;
  });
}

/** Pixels that clearly differ. */
function changes(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  let count = 0;
  for (let i = 0; i < one.length; i += 4) {
    const far = [0, 1, 2, 3].some((c) => Math.abs(one[i + c]! - other[i + c]!) > 40);
    if (far) count += 1;
  }
  return count;
}

async function photoPack(name: string): Promise<string> {
  const { photo, mask } = paintedFace();
  const upload = PhotoUpload.parse({ name, title: 'Ada', points: POINTS });
  const dir = join(root, name);
  await makePhotoPack(dir, { upload, photo, mask });
  return dir;
}

const kept = (dir: string): Promise<string[]> => readdir(join(dir, '.moving'));
const isRefused = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'not_found';

test('a photo opens its mouth; asked for twice it is drawn once, and kept', async () => {
  const dir = await photoPack('ada');
  const [one, other] = await Promise.all([
    moving.picture(dir, 'talk'),
    moving.picture(dir, 'talk'),
  ]);
  assert.equal(one, other);
  const cells = await cellsOf(one, 'talk');
  const opened = cells.slice(1).map((cell) => changes(cells[0]!, cell));
  assert.ok(opened.at(-1)! > 500, `${opened.join(', ')} pixels move`);
  assert.ok(opened.at(-1)! > opened[0]!, 'more the louder it is');
  const [file] = await kept(dir);
  assert.deepEqual(Buffer.from(await moving.picture(dir, 'talk')), await readFile(join(dir, '.moving', file!))); // prettier-ignore
});

test('an imported drawing waves and comes back to where it began', async () => {
  const dir = join(root, 'leo');
  await cp(join(MODELS, 'avatars/leo'), dir, { recursive: true });
  const cells = await cellsOf(await moving.picture(dir, 'wave'), 'wave');
  assert.ok(changes(cells[0]!, cells[12]!) > 300, 'an arm is up');
  assert.ok(changes(cells[0]!, cells.at(-1)!) < changes(cells[0]!, cells[12]!) / 4);
});

test('footage plays', async () => {
  const dir = await paintedClip({ folder: join(root, 'film'), name: 'film', frames: 30 });
  const cells = await cellsOf(await moving.picture(dir, 'wave'), 'wave');
  assert.ok(
    cells.every((cell) => cell.some((value) => value > 0)),
    'there is something in each',
  );
});

test('another pack of that name has another picture, and the old one goes', async () => {
  const dir = await photoPack('bea');
  await moving.picture(dir, 'talk');
  const [before] = await kept(dir);
  const manifest = join(dir, 'avatar.json');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"Ada"', '"Bea"'));
  await moving.picture(dir, 'talk');
  const now = await kept(dir);
  assert.equal(now.length, 1);
  assert.notEqual(now[0], before);
});

test('what is broken is refused, leaves no file, and is not tried again for ten minutes', async () => {
  let now = 0;
  const moving = new MovingPictures({ motionsDir, now: () => now });
  const dir = join(root, 'broken');
  await mkdir(dir);
  await writeFile(join(dir, 'avatar.json'), '{}');
  await assert.rejects(moving.picture(dir, 'talk'), isRefused);
  assert.deepEqual(await kept(dir), []);
  const tried = (error: unknown): boolean => (error as Error).cause !== undefined;
  now = 599_999;
  await assert.rejects(moving.picture(dir, 'talk'), (error) => isRefused(error) && !tried(error));
  now = 600_000;
  await assert.rejects(moving.picture(dir, 'talk'), (error) => isRefused(error) && tried(error));
  await assert.rejects(moving.picture(join(root, 'nobody'), 'wave'), isRefused);
  await moving.close();
});

test('closing ends what is being drawn', async () => {
  const dir = await photoPack('cleo');
  const own = new MovingPictures({ motionsDir });
  const refused = assert.rejects(own.picture(dir, 'talk'), isRefused);
  await own.close();
  await refused;
  assert.deepEqual(
    await readdir(dir).then((names) => (names.includes('.moving') ? kept(dir) : [])),
    [],
  );
});
