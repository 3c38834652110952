/** Archives from outside: what is honest comes out whole, what is not never reaches the disk. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { zipSync, type Zippable } from 'fflate';
import { ZipFile } from '../../../server/avatars/zip-file.ts';

const LIMITS = { files: 10, bytes: 1 << 20 };
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

async function unpack(t: TestContext, archive: Uint8Array, limits = LIMITS): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-zip-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'in.zip');
  await writeFile(path, archive);
  await using zip = await ZipFile.open(path, limits);
  await zip.extract(join(folder, 'out'));
  return join(folder, 'out');
}

const zipped = (files: Zippable): Uint8Array => zipSync(files);

test('files come out, without the folder that holds all of them and without clutter', async (t) => {
  const files = { 'a.txt': text('hello'.repeat(1000)), sub: { 'b.bin': new Uint8Array(300_000) } };
  const clutter = { __MACOSX: { '._a.txt': text('x') } };
  const folder = await unpack(t, zipped({ pack: files, ...clutter }));
  assert.deepEqual((await readdir(folder)).sort(), ['a.txt', 'sub']);
  assert.equal((await readFile(join(folder, 'a.txt'), 'utf8')).length, 5000);
  assert.equal((await readFile(join(folder, 'sub/b.bin'))).length, 300_000);
});

const HOSTILE: readonly [string, Uint8Array, RegExp][] = [
  ['a way out', zipped({ '../../evil.txt': text('x') }), /no plain path/],
  ['an absolute path', zipped({ '/etc/passwd': text('x') }), /no plain path/],
  ['a Windows path', zipped({ 'a\\..\\b': text('x') }), /no plain path/],
  ['a hidden file', zipped({ '.bashrc': text('x') }), /no plain path/],
  ['a link', zipped({ link: [text('/etc/passwd'), { os: 3, attrs: 0xa1ff << 16 }] }), /is a link/],
  ['two names that are one', zipped({ 'a.txt': text('x'), 'A.TXT': text('y') }), /a name twice/],
  ['too much', zipped({ 'zeros.bin': new Uint8Array(2 << 20) }), /more than 1 MiB/],
  ['too many', zipped(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`f${i}`, text('x')]))), /11 files; at most 10/],
  ['nothing', zipped({}), /empty/],
  ['no archive', text('a plain text, much longer than the end of a zip'), /no zip archive/],
]; // prettier-ignore

for (const [what, archive, reason] of HOSTILE) {
  test(`${what} is refused`, async (t) => {
    await assert.rejects(unpack(t, archive), reason);
  });
}

test('an archive that lies about sizes ends where it lies', async (t) => {
  const bomb = zipped({ 'zeros.bin': new Uint8Array(600_000) });
  const view = new DataView(bomb.buffer);
  const central = Buffer.from(bomb).lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  view.setUint32(central + 24, 1000, true);
  await assert.rejects(unpack(t, bomb), /larger than the archive says/);
  const damaged = zipped({ 'a.txt': text('hello'.repeat(1000)) });
  damaged.fill(0xff, 36, 50);
  await assert.rejects(unpack(t, damaged), /damaged|cut off/);
});
