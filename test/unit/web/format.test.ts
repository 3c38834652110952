import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, decimal, megabytes, percent, signed, whole } from '../../../web/lib/format.ts';

test('a number that is not there is a dash', () => {
  assert.deepEqual([whole(null), decimal(null), signed(null), percent(null)], ['–', '–', '–', '–']);
  assert.equal(whole(Number.NaN), '–');
});

test('offsets carry their sign', () => {
  assert.deepEqual([12.4, -8.2, 0.3, -0.3].map(signed), ['+12', '−8', '0', '0']);
});

test('time live reads as a clock', () => {
  assert.deepEqual([0, 75, 3700].map(clock), ['0:00', '1:15', '1:01:40']);
});

test('small shares keep a decimal', () => {
  assert.deepEqual([0, 0.004, 0.25].map(percent), ['0 %', '0.4 %', '25 %']);
});

test('memory changes its unit', () => {
  assert.deepEqual([312.4, 1540].map(megabytes), ['312 MB', '1.54 GB']);
});
