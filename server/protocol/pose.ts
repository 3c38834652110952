/**
 * The canonical pose: what templates store, the mixer blends and every renderer draws.
 * Pure data in typed arrays that are allocated once and written in place (one owner, one thread).
 *
 * body   18 OpenPose BODY_18 points x (x, y, confidence), relative to the neck (point 1),
 *        in shoulder widths, x to the viewer's right, y down. The picture is not mirrored:
 *        the avatar's right arm (points 2-4) is on the viewer's left, at negative x.
 * hands  21 OpenPose hand points x (x, y, confidence) each, in the body's coordinates.
 *        Confidence 0 means "not tracked": the renderer then draws a relaxed hand.
 * head   yaw, pitch, roll in radians. + yaw: towards the avatar's left (viewer's right),
 *        + pitch: up, + roll: towards the avatar's left shoulder (clockwise for the viewer).
 * face   52 ARKit weights, 0..1 (see arkit.ts).
 */
import { ARKIT_COUNT } from './arkit.ts';

export const BODY = Object.freeze({
  nose: 0,
  neck: 1,
  rightShoulder: 2,
  rightElbow: 3,
  rightWrist: 4,
  leftShoulder: 5,
  leftElbow: 6,
  leftWrist: 7,
  rightHip: 8,
  rightKnee: 9,
  rightAnkle: 10,
  leftHip: 11,
  leftKnee: 12,
  leftAnkle: 13,
  rightEye: 14,
  leftEye: 15,
  rightEar: 16,
  leftEar: 17,
});
export const BODY_COUNT = 18;
export const HAND_COUNT = 21;

export type Pose = {
  readonly body: Float32Array;
  readonly leftHand: Float32Array;
  readonly rightHand: Float32Array;
  readonly head: Float32Array;
  readonly face: Float32Array;
};

export function createPose(): Pose {
  return {
    body: new Float32Array(BODY_COUNT * 3),
    leftHand: new Float32Array(HAND_COUNT * 3),
    rightHand: new Float32Array(HAND_COUNT * 3),
    head: new Float32Array(3),
    face: new Float32Array(ARKIT_COUNT),
  };
}

const PARTS = ['body', 'leftHand', 'rightHand', 'head', 'face'] as const;

/** A pose as numbers in a row. */
export const POSE_FLOATS = PARTS.reduce((sum, part) => sum + createPose()[part].length, 0);

/** Writes a pose's POSE_FLOATS numbers from `at` on. */
export function writePose(pose: Pose, floats: Float32Array, at = 0): void {
  for (const part of PARTS) {
    floats.set(pose[part], at);
    at += pose[part].length;
  }
}

export function readPose(floats: Float32Array, pose: Pose, at = 0): void {
  for (const part of PARTS) {
    pose[part].set(floats.subarray(at, at + pose[part].length));
    at += pose[part].length;
  }
}

export function copyPose(from: Pose, to: Pose): void {
  to.body.set(from.body);
  to.leftHand.set(from.leftHand);
  to.rightHand.set(from.rightHand);
  to.head.set(from.head);
  to.face.set(from.face);
}
