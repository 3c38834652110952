import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const MODULE = join(import.meta.dirname, '../../../server/core/priority.ts');
/** Says what was answered, and the priority of every thread of the process and of a later one. */
const PROGRAM = `
  import { readdirSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { Worker } from 'node:worker_threads';
  import { raisePriority } from ${JSON.stringify(MODULE)};
  const raised = raisePriority();
  const worker = new Worker('setTimeout(() => {}, 1e5)', { eval: true });
  worker.once('online', () => {
    const threads = readdirSync('/proc/self/task').map((id) => getPriority(Number(id)));
    console.log(JSON.stringify({ raised, own: getPriority(), threads }));
    process.exit(0);
  });
`;

test(
  'the priority of all threads is raised where the system allows it',
  { skip: process.platform !== 'linux' && 'threads have priorities of their own on Linux only' },
  () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', PROGRAM],
      { encoding: 'utf8' },
    );
    assert.equal(stderr, '');
    const answer = JSON.parse(stdout) as { raised: boolean; own: number; threads: number[] };
    if (answer.raised) assert.deepEqual(new Set([answer.own, ...answer.threads]), new Set([-10]));
    else assert.notEqual(answer.own, -10);
  },
);
