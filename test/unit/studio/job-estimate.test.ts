/** How long a job takes and how large it gets, before it is begun. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobLook } from '../../../server/protocol/job.ts';
import { sizeBytes, workSeconds } from '../../../server/studio/job-estimate.ts';

const look = JobLook.parse({});
const job = { avatar: 'mira', look, seconds: 60 };
const done = { ...job, state: 'done', speed: 4, sizeBytes: 6e6 } as const;

test('as those before it, of the same avatar and format where there are some', () => {
  const nora = { ...done, avatar: 'nora', speed: 0.5 };
  const about = (value: number, wanted: number): void =>
    assert.ok(Math.abs(value - wanted) < 2, `${value}, not ${wanted}`);
  about(workSeconds(job, [done, nora]), 15);
  about(workSeconds({ ...job, avatar: 'nora' }, [done, nora]), 120);
  about(workSeconds({ ...job, avatar: 'leo' }, [done]), 15);
  assert.equal(sizeBytes({ ...job, seconds: 30 }, [done]), 3e6);
});

test('a first job is guessed', () => {
  assert.ok(workSeconds(job, []) > 5 && workSeconds(job, []) < 60);
  const failed = { ...done, state: 'failed' } as const;
  assert.equal(workSeconds(job, [failed]), workSeconds(job, []));
  const png = { ...job, look: JobLook.parse({ format: 'png' }) };
  assert.ok(sizeBytes(png, [done]) > 10 * sizeBytes(job, []));
});
