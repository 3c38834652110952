/**
 * No pop: nothing moves farther in one frame than MAX_STEP says, whatever the sources do. A limit
 * that is reached lets the joint go on towards where it should be in the next frames. Arms are
 * limited as bones that turn, so that a limited arm keeps its length. Pure, allocation-free; hands
 * are relative to their wrists here. Engine thread, one per avatar, owned by its mixer.
 */
import { BODY, copyPose, createPose, HAND_COUNT, type Pose } from '../protocol/pose.ts';
import { ARMS, boneBetween, lengthOf, setEnd, turnTowards, type Arm, type Vector } from './arm.ts';

/**
 * The bound of one frame (40 ms): shoulder widths for points, radians for the head's angles. A
 * wrist's 0.5 is 12.5 shoulder widths a second, about 4.5 m/s: a quick wave. Fingers are measured
 * against their wrist.
 */
export const MAX_STEP = {
  torso: 0.06,
  elbow: 0.3,
  wrist: 0.5,
  leg: 0.15,
  headPoint: 0.15,
  headAngle: 0.2,
  finger: 0.25,
} as const;

const HIPS = [BODY.rightHip, BODY.leftHip];
const LEGS = [BODY.rightKnee, BODY.rightAnkle, BODY.leftKnee, BODY.leftAnkle];
const HEAD = [BODY.nose, BODY.rightEye, BODY.leftEye, BODY.rightEar, BODY.leftEar];
/** A hand below this confidence isn't seen: it may be anywhere. */
const HAND_SEEN = 0.05;
/** Shares of an arm's step that are tried; the last is nearly none. */
const MOST_TRIES = 12;
/** Each try aims a little under the bound, for arms move on arcs. */
const UNDER = 0.97;

export class SpeedLimit {
  readonly #last: Pose = createPose();
  readonly #arm = new ArmLimit();
  #started = false;

  /** Moves `pose` to within reach of the last one. The first one is taken as it is. */
  apply(pose: Pose): void {
    if (this.#started) this.#hold(pose);
    copyPose(pose, this.#last);
    this.#started = true;
  }

  #hold(pose: Pose): void {
    const { body, head } = pose;
    const last = this.#last;
    for (const joint of HIPS) holdPoint(body, last.body, joint * 3, MAX_STEP.torso);
    for (const joint of LEGS) holdPoint(body, last.body, joint * 3, MAX_STEP.leg);
    for (const joint of HEAD) holdPoint(body, last.body, joint * 3, MAX_STEP.headPoint);
    for (let i = 0; i < 3; i += 1) {
      const change = head[i]! - last.head[i]!;
      const most = MAX_STEP.headAngle;
      head[i] = last.head[i]! + Math.max(-most, Math.min(most, change));
    }
    for (const arm of ARMS) {
      this.#arm.hold(body, last.body, arm);
      if (last[arm.hand][2]! < HAND_SEEN) continue;
      for (let i = 0; i < HAND_COUNT * 3; i += 3) {
        holdPoint(pose[arm.hand], last[arm.hand], i, MAX_STEP.finger);
      }
    }
  }
}

class ArmLimit {
  readonly #upper: Vector = [0, 0];
  readonly #fore: Vector = [0, 0];
  readonly #upperAim: Vector = [0, 0];
  readonly #foreAim: Vector = [0, 0];

  hold(body: Float32Array, last: Float32Array, arm: Arm): void {
    const { shoulder, elbow, wrist } = arm;
    boneBetween(body, shoulder, body, elbow, this.#upperAim);
    boneBetween(body, elbow, body, wrist, this.#foreAim);
    holdPoint(body, last, shoulder * 3, MAX_STEP.torso);
    let share = 1;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      this.#place(body, last, arm, share);
      const reach = Math.max(
        distance(body, last, elbow) / MAX_STEP.elbow,
        distance(body, last, wrist) / MAX_STEP.wrist,
      );
      if (reach <= 1) return;
      share *= UNDER / reach;
    }
    // Arcs so tight don't come from bodies; straight steps are always within the bound.
    holdPoint(body, last, elbow * 3, MAX_STEP.elbow);
    holdPoint(body, last, wrist * 3, MAX_STEP.wrist);
  }

  /** Both bones turned from where they were by a share of the way. */
  #place(body: Float32Array, last: Float32Array, arm: Arm, share: number): void {
    const { shoulder, elbow, wrist } = arm;
    boneBetween(last, shoulder, last, elbow, this.#upper);
    boneBetween(last, elbow, last, wrist, this.#fore);
    turnTowards(this.#upper, this.#upperAim, share);
    turnTowards(this.#fore, this.#foreAim, share);
    setEnd(body, shoulder, this.#upper, elbow);
    setEnd(body, elbow, this.#fore, wrist);
  }
}

/** Brings a point (its index in floats) to within `most` of where it was. */
function holdPoint(points: Float32Array, last: Float32Array, index: number, most: number): void {
  const dx = points[index]! - last[index]!;
  const dy = points[index + 1]! - last[index + 1]!;
  const far = lengthOf(dx, dy);
  if (far <= most) return;
  points[index] = last[index]! + (dx * most) / far;
  points[index + 1] = last[index + 1]! + (dy * most) / far;
}

function distance(a: Float32Array, b: Float32Array, joint: number): number {
  return lengthOf(a[joint * 3]! - b[joint * 3]!, a[joint * 3 + 1]! - b[joint * 3 + 1]!);
}
