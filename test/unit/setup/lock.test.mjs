import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { tryLock, withLock } from '../../../setup/lock.mjs';

const LOCK_MODULE = join(import.meta.dirname, '../../../setup/lock.mjs');

let folder;
let path;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posecast-lock-'));
  path = join(folder, 'setup.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the lock exists during the work and is gone after it, also when the work fails', async () => {
  await withLock(path, async () => assert.ok(existsSync(path)));
  assert.equal(existsSync(path), false);
  const failing = withLock(path, async () => {
    throw new Error('no network');
  });
  await assert.rejects(failing, /no network/);
  assert.deepEqual(readdirSync(folder), []);
});

test('a living owner keeps the lock; a killed one loses it', async () => {
  const owner = spawnOwner();
  await once(owner.stdout, 'data');
  assert.equal(tryLock(path), false);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  assert.equal(tryLock(path), true);
});

test('a lock of a process id that was given out again is dead', { skip: noProc() }, () => {
  writeFileSync(path, `${process.ppid} 1`);
  assert.equal(tryLock(path), true);
  assert.match(readFileSync(path, 'utf8'), new RegExp(`^${process.pid} \\d+`));
});

test('an unreadable lock is taken over', () => {
  writeFileSync(path, '');
  assert.equal(tryLock(path), true);
});

test('two at once work one after the other', async () => {
  const steps = [];
  const work = (name) => async () => {
    steps.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    steps.push(`${name} ends`);
  };
  await Promise.all([withLock(path, work('one')), withLock(path, work('two'))]);
  const [first, second] = steps[0].startsWith('one') ? ['one', 'two'] : ['two', 'one'];
  const expected = [`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`];
  assert.deepEqual(steps, expected);
});

function spawnOwner() {
  const script = `
    import { tryLock } from ${JSON.stringify(LOCK_MODULE)};
    process.stdout.write(String(tryLock(${JSON.stringify(path)})));
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function noProc() {
  return existsSync('/proc/self/stat') ? false : 'start times are known from /proc only';
}
