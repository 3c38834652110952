import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from '../../../server/outputs/backoff.ts';

test('waits grow, spread and stay bounded', () => {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const shortest = backoffMs(attempt, 0);
    const longest = backoffMs(attempt, 1);
    assert.ok(shortest < longest);
    assert.ok(longest <= 12_500);
    if (attempt < 5) assert.ok(backoffMs(attempt + 1, 0.5) > backoffMs(attempt, 0.5));
  }
});
