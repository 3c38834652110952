/** Our pose as an OpenPose picture: it stands where the host stands, and the face moves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdleMotion, writeHeadPoints } from '../../../../server/motion/idle.ts';
import { ARKIT } from '../../../../server/protocol/arkit.ts';
import { BODY, createPose, type Pose } from '../../../../server/protocol/pose.ts';
import { FACE_POINTS, writeFacePoints } from '../../../../server/render/skeleton/face-points.ts';
import { SkeletonMap } from '../../../../server/render/skeleton/skeleton-map.ts';

const SIDE = 256;
const CHIN = 8;
const LIPS = { top: 62, bottom: 66 };

function standing(): Pose {
  const pose = createPose();
  new IdleMotion(1).update(1, { voice: 0, stress: 0 }, pose);
  return pose;
}

function facePoints(pose: Pose): Float32Array {
  const points = new Float32Array(FACE_POINTS * 3);
  writeFacePoints(pose, points);
  return points;
}

function yOf(points: Float32Array, index: number): number {
  return points[index * 3 + 1]!;
}

test('a joint is drawn in its colour where the pose has it', () => {
  const pose = standing();
  const map = new SkeletonMap(SIDE, SIDE);
  const rgb = map.draw(pose);
  const { x, y } = map.poseAt(0.5, 0.5);
  assert.ok(Math.abs(x) < 1e-6 && Math.abs(y + 0.02) < 1e-6);
  const unit = SIDE / 2.7;
  const column = Math.trunc(SIDE / 2 + pose.body[BODY.leftElbow * 3]! * unit);
  const row = Math.trunc((pose.body[BODY.leftElbow * 3 + 1]! + 1.37) * unit);
  const at = (row * SIDE + column) * 3;
  assert.deepEqual([...rgb.subarray(at, at + 3)], [0, 255, 0]);
});

test('a joint that was not seen leaves its limbs out', () => {
  const pose = standing();
  const count = (): number => new SkeletonMap(SIDE, SIDE).draw(pose).filter((v) => v > 0).length;
  const whole = count();
  pose.body[BODY.leftElbow * 3 + 2] = 0;
  assert.ok(count() < whole - 200);
});

test('an open jaw lowers chin and lower lip, a turn moves the face towards its side', () => {
  const pose = standing();
  const rest = facePoints(pose);
  pose.face[ARKIT.jawOpen] = 1;
  const open = facePoints(pose);
  assert.ok(yOf(open, CHIN) > yOf(rest, CHIN) + 0.05);
  const gap = (points: Float32Array): number => yOf(points, LIPS.bottom) - yOf(points, LIPS.top);
  assert.ok(gap(open) > gap(rest) + 0.08);
  pose.head[0] = 0.5;
  writeHeadPoints(pose);
  const turned = facePoints(pose);
  assert.ok(turned[30 * 3]! > rest[30 * 3]! + 0.04, "towards the avatar's left");
  assert.ok(turned.every(Number.isFinite));
});

test('poses far outside the picture and broken ones draw something and end', () => {
  const pose = standing();
  const map = new SkeletonMap(64, 64);
  pose.body[BODY.rightWrist * 3] = 1e9;
  pose.body[BODY.leftWrist * 3] = NaN;
  pose.leftHand.fill(-1e9);
  assert.ok(map.draw(pose).some((value) => value > 0));
});
