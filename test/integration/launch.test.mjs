import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, test } from 'node:test';

// The launcher is started as `npm start` does it, around a small program in the server's place.

const ROOT = dirname(dirname(import.meta.dirname));

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posecast-launch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the server's exit code is passed on", async () => {
  const { launcher } = start('process.exit(7);');
  assert.deepEqual(await once(launcher, 'exit'), [7, null]);
});

test('a Ctrl-C that arrives twice (terminal and npm) reaches the server once', async () => {
  const { launcher, lines } = start(`
    let count = 0;
    process.on('SIGINT', () => {
      count += 1;
      console.log('interrupted');
    });
    process.on('SIGTERM', () => process.exit(count));
    setInterval(() => {}, 1000);
    console.log('ready');`);
  assert.equal(await lines.next(), 'ready');
  launcher.kill('SIGINT');
  launcher.kill('SIGINT');
  assert.equal(await lines.next(), 'interrupted');
  launcher.kill('SIGTERM');
  assert.deepEqual(await once(launcher, 'exit'), [1, null]);
});

test('a server that a signal ends gives 128 + its number', async () => {
  const { launcher, lines } = start(`
    setInterval(() => {}, 1000);
    console.log('ready');`);
  assert.equal(await lines.next(), 'ready');
  launcher.kill('SIGTERM');
  assert.deepEqual(await once(launcher, 'exit'), [143, null]);
});

test(
  'a launcher that is killed outright takes the server along',
  { skip: noSetpriv() },
  async () => {
    const { launcher, lines } = start(`
    process.on('SIGTERM', () => {
      console.log('told to end');
      process.exit(0);
    });
    setInterval(() => {}, 1000);
    console.log('ready');`);
    assert.equal(await lines.next(), 'ready');
    launcher.kill('SIGKILL');
    assert.equal(await lines.next(), 'told to end');
  },
);

test('a program that runs longer than its limit is asked to end', async () => {
  const { launcher, lines } = start(
    `
    process.on('SIGINT', () => {
      console.log('asked');
      process.exit(3);
    });
    setInterval(() => {}, 1000);
    console.log('ready');`,
    { limitMs: 1500 },
  );
  assert.equal(await lines.next(), 'ready');
  assert.equal(await lines.next(), 'asked');
  assert.deepEqual(await once(launcher, 'exit'), [3, null]);
});

function start(serverSource, options = {}) {
  const server = join(folder, 'server.mjs');
  writeFileSync(server, serverSource);
  const source = `
    import { launch } from ${JSON.stringify(join(ROOT, 'setup', 'launch.mjs'))};
    const args = [${JSON.stringify(server)}];
    process.exitCode = await launch(${JSON.stringify(ROOT)}, args, ${JSON.stringify(options)});`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const iterator = createInterface(launcher.stdout)[Symbol.asyncIterator]();
  return { launcher, lines: { next: async () => (await iterator.next()).value } };
}

function noSetpriv() {
  return existsSync('/usr/bin/setpriv') ? false : 'setpriv (util-linux) is not installed';
}
