import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Durations } from '../../../server/core/percentiles.ts';

test('percentiles are over the newest values only', () => {
  const durations = new Durations(100);
  for (let value = 1; value <= 1000; value += 1) durations.add(value);
  assert.equal(durations.count, 1000);
  assert.equal(durations.percentile(0), 901);
  assert.equal(durations.percentile(50), 951);
  assert.equal(durations.percentile(100), 1000);
});

test('nothing measured is zero, not NaN', () => {
  assert.deepEqual(new Durations().summary(), { p50: 0, p95: 0, p99: 0 });
});
