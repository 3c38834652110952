import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const MODULE = new URL('../../../server/core/priority.ts', import.meta.url).href;
/** A worker raises itself; says what was answered, and the priority of every thread. */
const WORKER = `
  import { readdirSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { raiseThreadPriority } from ${JSON.stringify(MODULE)};
  const raised = raiseThreadPriority();
  const threads = readdirSync('/proc/self/task').map((id) => getPriority(Number(id)));
  console.log(JSON.stringify({ raised, own: getPriority(process.pid), threads }));
`;
const PROGRAM = `
  import { Worker } from 'node:worker_threads';
  new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(WORKER)})));
`;

test(
  'one thread is raised where the system allows it, the others stay as they are',
  { skip: process.platform !== 'linux' && 'threads have priorities of their own on Linux only' },
  () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', PROGRAM],
      { encoding: 'utf8' },
    );
    assert.equal(stderr, '');
    const answer = JSON.parse(stdout) as { raised: boolean; own: number; threads: number[] };
    const raised = answer.threads.filter((nice) => nice === -10);
    assert.equal(raised.length, answer.raised ? 1 : 0);
    assert.notEqual(answer.own, -10);
  },
);
