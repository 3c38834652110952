import assert from 'node:assert/strict';
import test from 'node:test';
import { Beats } from '../../../server/motion/beats.ts';
import { IdleMotion } from '../../../server/motion/idle.ts';
import { ARKIT } from '../../../server/protocol/arkit.ts';
import { BODY, copyPose, createPose, type Pose } from '../../../server/protocol/pose.ts';

const TICK_SECONDS = 0.04;

/** Three seconds of talk with one stress after a second; looks at the pose without and with beats. */
function speak(look: (calm: Pose, stressed: Pose) => void, voice = 1): void {
  const idle = new IdleMotion(3);
  const beats = new Beats(3);
  const calm = createPose();
  const stressed = createPose();
  for (let tick = 0; tick < 75; tick += 1) {
    const time = tick * TICK_SECONDS;
    const stress = tick >= 25 && tick < 29 ? 1 : 0;
    idle.update(time, { voice, stress }, calm);
    copyPose(calm, stressed);
    beats.add(time, { voice, stress }, stressed);
    look(calm, stressed);
  }
}

test('a stressed syllable nods the head down and lifts the brows, then both come back', () => {
  let nod = 0;
  let brow = 0;
  let last = 1;
  speak((calm, stressed) => {
    last = stressed.head[1]! - calm.head[1]!;
    nod = Math.min(nod, last);
    brow = Math.max(brow, stressed.face[ARKIT.browInnerUp]! - calm.face[ARKIT.browInnerUp]!);
  });
  assert.ok(nod < -0.03 && nod > -0.2, `nod ${nod} rad`);
  assert.ok(brow > 0.1, `brows ${brow}`);
  assert.ok(Math.abs(last) < 0.005, 'head is back');
});

test('the nose goes down with the nod', () => {
  let lowest = 0;
  const nose = BODY.nose * 3 + 1;
  speak((calm, stressed) => {
    lowest = Math.max(lowest, stressed.body[nose]! - calm.body[nose]!);
  });
  assert.ok(lowest > 0.004, `by ${lowest}`);
});

test('hands stroke with the stress of a speaker and not of a noise', () => {
  const wrist = BODY.leftWrist * 3 + 1;
  const strokes = [1, 0].map((voice) => {
    let highest = 0;
    speak((calm, stressed) => {
      highest = Math.max(highest, calm.body[wrist]! - stressed.body[wrist]!);
    }, voice);
    return highest;
  });
  assert.ok(strokes[0]! > 0.015, `up by ${strokes[0]}`);
  assert.equal(strokes[1], 0);
});

test('at rest nothing is added', () => {
  const beats = new Beats(1);
  const pose = createPose();
  for (let tick = 0; tick < 50; tick += 1) {
    beats.add(tick * TICK_SECONDS, { voice: 1, stress: 0 }, pose);
  }
  assert.deepEqual(pose, createPose());
});
