/** Background renders: failures stay alone, orders are obeyed, nothing is lost or done twice. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { unzipSync } from 'fflate';
import { probe } from '../../server/outputs/probe.ts';
import { JobOrder, type JobQueueState } from '../../server/protocol/job.ts';
import { zipFiles } from '../../server/studio/zip.ts';
import { until } from '../support/app.ts';
import { openQueue, order } from '../support/job-queue.ts';

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-jobs-'));
});
after(() => rm(folder, { recursive: true, force: true }));

function tone(name: string, seconds: number): string {
  const path = join(folder, name);
  const source = ['-f', 'lavfi', '-i', `sine=f=200:r=48000:d=${seconds}`];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...source, path]);
  return path;
}

test('a broken sound fails alone; pause, order, cancel, retry, delete, zip', async () => {
  await using queue = await openQueue(join(folder, 'data'));
  const { jobs } = queue;
  await jobs.pause(true);
  const [first, bad, last, never] = await order(queue, [
    tone('one: a.wav', 0.6),
    tone('bad.wav', 0.4),
    tone('two.wav', 0.4),
    tone('never.wav', 0.4),
  ]);
  assert.equal(first!.name, 'one a');
  writeFileSync(queue.sounds.path(bad!.sound!), 'no sound any more');
  assert.ok(jobs.state.jobs.every((job) => job.state === 'queued'));
  await jobs.move(last!.id, first!.id);
  assert.deepEqual(
    jobs.state.jobs.map((job) => job.id),
    [last, first, bad, never].map((job) => job!.id),
  );
  assert.equal((await jobs.cancel(never!.id)).state, 'cancelled');
  await jobs.pause(false);
  const at = (id: string) => jobs.state.jobs.find((job) => job.id === id)!;
  await until('all have ended', () =>
    jobs.state.jobs.every((job) => ['done', 'failed', 'cancelled'].includes(job.state)),
  );
  assert.equal(at(first!.id).state, 'done', at(first!.id).log.join(' | '));
  assert.equal(at(last!.id).state, 'done');
  assert.equal(at(bad!.id).state, 'failed');
  assert.match(at(bad!.id).log.at(-1)!, /\(unreadable_media\)$/);
  assert.ok(!existsSync(join(queue.results, bad!.id)), 'nothing is left of what failed');

  const sounds = [at(first!.id).sound!];
  const estimate = await jobs.estimate(JobOrder.parse({ sounds, avatars: ['mira', 'leo'] }));
  assert.equal(estimate.jobs, 2);
  assert.ok(estimate.sizeBytes > 0 && estimate.freeBytes > 0 && estimate.workSeconds > 0);

  const files = [first!, last!].map(({ id, name }) => ({
    name: `${name}.mp4`,
    path: jobs.result(id).path,
  }));
  const pieces: Uint8Array[] = [];
  for await (const piece of await zipFiles(files)) pieces.push(piece);
  const zip = unzipSync(Buffer.concat(pieces));
  assert.deepEqual(Object.keys(zip), ['one a.mp4', 'two.mp4']);
  const out = join(folder, 'out.mp4');
  writeFileSync(out, zip['one a.mp4']!);
  assert.equal((await probe(out)).streams.find((each) => each.codec_type === 'video')?.width, 128);

  await jobs.retry(never!.id);
  await until('it was tried again', () => at(never!.id).state === 'done');
  await jobs.delete(first!.id);
  assert.equal(jobs.state.jobs.length, 3);
  assert.ok(!existsSync(join(queue.results, first!.id)));
  assert.ok(existsSync(queue.sounds.path(sounds[0]!)), 'its sound may be wanted for another try');
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  utimesSync(queue.sounds.path(sounds[0]!), longAgo, longAgo);
  await jobs.delete(bad!.id);
  assert.ok(!existsSync(queue.sounds.path(sounds[0]!)), 'a day later it goes');
  assert.throws(() => jobs.result(first!.id), { code: 'not_found' });
});

test('a running job can be held and cancelled, and leaves nothing', async () => {
  await using queue = await openQueue(join(folder, 'held'));
  const { jobs } = queue;
  const [job] = await order(queue, [tone('long.wav', 60)]);
  const now = () => jobs.state.jobs[0]!;
  await until('it is under way', () => now().progress > 0);
  await jobs.pause(true);
  assert.equal(now().state, 'paused');
  assert.equal((await jobs.cancel(job!.id)).state, 'cancelled');
  assert.ok(!existsSync(join(queue.results, job!.id)));
});

test('killed in the middle: what is done stays, what ran is begun again, in order', async () => {
  const dataDir = join(folder, 'killed');
  const paths = [tone('a.wav', 0.4), tone('b.wav', 20), tone('c.wav', 0.4)];
  const program = join(import.meta.dirname, '../support/job-queue.ts');
  const child = spawn(process.execPath, [program, dataDir, ...paths], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let state: JobQueueState = { paused: false, jobs: [] };
  for await (const line of createInterface(child.stdout)) {
    state = JSON.parse(line) as JobQueueState;
    if (state.jobs[1]?.state === 'running' && state.jobs[1].progress > 0) break;
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [a, b, c] = state.jobs;
  const doneAt = statSync(join(dataDir, 'results', a!.id, 'a.mp4')).mtimeMs;

  await using queue = await openQueue(dataDir);
  const { jobs } = queue;
  assert.deepEqual(
    jobs.state.jobs.map((job) => job.id),
    [a!.id, b!.id, c!.id],
  );
  await until('all are done', () => jobs.state.jobs.every((job) => job.state === 'done'));
  assert.equal(statSync(join(queue.results, a!.id, 'a.mp4')).mtimeMs, doneAt);
  assert.ok(jobs.state.jobs[1]!.log.some((line) => line.endsWith('Begun again after a restart')));
  assert.deepEqual(readdirSync(join(queue.results, b!.id)), ['b.mp4'], 'no partial file');
  assert.ok(Math.abs((await probe(jobs.result(b!.id).path)).format.duration! - 20) < 0.1);
});
