import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from '../../../server/core/token-bucket.ts';

test('a burst passes, then only the rate', () => {
  const bucket = new TokenBucket(10, 5);
  const burst = Array.from({ length: 8 }, () => bucket.take(0)).filter(Boolean).length;
  assert.equal(burst, 5);
  assert.equal(bucket.take(50), false);
  assert.equal(bucket.take(100), true);
  assert.equal(bucket.take(100), false);
});

test('waiting long does not save up more than a burst', () => {
  const bucket = new TokenBucket(10, 3);
  bucket.take(0);
  const passed = Array.from({ length: 10 }, () => bucket.take(1e9)).filter(Boolean).length;
  assert.equal(passed, 3);
});
