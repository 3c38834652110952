import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EvenPace } from '../../../server/session/even-pace.ts';
import { seeded } from '../../support/random.ts';

const START_FRAMES = 50;

function spread(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.85)]! - sorted[Math.floor(sorted.length * 0.05)]!;
}

test('frames that are ready unevenly leave evenly', () => {
  const random = seeded(5);
  const pace = new EvenPace();
  const ready: number[] = [];
  const sent: number[] = [];
  for (let i = 0; i < 1000; i += 1) {
    const readyMs = 80 + 15 * random();
    const waitMs = pace.next(readyMs);
    if (i < 300) continue;
    ready.push(readyMs);
    sent.push(readyMs + waitMs);
  }
  assert.ok(spread(ready) > 10);
  assert.ok(spread(sent) < 1, `they leave within ${spread(sent)} ms`);
  assert.ok(Math.max(...sent) <= Math.max(...ready), 'none leaves later than the slowest');
});

test('a few slow frames cost the others at most 20 ms', () => {
  const pace = new EvenPace();
  let most = 0;
  for (let i = 0; i < 1000; i += 1) {
    const waitMs = pace.next(i % 5 === 0 ? 300 : 80);
    most = Math.max(most, waitMs);
  }
  assert.equal(most, 20);
});

test('the start is not held up, nor counted', () => {
  const pace = new EvenPace();
  for (let i = 0; i < START_FRAMES; i += 1) assert.equal(pace.next(500), 0);
  for (let i = 0; i < 100; i += 1) assert.equal(pace.next(80), 0);
});
