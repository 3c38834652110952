/**
 * What one source of motion says at one time: a pose, and how much of each part of it counts.
 * Sources write layers, the mixer blends them from low to high.
 */
import { ARKIT_COUNT } from '../../protocol/arkit.ts';
import { BODY, createPose, type Pose } from '../../protocol/pose.ts';

/** Parts of a pose that are masked as one. The face is masked per ARKit weight. */
export const PARTS = [
  'head',
  'torso',
  'leftArm',
  'rightArm',
  'leftHand',
  'rightHand',
  'legs',
] as const;
export type Part = (typeof PARTS)[number];

/** Position of each part in a layer's `parts`. */
export const PART: Readonly<Record<Part, number>> = Object.freeze(
  Object.fromEntries(PARTS.map((part, index) => [part, index])) as Record<Part, number>,
);

/** Part of each of the 18 body points; the neck is the origin and belongs to nobody's mask. */
export const PART_OF_JOINT: readonly number[] = jointParts();

export type Layer = {
  readonly pose: Pose;
  /** Weight 0..1 of each of PARTS. */
  readonly parts: Float32Array;
  /** Weight 0..1 of each ARKit blend shape. */
  readonly face: Float32Array;
};

export function createLayer(): Layer {
  return {
    pose: createPose(),
    parts: new Float32Array(PARTS.length),
    face: new Float32Array(ARKIT_COUNT),
  };
}

/** A source of motion: writes what it says at this time; weights of 0 mean "nothing to say". */
export interface MotionSource {
  sample(timeSeconds: number, out: Layer): void;
}

function jointParts(): number[] {
  const { head, torso, leftArm, rightArm, legs } = PART;
  const parts = new Array<number>(Object.keys(BODY).length).fill(torso);
  for (const joint of ['nose', 'rightEye', 'leftEye', 'rightEar', 'leftEar'] as const) {
    parts[BODY[joint]] = head;
  }
  parts[BODY.leftElbow] = parts[BODY.leftWrist] = leftArm;
  parts[BODY.rightElbow] = parts[BODY.rightWrist] = rightArm;
  for (const joint of ['leftKnee', 'leftAnkle', 'rightKnee', 'rightAnkle'] as const) {
    parts[BODY[joint]] = legs;
  }
  return parts;
}
