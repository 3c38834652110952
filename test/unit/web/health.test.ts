import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUNGS } from '../../../server/inference/quality-ladder.ts';
import type { SessionStats } from '../../../server/protocol/index.ts';
import {
  gradeAvOffset,
  gradeFps,
  gradeLatency,
  gradeLoss,
  gradeMemory,
  gradeQuality,
  troubledShare,
} from '../../../web/lib/health.ts';

const counted = (frames: number, late: number): SessionStats =>
  ({ frames, lateFrames: late, repeatedFrames: late, droppedFrames: 0 }) as SessionStats;

test('latency turns from good to fair to poor', () => {
  assert.deepEqual([160, 300, 700, null].map(gradeLatency), ['good', 'fair', 'poor', 'unknown']);
});

test('lips may be as early as they may be late', () => {
  assert.deepEqual([30, -30, 60, -60, 120, -120].map(gradeAvOffset), [
    'good',
    'good',
    'fair',
    'fair',
    'poor',
    'poor',
  ]);
});

test('a rate above the nominal one is good', () => {
  assert.equal(gradeFps(26, 25), 'good');
  assert.equal(gradeFps(21, 25), 'fair');
  assert.equal(gradeFps(10, 25), 'poor');
  assert.equal(gradeFps(null, 25), 'unknown');
});

test('loss is graded by its share', () => {
  assert.deepEqual([0, 0.03, 0.2, null].map(gradeLoss), ['good', 'fair', 'poor', 'unknown']);
});

test('memory is graded by its growth, not by its size', () => {
  assert.equal(gradeMemory(1000, 1010), 'good');
  assert.equal(gradeMemory(1000, 1200), 'fair');
  assert.equal(gradeMemory(1000, 2000), 'poor');
  assert.equal(gradeMemory(null, 1000), 'unknown');
});

test('every step of the quality ladder has a grade', () => {
  assert.deepEqual(RUNGS.map(gradeQuality), ['good', 'fair', 'fair', 'poor']);
});

test('faulty frames are a share of the frames between two reports', () => {
  assert.equal(troubledShare(counted(100, 5), counted(125, 10)), 10 / 25);
  assert.equal(troubledShare(counted(100, 5), counted(100, 5)), null);
  assert.equal(troubledShare(null, counted(100, 5)), null);
});
