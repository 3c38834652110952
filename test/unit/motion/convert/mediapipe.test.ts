import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  anglesOfAxes,
  axesOfAngles,
  estimateHead,
} from '../../../../server/motion/convert/head-angles.ts';
import {
  faceWeights,
  fromMediaPipe,
  type Landmark,
} from '../../../../server/motion/convert/mediapipe.ts';
import { ARKIT, ARKIT_NAMES } from '../../../../server/protocol/arkit.ts';
import { BODY } from '../../../../server/protocol/pose.ts';
import { sharedFile } from '../../../support/shared-data.ts';

const shapes = sharedFile('pose/mediapipe-expected/face_blendshapes_out.prototxt');
test(
  'Google’s own blendshape output lands on the ARKit weights of the same names',
  { skip: shapes.skip },
  () => {
    const text = readFileSync(shapes.path, 'utf8');
    const list = [...text.matchAll(/score: (\S+)\s+label: "(\w+)"/g)].map(([, score, label]) => ({
      categoryName: label!,
      score: Number(score),
    }));
    assert.equal(list.length, 52);
    const face = faceWeights(list);
    assert.ok(Math.abs(face[ARKIT.browDownLeft]! - 0.9075446) < 1e-6);
    for (const { categoryName, score } of list) {
      const index = ARKIT_NAMES.indexOf(categoryName as (typeof ARKIT_NAMES)[number]);
      if (categoryName === '_neutral') assert.equal(index, -1);
      else assert.ok(Math.abs(face[index]! - score) < 1e-6, categoryName);
    }
    assert.equal(face[ARKIT.tongueOut], 0);
  },
);

const landmarks = sharedFile('pose/mediapipe-expected/expected_pose_landmarks.prototxt');
test('Google’s own 33 landmarks become a body that stands upright and isn’t mirrored', { skip: landmarks.skip }, () => {
  const text = readFileSync(landmarks.path, 'utf8');
  const pose = [...text.matchAll(/x: (\S+)\s+y: (\S+)\s+z: (\S+)\s+visibility: (\S+)/g)].map(
    ([, x, y, z, visibility]) => ({ x: Number(x), y: Number(y), z: Number(z), visibility: Number(visibility) }),
  );
  assert.equal(pose.length, 33);
  const [width, height] = [1000, 667];
  const { body } = fromMediaPipe({ width, height, pose });
  assert.ok(body);
  const at = (joint: number): [number, number] => [body[joint * 3]!, body[joint * 3 + 1]!];
  assert.ok(at(BODY.leftShoulder)[0] > 0 && at(BODY.rightShoulder)[0] < 0);
  assert.ok(at(BODY.nose)[1] < -0.2 && at(BODY.leftHip)[1] > 0.5);
  // The landmark itself, by the definition of the pose.
  const unit = Math.hypot((pose[11]!.x - pose[12]!.x) * width, (pose[11]!.y - pose[12]!.y) * height);
  const x = (pose[16]!.x - (pose[11]!.x + pose[12]!.x) / 2) * width;
  assert.ok(Math.abs(at(BODY.rightWrist)[0] - x / unit) < 1e-5);
}); // prettier-ignore

/** 33 landmarks of somebody who faces the camera: shoulders 0.2 of the width apart. */
function facing(): Landmark[] {
  const pose: Landmark[] = Array.from({ length: 33 }, () => ({
    x: 0.5,
    y: 0.5,
    z: 0,
    visibility: 1,
  }));
  pose[11] = { x: 0.6, y: 0.5, z: 0, visibility: 1 };
  pose[12] = { x: 0.4, y: 0.5, z: 0, visibility: 1 };
  pose[15] = { x: 0.7, y: 0.4, z: 0, visibility: 1 };
  pose[16] = { x: 0.3, y: 0.8, z: 0, visibility: 1 };
  return pose;
}
const SIZE = { width: 1000, height: 500 };

test('arms and hips out of the picture or unsure have confidence 0', () => {
  const pose = facing();
  pose[16] = { x: 0.3, y: 1.2, z: 0, visibility: 0.99 };
  pose[14] = { x: 0.3, y: 0.9, z: 0, visibility: 0.3 };
  pose[23] = { x: Number.NaN, y: 0.9, z: 0, visibility: 1 };
  const body = fromMediaPipe({ ...SIZE, pose }).body!;
  for (const joint of [BODY.rightWrist, BODY.rightElbow, BODY.leftHip]) {
    assert.deepEqual([...body.subarray(joint * 3, joint * 3 + 3)], [0, 0, 0]);
  }
  assert.equal(body[BODY.leftWrist * 3 + 2], 1);
  pose[11] = { x: 0.6, y: 0.5, z: 0, visibility: 0.2 };
  assert.equal(fromMediaPipe({ ...SIZE, pose }).body, undefined, 'nobody without shoulders');
});

test('a body that turns sideways does not grow', () => {
  const pose = facing();
  pose[11] = { x: 0.55, y: 0.5, z: 0, visibility: 1 };
  pose[12] = { x: 0.45, y: 0.5, z: 0, visibility: 1 };
  const world = pose.map((landmark) => ({ ...landmark, z: 0 }));
  world[11] = { x: 0.1, y: 0, z: -0.1 * Math.sqrt(3) };
  world[12] = { x: -0.1, y: 0, z: 0.1 * Math.sqrt(3) };
  const body = fromMediaPipe({ ...SIZE, pose, world }).body!;
  // Turned by 60 degrees the shoulders look half as wide: 0.5 units instead of 1.
  assert.ok(Math.abs(body[BODY.leftShoulder * 3]! - 0.25) < 1e-5);
});

test('hands go to the wrists they hang on, whatever order they come in', () => {
  const pose = facing();
  const hand = (x: number, y: number): Landmark[] =>
    Array.from({ length: 21 }, (_, i) => ({ x: x + i / 1000, y, z: 0 }));
  const parts = fromMediaPipe({ ...SIZE, pose, hands: [hand(0.31, 0.79), hand(0.69, 0.41)] });
  assert.ok(parts.leftHand![0]! > 0.8, 'the left wrist is on the viewer’s right');
  assert.ok(parts.rightHand![0]! < -0.8);
  assert.ok(Math.abs(parts.rightHand![3]! - parts.rightHand![0]! - 0.005) < 1e-5, '1 px of 200');
  const lost = fromMediaPipe({ ...SIZE, pose, hands: [hand(0.05, 0.05)] });
  assert.ok(!lost.leftHand && !lost.rightHand, 'a hand far from both wrists is somebody else’s');
});

test('the face’s matrix gives yaw, pitch and roll with the pose’s signs', () => {
  // MediaPipe's own axes: x right in the picture, y up, z to the camera; columns one by one.
  const turnedRight = [0.8, 0, -0.6, 0, 0, 1, 0, 0, 0.6, 0, 0.8, 0, 0, 0, -40, 1];
  const { head } = fromMediaPipe({ ...SIZE, faceMatrix: turnedRight });
  assert.ok(Math.abs(head![0]! - Math.asin(0.6)) < 1e-6, '+ yaw: to the viewer’s right');
  const up = fromMediaPipe({ ...SIZE, faceMatrix: [1, 0, 0, 0, 0, 0.8, -0.6, 0, 0, 0.6, 0.8, 0, 0, 0, -40, 1] });
  assert.ok(Math.abs(up.head![1]! - Math.asin(0.6)) < 1e-6, '+ pitch: up');
  const tilted = fromMediaPipe({ ...SIZE, faceMatrix: [0.8, -0.6, 0, 0, 0.6, 0.8, 0, 0, 0, 0, 1, 0, 0, 0, -40, 1] });
  assert.ok(Math.abs(tilted.head![2]! - Math.asin(0.6)) < 1e-6, '+ roll: clockwise for the viewer');
}); // prettier-ignore

test('angles and axes are inverse', () => {
  for (const yaw of [-1, -0.2, 0.7]) {
    for (const pitch of [-0.8, 0.3]) {
      for (const roll of [-0.6, 0.1, 0.9]) {
        const again = anglesOfAxes(...axesOfAngles(yaw, pitch, roll));
        [yaw, pitch, roll].forEach((value, i) => assert.ok(Math.abs(again[i]! - value) < 1e-6));
      }
    }
  }
});

test('five points of an average head tell yaw, pitch and roll', () => {
  // In half distances between the ears: x to the head's left, y up, z ahead.
  const points: readonly (readonly [number, [number, number, number]])[] = [
    [BODY.nose, [0, -0.1, 1.4]],
    [BODY.leftEye, [0.43, 0.27, 1.05]],
    [BODY.rightEye, [-0.43, 0.27, 1.05]],
    [BODY.leftEar, [1, 0, 0]],
    [BODY.rightEar, [-1, 0, 0]],
  ];
  for (const angles of [[0, 0, 0], [0.4, 0, 0], [-0.3, 0, 0], [0, 0.3, 0], [0, -0.3, 0], [0, 0, 0.3], [0.3, -0.2, -0.2]] as const) {
    const axes = axesOfAngles(angles[0], angles[1], angles[2]);
    const body = new Float32Array(54);
    for (const [joint, [x, y, z]] of points) {
      const along = (row: number): number => axes[0][row]! * x + axes[1][row]! * y + axes[2][row]! * z;
      body.set([along(0) * 0.2, -along(1) * 0.2, 1], joint * 3);
    }
    const head = estimateHead(body)!;
    angles.forEach((value, i) => {
      assert.ok(Math.abs(head[i]! - value) < 0.1, `${angles.join()}: ${[...head].join()}`);
    });
  }
}); // prettier-ignore
