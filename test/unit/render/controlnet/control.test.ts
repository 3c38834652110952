import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdleMotion } from '../../../../server/motion/idle.ts';
import { BODY, createPose, type Pose } from '../../../../server/protocol/pose.ts';
import { Control, CONTROL, CONTROL_LENGTH } from '../../../../server/render/controlnet/control.ts';

const MEASURES = {
  arms: { shoulder: [44.5, 6.5] as [number, number] },
  hair: { length: 48, hertz: 1.9 },
  hands: { length: 43 },
};

function vectorOf(pose: Pose, control = new Control(MEASURES)): Float32Array {
  control.update(pose, 1);
  return control.vector.slice();
}

function idle(): Pose {
  const pose = createPose();
  new IdleMotion(1).update(1, { voice: 0, stress: 0 }, pose);
  return pose;
}

test('arms, hands and angles stand where the layout says, in shoulder widths', () => {
  const pose = idle();
  pose.head.set([0.3, 0, 0.1]);
  const vector = vectorOf(pose);
  assert.equal(vector.length, CONTROL_LENGTH);
  assert.ok(vector.every(Number.isFinite));
  const wrist = CONTROL.leftArm + 4;
  assert.ok(Math.abs(vector[wrist]! - pose.body[BODY.leftWrist * 3]!) < 0.1);
  assert.ok(Math.abs(vector[wrist + 1]! - pose.body[BODY.leftWrist * 3 + 1]!) < 0.1);
  assert.ok(vector[CONTROL.head + 2]! > 0.05, 'roll');
  assert.ok(vector[CONTROL.head + 3]! > 0.2, 'sine of yaw');
  // The hand hangs on the wrist.
  assert.ok(Math.abs(vector[CONTROL.leftHand]! - vector[wrist]!) < 1e-6);
});

test('an untracked arm rests, whatever its points say', () => {
  const untracked = (x: number, y: number): Float32Array => {
    const pose = idle();
    for (const joint of [BODY.rightElbow, BODY.rightWrist]) pose.body.set([x, y, 0], joint * 3);
    return vectorOf(pose).slice(CONTROL.rightArm, CONTROL.leftArm);
  };
  assert.deepEqual(untracked(9, -9), untracked(0, 0));
  assert.ok(untracked(9, -9)[5]! > 1, 'the wrist hangs beside the hip');
});

test('hair swings with time: the same poses at the same times give the same vector', () => {
  const turn = (control: Control): Float32Array => {
    const pose = idle();
    for (let frame = 0; frame < 9; frame += 1) {
      pose.head[0] = frame < 6 ? 0 : 0.4;
      control.update(pose, frame * 0.04);
    }
    return control.vector.slice();
  };
  const first = turn(new Control(MEASURES));
  assert.deepEqual(turn(new Control(MEASURES)), first);
  assert.ok(Math.abs(first[CONTROL.head + 6]!) > 0.001);
});
