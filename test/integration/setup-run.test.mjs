import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { run } from '../../setup/shell.mjs';

const SHELL_MODULE = join(import.meta.dirname, '../../setup/shell.mjs');

test('output is returned, and lines are seen as they come', async () => {
  const seen = [];
  const output = await run('sh', ['-c', 'echo one; echo two'], {
    onLine: (line) => seen.push(line),
  });
  assert.equal(output, 'one\ntwo');
  assert.deepEqual(seen, ['one', 'two']);
});

test('a failure names the command, its end and what it said', async () => {
  const failing = run('sh', ['-c', 'echo no space left >&2; exit 3']);
  await assert.rejects(failing, /ended with 3\nno space left/);
  await assert.rejects(run('/nowhere/program', []), /did not start/);
});

// Without its end the loop below would last: the limit makes that a failure.
test('a set-up that is stopped ends what its programs started', { timeout: 20_000 }, async () => {
  // The inner shell stands for a compiler below a build tool; it prints its process id.
  const source = `
    import { run, say, exitWith } from ${JSON.stringify(SHELL_MODULE)};
    const script = "sh -c 'echo $$; exec sleep 300' & wait";
    await exitWith(run('sh', ['-c', script], { onLine: (line) => console.log(line) }));`;
  const setup = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(createInterface(setup.stdout), 'line');
  setup.kill('SIGTERM');
  const [code] = await once(setup, 'exit');
  assert.equal(code, 1);
  while (runs(line)) await setTimeout(20);
});

/** Dead programs may stay listed as zombies until their new parent looks. */
function runs(pid) {
  try {
    process.kill(Number(pid), 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    // ENOENT: there is no /proc here (or no process any more, which the next look says).
    return error.code === 'ENOENT';
  }
}
