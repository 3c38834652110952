/** Avatars of one's own: made in the workshop, listed beside the built-in ones, deleted again. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { zipSync } from 'fflate';
import { AvatarLibrary } from '../../../server/inference/avatar-library.ts';
import { ModelShelf } from '../../../server/inference/model-shelf.ts';
import { loadPack } from '../../../server/inference/pack.ts';
import { createPose } from '../../../server/protocol/pose.ts';
import { openBody } from '../../../server/render/open-body.ts';
import { readPng, writePng } from '../../../server/render/picture/png.ts';
import { paintedFace, POINTS } from '../../support/photo.ts';

const BUILT_IN = join(import.meta.dirname, '../../../models/avatars');
let root = '';
let library: AvatarLibrary;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'posecast-avatars-'));
  library = new AvatarLibrary({ builtIn: BUILT_IN, own: join(root, 'own') });
});
after(() => rm(root, { recursive: true }));

const json = (data: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(data));

async function make(kind: 'photo' | 'pack', files: Record<string, Uint8Array>) {
  const archive = join(root, 'upload.zip');
  await writeFile(archive, zipSync(files));
  return library.make({ kind, archive, ffmpeg: 'ffmpeg' });
}

function photoFiles(name: string): Record<string, Uint8Array> {
  const { photo, mask } = paintedFace();
  const rgba = new Uint8Array(photo.rgba.length);
  mask.forEach((value, i) => rgba.set([value, value, value, 255], i * 4));
  const upload = { name, title: 'Ada', points: POINTS, commercial: false };
  return {
    picture: writePng(photo),
    'face.json': json(upload),
    'mask.png': writePng({ ...photo, rgba }),
  };
}

async function packFiles(name: string): Promise<Record<string, Uint8Array>> {
  const folder = join(BUILT_IN, 'leo');
  const manifest = JSON.parse(await readFile(join(folder, 'avatar.json'), 'utf8')) as object;
  return {
    'avatar.json': json({ ...manifest, name }),
    'rig.json': await readFile(join(folder, 'rig.json')),
    'notes.txt': json('not in the manifest'),
  };
}

test('a photo becomes an avatar that draws, with its licence told', async () => {
  const made = await make('photo', photoFiles('ada'));
  assert.deepEqual([made.name, made.title.en, made.body, made.own, made.commercial], ['ada', 'Ada', 'photo', true, false]); // prettier-ignore
  const listed = await library.list();
  assert.deepEqual(listed.map(({ name, own }) => [name, own]).at(-1), ['ada', true]);
  const preview = readPng(await library.preview('ada'), 'preview');
  assert.deepEqual([preview.width, preview.height], [320, 320]);
  const place = { width: 128, height: 96, shelf: new ModelShelf() };
  const body = await openBody(await loadPack(await library.folder('ada')), place);
  const rgba = await body.draw(createPose(), 0);
  assert.ok(rgba.some((value) => value > 100));
  body.close();
  await assert.rejects(make('photo', photoFiles('ada')), { code: 'conflict' });
  await library.remove('ada');
  await assert.rejects(library.folder('ada'), { code: 'avatar_not_found' });
});

test('a pack comes in as a zip and leaves again; what it does not name stays out', async () => {
  const made = await make('pack', await packFiles('twin'));
  assert.deepEqual([made.name, made.body, made.own], ['twin', 'rig', true]);
  assert.deepEqual((await readdir(join(root, 'own/twin'))).sort(), ['avatar.json', 'rig.json']);
  await library.remove('twin');
});

test('what is wrong with an upload is said, and nothing of it stays', async () => {
  const files = photoFiles('eve');
  const tiny = {
    ...files,
    'face.json': json({ name: 'eve', title: 'E', points: POINTS.map((v) => v / 9) }),
  };
  await assert.rejects(make('photo', tiny), /pixels wide; at least 40/);
  await assert.rejects(make('photo', { 'face.json': files['face.json']! }), /expected picture/);
  await assert.rejects(make('photo', { ...files, 'face.json': json({}) }), /face\.json at "name"/);
  await assert.rejects(
    make('photo', { ...files, picture: files['picture']!.subarray(0, 99) }),
    /broken/,
  );
  const pack = await packFiles('twin');
  await assert.rejects(make('pack', { ...pack, 'rig.json': json({}) }), /expected sha256/);
  await assert.rejects(make('pack', { 'rig.json': json({}) }), /expected avatar\.json/);
  await assert.rejects(make('pack', await packFiles('leo')), { code: 'conflict' });
  assert.deepEqual(await readdir(join(root, 'own')), []);
});

test('a built-in name is not shadowed, and built-in avatars stay', async () => {
  await mkdir(join(root, 'own'), { recursive: true });
  await cp(join(BUILT_IN, 'mira'), join(root, 'own/mira'), { recursive: true });
  assert.equal(await library.folder('mira'), join(BUILT_IN, 'mira'));
  assert.equal((await library.list()).filter(({ name }) => name === 'mira').length, 1);
  await assert.rejects(library.remove('mira'), { code: 'forbidden' });
  await rm(join(root, 'own/mira'), { recursive: true });
});
