import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { hashSources, stampMatches, writeStamp } from '../../../setup/stamp.mjs';

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posecast-stamp-'));
  write('web/app/page.tsx', 'page');
  write('web/lib/socket.ts', 'socket');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('the hash stays while the sources stay', () => {
  assert.equal(hash(), hash());
});

test('a changed, new, renamed or deleted file changes the hash', () => {
  const seen = new Set([hash()]);
  write('web/app/page.tsx', 'another page');
  seen.add(hash());
  write('web/app/extra.tsx', '');
  seen.add(hash());
  renameSync(join(root, 'web/app/extra.tsx'), join(root, 'web/app/other.tsx'));
  seen.add(hash());
  rmSync(join(root, 'web/lib/socket.ts'));
  seen.add(hash());
  assert.equal(seen.size, 5);
});

test('text that moves from one file to the next changes the hash', () => {
  write('web/a.ts', 'xy');
  write('web/b.ts', 'z');
  const before = hash();
  write('web/a.ts', 'x');
  write('web/b.ts', 'yz');
  assert.notEqual(hash(), before);
});

test('what the build itself writes is left out, wherever it stands', () => {
  const before = hash();
  write('web/out/index.html', 'built');
  write('web/lib/out/chunk.js', 'built');
  assert.equal(hash(), before);
});

test('single files count, missing ones are empty', () => {
  write('package-lock.json', '{}');
  const before = hashSources(root, ['package-lock.json', 'missing']);
  write('package-lock.json', '{ }');
  assert.notEqual(hashSources(root, ['package-lock.json', 'missing']), before);
});

test('a stamp matches only what it was written for', () => {
  const stamp = join(root, 'web', 'out', '.sources');
  assert.equal(stampMatches(stamp, 'abc'), false);
  writeStamp(stamp, 'abc');
  assert.equal(stampMatches(stamp, 'abc'), true);
  assert.equal(stampMatches(stamp, 'abd'), false);
});

function hash() {
  return hashSources(root, ['web'], new Set(['out']));
}

function write(path, text) {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}
