import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { listPacks, loadAvatar, loadPack } from '../../../server/inference/pack.ts';

const AVATARS = join(import.meta.dirname, '../../../models/avatars');
const RIG = '{"a":1}';
const RIG_SHA = createHash('sha256').update(RIG).digest('hex');

type Folder = { path: string } & AsyncDisposable;

async function folder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'posecast-pack-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Writes pack `toy` with changes to its manifest; returns its folder. */
async function writePack(root: string, changes: Record<string, unknown> = {}): Promise<string> {
  const dir = join(root, 'toy');
  await mkdir(dir);
  const manifest = {
    name: 'toy',
    title: { en: 'Toy', zh: '玩具' },
    description: { en: 'A toy.', zh: '玩具。' },
    body: 'rig',
    lips: 'visemes',
    licence: 'Apache-2.0',
    author: 'Tests',
    files: { 'rig.json': { sha256: RIG_SHA } },
    ...changes,
  };
  await writeFile(join(dir, 'avatar.json'), JSON.stringify(manifest));
  await writeFile(join(dir, 'rig.json'), RIG);
  return dir;
}

const badPack = (message: RegExp): { code: string; message: RegExp } => ({
  code: 'bad_pack',
  message,
});

test('the embedded packs load, with titles in both languages', async () => {
  const packs = await listPacks(AVATARS);
  assert.deepEqual(
    packs.map((pack) => pack.name),
    ['leo', 'mira', 'nora'],
  );
  for (const { name } of packs) {
    const { manifest, json } = await loadAvatar(AVATARS, name);
    assert.equal(manifest.licence, 'Apache-2.0');
    assert.equal(manifest.fps, 25);
    const own = manifest.body === 'rig' ? 'rig.json' : 'controlnet.json';
    assert.ok(typeof json(own) === 'object');
  }
});

test('defaults are filled in, files are readable, other files are not', async () => {
  await using root = await folder();
  const pack = await loadPack(await writePack(root.path));
  assert.deepEqual([pack.manifest.width, pack.manifest.height], [512, 512]);
  assert.deepEqual(pack.json('rig.json'), { a: 1 });
  assert.throws(
    () => pack.file('other.bin'),
    badPack(/expected a file "other\.bin", found rig\.json/),
  );
});

test('an unknown avatar names the legal ones; a path is not a name', async () => {
  for (const name of ['nobody', '../avatars/mira', '', '.']) {
    await assert.rejects(loadAvatar(AVATARS, name), {
      code: 'avatar_not_found',
      message: /avatars: leo, mira/,
    });
  }
});

test('a wrong checksum says what was expected and found', async () => {
  await using root = await folder();
  const wrong = 'a'.repeat(64);
  const dir = await writePack(root.path, { files: { 'rig.json': { sha256: wrong } } });
  await assert.rejects(
    loadPack(dir),
    badPack(new RegExp(`expected sha256 ${wrong}, found ${RIG_SHA}`)),
  );
});

test('paths out of the pack are refused, whatever lies there', async () => {
  for (const name of ['../outside.json', '/etc/hostname', 'a/../../outside.json', 'a\\b', 'a//b']) {
    await using root = await folder();
    await writeFile(join(root.path, 'outside.json'), RIG);
    const dir = await writePack(root.path, { files: { [name]: { sha256: RIG_SHA } } });
    await assert.rejects(loadPack(dir), badPack(/expected a relative path inside the pack/), name);
  }
});

test('links out of the pack are refused, links within are not', async () => {
  await using root = await folder();
  await writeFile(join(root.path, 'outside.json'), RIG);
  const files = { 'linked.json': { sha256: RIG_SHA } };
  const dir = await writePack(root.path, { files });
  await symlink(join(root.path, 'outside.json'), join(dir, 'linked.json'));
  await assert.rejects(loadPack(dir), badPack(/a link that leads out of it/));
  await rm(join(dir, 'linked.json'));
  await symlink(join(dir, 'rig.json'), join(dir, 'linked.json'));
  assert.deepEqual((await loadPack(dir)).json('linked.json'), { a: 1 });
});

test('missing files, folders in their place, bad JSON and bad manifests are refused', async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ files: { 'gone.json': { sha256: RIG_SHA } } }, /expected a readable file "gone\.json"/],
    [{ files: { '.': { sha256: RIG_SHA } } }, /bad|expected/],
    [{ files: {} }, /at "files": expected at least one file/],
    [{ name: 'other' }, /expected the name "toy", found "other"/],
    [{ body: 'hologram' }, /at "body"/],
    [{ width: -1 }, /at "width"/],
    [{ surprise: true }, /surprise/],
  ];
  for (const [changes, message] of cases) {
    await using root = await folder();
    await assert.rejects(loadPack(await writePack(root.path, changes)), badPack(message));
  }
  await using root = await folder();
  const dir = await writePack(root.path);
  await writeFile(join(dir, 'avatar.json'), '{ not json');
  await assert.rejects(loadPack(dir), badPack(/expected JSON in "avatar\.json"/));
});

test('a broken pack does not hide the good ones', async () => {
  await using root = await folder();
  await writePack(root.path);
  await mkdir(join(root.path, 'broken'));
  assert.deepEqual(
    (await listPacks(root.path)).map((pack) => pack.name),
    ['toy'],
  );
  await assert.rejects(listPacks(join(root.path, 'nowhere')), { code: 'folder_unreachable' });
});

test('graphs are checked by their sum and then read by path, not held', async () => {
  await using root = await folder();
  const graph = Buffer.alloc(2048, 7);
  const sha256 = createHash('sha256').update(graph).digest('hex');
  const files = { 'rig.json': { sha256: RIG_SHA }, 'net.onnx': { sha256 } };
  const dir = await writePack(root.path, { files });
  await writeFile(join(dir, 'net.onnx'), graph);
  const pack = await loadPack(dir);
  assert.equal(pack.sha256('net.onnx'), sha256);
  assert.ok(pack.path('net.onnx').endsWith(join('toy', 'net.onnx')));
  assert.ok(pack.has('net.onnx') && !pack.has('other.onnx'));
  assert.throws(() => pack.file('net.onnx'), badPack(/be no graph/));
  await writeFile(join(dir, 'net.onnx'), graph.fill(8, 2047));
  await assert.rejects(loadPack(dir), badPack(/"net\.onnx": expected sha256/));
});
