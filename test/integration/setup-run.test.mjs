import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
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

test('a set-up that is stopped takes along what its programs started', async () => {
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
  // The exit above waits for the end of its output, so nothing holds the pipe any more.
  assert.throws(() => process.kill(Number(line), 0), { code: 'ESRCH' });
});
