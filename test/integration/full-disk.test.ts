/** A disk that fills up under a render: that job says so, leaves nothing, and the next one goes on. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { JobOrder } from '../../server/protocol/job.ts';
import { until } from '../support/app.ts';
import { openQueue, order } from '../support/job-queue.ts';

const folder = mkdtempSync(join(tmpdir(), 'posecast-full-'));
const results = join(folder, 'data/results');
mkdirSync(results, { recursive: true });
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', results]);
const skip =
  mounted.status === 0
    ? false
    : `NOT TESTED: a full disk needs root to mount a small one (${String(mounted.stderr).trim()})`;

after(() => {
  if (skip === false) execFileSync('umount', [results]);
  rmSync(folder, { recursive: true, force: true });
});

test('a full disk fails that job with a sentence, and the queue goes on', { skip }, async () => {
  const path = join(folder, 'tone.wav');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=f=200:r=48000:d=1', path]);
  await using queue = await openQueue(join(folder, 'data'));
  const { jobs } = queue;
  await jobs.pause(true);
  const [small] = await order(queue, [path]);
  const look = { width: 1280, height: 720, format: 'mov' };
  const sounds = [small!.sound!];
  const [large] = await jobs.add(JobOrder.parse({ sounds, avatars: ['mira'], ...look }));
  await jobs.move(large!.id, small!.id);
  await jobs.pause(false);
  const at = (id: string) => jobs.state.jobs.find((job) => job.id === id)!;
  await until('both have ended', () =>
    jobs.state.jobs.every(({ state }) => state === 'done' || state === 'failed'),
  );
  assert.equal(at(large!.id).state, 'failed');
  assert.match(at(large!.id).log.at(-1)!, /The disk is full.*\(folder_unreachable\)$/);
  assert.equal(at(small!.id).state, 'done', at(small!.id).log.join('\n'));
  assert.deepEqual(readdirSync(results), [small!.id], 'nothing is left of what failed');
});
