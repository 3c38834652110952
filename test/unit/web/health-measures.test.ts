import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionStats } from '../../../server/protocol/index.ts';
import {
  gradeOf,
  MEASURES,
  seriesOf,
  worstOf,
  type HealthPoint,
} from '../../../web/lib/health-measures.ts';

type Change = Partial<SessionStats>;

function point(change: Change = {}, seen: Partial<HealthPoint> = {}): HealthPoint {
  const stats = {
    frames: 25,
    lateFrames: 0,
    repeatedFrames: 0,
    droppedFrames: 0,
    memoryMb: 300,
    quality: 'full',
    machine: { cpuShare: 0.3, cores: 2, gpu: null },
    ...change,
  } as SessionStats;
  return { stats, numbers: null, latency: null, loss: 0, lossIn: 0, ...seen };
}

test('faulty pictures are drawn by the second, and judged over ten', () => {
  const points = [point(), point({ frames: 50, lateFrames: 3 }), point({ frames: 75, lateFrames: 3 })]; // prettier-ignore
  assert.deepEqual(seriesOf('frames', points), [null, 3, 0]);
  assert.equal(gradeOf('frames', points, 25), 'poor');
});

test('a session that has just begun is not blamed for taking memory', () => {
  const young = [point({ memoryMb: 100 }), point({ memoryMb: 400 })];
  assert.equal(gradeOf('memory', young, 25), 'good');
  const old = Array.from({ length: 60 }, (_, i) => point({ memoryMb: 100 + 5 * i }));
  assert.equal(gradeOf('memory', old, 25), 'poor');
});

test('a full machine and a full GPU are told apart', () => {
  const gpu = { busyShare: 1, memoryUsedMb: 7900, memoryTotalMb: 8000 };
  const points = [point({ machine: { cpuShare: 0.99, cores: 2, gpu } })];
  assert.equal(gradeOf('cpu', points, 25), 'poor');
  assert.equal(gradeOf('gpu', points, 25), 'poor');
  assert.equal(gradeOf('gpu', [point()], 25), 'unknown');
});

test('the worst is named first, and nothing while all is well', () => {
  const all = (grade: 'good' | 'fair' | 'poor') =>
    Object.fromEntries(MEASURES.map((measure) => [measure, grade])) as Parameters<
      typeof worstOf
    >[0];
  assert.equal(worstOf(all('good')), undefined);
  assert.equal(worstOf({ ...all('good'), loss: 'fair', cpu: 'poor' }), 'cpu');
});
