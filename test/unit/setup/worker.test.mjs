import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { progressReporter } from '../../../setup/worker-build.mjs';
import {
  cacheFolder,
  downloadPrebuilt,
  isUsableWorker,
  workerCacheName,
} from '../../../setup/worker.mjs';

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posecast-worker-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a worker is usable when it stops for want of a version, given no environment', () => {
  process.env.MEDIASOUP_VERSION = 'leaked';
  const script = '[ -z "$MEDIASOUP_VERSION" ] && exit 41; exit 1';
  assert.equal(isUsableWorker(program('worker', script)), true);
  delete process.env.MEDIASOUP_VERSION;
});

test('a worker that ends otherwise, cannot be run or is missing is not usable', () => {
  assert.equal(isUsableWorker(program('ends-well', 'exit 0')), false);
  assert.equal(isUsableWorker(program('crashes', 'kill -SEGV $$')), false);
  const notRunnable = program('not-runnable', 'exit 41');
  chmodSync(notRunnable, 0o644);
  assert.equal(isUsableWorker(notRunnable), false);
  assert.equal(isUsableWorker(join(folder, 'missing')), false);
});

test('a cached binary serves one version, processor and distribution', () => {
  const debian = { id: 'debian', family: 'debian', version: '12' };
  const name = workerCacheName('3.27.1', debian, 'x64');
  assert.match(name, /^mediasoup-worker-3\.27\.1-x64-debian12-r\d+$/);
  assert.notEqual(workerCacheName('3.27.2', debian, 'x64'), name);
  assert.notEqual(workerCacheName('3.27.1', debian, 'arm64'), name);
  assert.notEqual(workerCacheName('3.27.1', { ...debian, version: '13' }, 'x64'), name);
});

test('the cache follows POSECAST_CACHE, then XDG_CACHE_HOME, then the home folder', () => {
  assert.equal(cacheFolder({ POSECAST_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' }), '/c');
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/x', HOME: '/h' }), join('/x', 'posecast'));
  assert.equal(cacheFolder({ HOME: '/h' }), join('/h', '.cache', 'posecast'));
});

test('a downloaded worker is unpacked when it starts here', async () => {
  const archive = archiveOf(program('mediasoup-worker', 'exit 41'));
  const target = join(folder, 'target');
  assert.equal(await downloadPrebuilt('3.27.1', target, async () => archive), true);
  assert.equal(isUsableWorker(target), true);
  assert.deepEqual(leftovers(), []);
});

test('a download that does not start here is refused', async () => {
  const archive = archiveOf(program('mediasoup-worker', 'exit 127'));
  const target = join(folder, 'target');
  assert.equal(await downloadPrebuilt('3.27.1', target, async () => archive), false);
  assert.deepEqual(leftovers(), []);
});

test('no network and a broken archive both mean: build it', async () => {
  const offline = async () => {
    throw new Error('fetch failed', { cause: { code: 'ENOTFOUND' } });
  };
  const target = join(folder, 'target');
  assert.equal(await downloadPrebuilt('3.27.1', target, offline), false);
  assert.equal(await downloadPrebuilt('3.27.1', target, async () => Buffer.from('<html>')), false);
  assert.deepEqual(leftovers(), []);
});

test('the build tells each tenth of its way once', () => {
  const told = [];
  const onLine = progressReporter((line) => told.push(line.match(/\d+ %/)[0]));
  for (let step = 1; step <= 40; step++) onLine(`[${step}/40] Compiling C++ object`);
  onLine('ninja: no work to do.');
  assert.deepEqual(
    told,
    Array.from({ length: 10 }, (_, index) => `${10 * (index + 1)} %`),
  );
});

function program(name, script) {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function archiveOf(path) {
  const archive = join(folder, 'archive.tgz');
  execFileSync('tar', ['-czf', archive, '-C', folder, 'mediasoup-worker']);
  rmSync(path);
  const content = readFileSync(archive);
  rmSync(archive);
  return content;
}

function leftovers() {
  return readdirSync(folder).filter((name) => name !== 'target');
}
