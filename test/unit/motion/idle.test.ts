import assert from 'node:assert/strict';
import test from 'node:test';

import { ARKIT } from '../../../server/protocol/arkit.ts';
import { IdleMotion } from '../../../server/motion/idle.ts';
import { BODY_COUNT, createPose, type Pose } from '../../../server/protocol/pose.ts';
import { seededRandom } from '../../../server/motion/random.ts';

const TICK_SECONDS = 0.04;
const SILENT = { voice: 0, stress: 0 };

/** Calls `look` on every tick of `seconds` of idle motion with random speech. */
function play(seed: number, seconds: number, look: (pose: Pose, tick: number) => void): void {
  const idle = new IdleMotion(seed);
  const random = seededRandom(seed + 1000);
  const pose = createPose();
  let voice = 0;
  for (let tick = 0; tick < seconds / TICK_SECONDS; tick += 1) {
    if (random() < 0.02) voice = random();
    const stress = voice > 0.2 && random() < 0.1 ? random() : 0;
    idle.update(tick * TICK_SECONDS, { voice, stress }, pose);
    look(pose, tick);
  }
}

test('no joint jumps between ticks, in whatever speech', () => {
  for (const seed of [1, 2, 3, 4]) {
    const before = createPose();
    play(seed, 120, (pose, tick) => {
      for (let i = 0; i < BODY_COUNT; i += 1) {
        const dx = pose.body[i * 3]! - before.body[i * 3]!;
        const dy = pose.body[i * 3 + 1]! - before.body[i * 3 + 1]!;
        if (tick > 0)
          assert.ok(Math.hypot(dx, dy) < 0.03, `point ${i} moved ${Math.hypot(dx, dy)}`);
      }
      for (let i = 0; i < 3; i += 1) {
        const turn = Math.abs(pose.head[i]! - before.head[i]!);
        if (tick > 0) assert.ok(turn < 0.05, `head angle ${i} turned ${turn}`);
      }
      before.body.set(pose.body);
      before.head.set(pose.head);
    });
  }
});

test('the pose is complete: every body point is sure, every weight within 0..1', () => {
  play(5, 60, (pose) => {
    for (let i = 0; i < BODY_COUNT; i += 1) assert.equal(pose.body[i * 3 + 2], 1);
    for (const weight of pose.face) assert.ok(weight >= 0 && weight <= 1, `weight ${weight}`);
  });
});

test('it blinks every few seconds, fully, and the lids open again', () => {
  const closed: number[] = [];
  let open = 0;
  play(6, 120, (pose, tick) => {
    const lid = pose.face[ARKIT.eyeBlinkLeft]!;
    if (lid > 0.5) closed.push(tick * TICK_SECONDS);
    if (lid === 0) open += 1;
  });
  const starts = closed.filter((time, i) => i === 0 || time - closed[i - 1]! > 0.1);
  assert.ok(starts.length >= 20 && starts.length <= 60, `${starts.length} blinks in 120 s`);
  const longest = Math.max(...starts.slice(1).map((time, i) => time - starts[i]!));
  assert.ok(longest <= 6.4, `${longest} s without a blink`);
  assert.ok(open > 2500, `open in ${open} of 3000 ticks`);
});

test('the same seed and times give the same motion, another seed another', () => {
  const record = (seed: number): number[] => {
    const all: number[] = [];
    play(seed, 10, (pose) => all.push(...pose.body, ...pose.head, ...pose.face));
    return all;
  };
  assert.deepEqual(record(8), record(8));
  assert.notDeepEqual(record(8), record(9));
});

test('a jump in time starts anew instead of racing through the gap', () => {
  const idle = new IdleMotion(4);
  const pose = createPose();
  idle.update(0, SILENT, pose);
  idle.update(5000, { voice: 1, stress: 1 }, pose);
  idle.update(1, { voice: 1, stress: 1 }, pose);
  assert.equal(pose.face[ARKIT.eyeBlinkLeft], 0);
  assert.ok(pose.body.every(Number.isFinite));
});
