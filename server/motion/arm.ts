/**
 * Arms as bones in the picture's plane: which joints they join, how a bone turns, and how one arm
 * blends into another. Pure; the classes hold nothing but room to calculate in.
 */
import { BODY } from '../protocol/pose.ts';

export type Vector = [x: number, y: number];

export type Arm = {
  /** +1 the avatar's left (viewer's right, x > 0), -1 its right. */
  readonly side: 1 | -1;
  readonly shoulder: number;
  readonly elbow: number;
  readonly wrist: number;
  readonly hand: 'leftHand' | 'rightHand';
};

export const ARMS: readonly [right: Arm, left: Arm] = [
  {
    side: -1,
    shoulder: BODY.rightShoulder,
    elbow: BODY.rightElbow,
    wrist: BODY.rightWrist,
    hand: 'rightHand',
  },
  {
    side: 1,
    shoulder: BODY.leftShoulder,
    elbow: BODY.leftElbow,
    wrist: BODY.leftWrist,
    hand: 'leftHand',
  },
];

/** Length of a vector. Math.hypot boxes its arguments: garbage in every frame. */
export function lengthOf(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** Shorter bones have no direction. */
const LEAST_LENGTH = 1e-4;

/**
 * Turns `bone` towards `target` by `weight` (0..1) the shorter way round, its length likewise.
 * Where one of them has no direction both are blended as points.
 */
export function turnTowards(bone: Vector, target: Readonly<Vector>, weight: number): void {
  const ax = bone[0];
  const ay = bone[1];
  const bx = target[0];
  const by = target[1];
  const from = lengthOf(ax, ay);
  const to = lengthOf(bx, by);
  if (from < LEAST_LENGTH || to < LEAST_LENGTH || weight === 1) {
    bone[0] = ax + (bx - ax) * weight;
    bone[1] = ay + (by - ay) * weight;
    return;
  }
  const angle = Math.atan2(ax * by - ay * bx, ax * bx + ay * by) * weight;
  const scale = (from + (to - from) * weight) / from;
  const cos = Math.cos(angle) * scale;
  const sin = Math.sin(angle) * scale;
  bone[0] = ax * cos - ay * sin;
  bone[1] = ax * sin + ay * cos;
}

/** Writes the way from point `a` of one body to point `b` of another. */
export function boneBetween(
  from: Float32Array,
  a: number,
  to: Float32Array,
  b: number,
  bone: Vector,
): void {
  bone[0] = to[b * 3]! - from[a * 3]!;
  bone[1] = to[b * 3 + 1]! - from[a * 3 + 1]!;
}

/** Puts point `joint` at the end of a bone that starts at `from`. */
export function setEnd(body: Float32Array, from: number, bone: Vector, joint: number): void {
  body[joint * 3] = body[from * 3]! + bone[0];
  body[joint * 3 + 1] = body[from * 3 + 1]! + bone[1];
}

export class ArmBlend {
  readonly #upper: Vector = [0, 0];
  readonly #fore: Vector = [0, 0];
  readonly #aim: Vector = [0, 0];

  /**
   * Turns the arm of `out` towards the arm of `layer`, the upper arm by `atElbow`, the forearm by
   * `atWrist` (0..1). The layer's upper arm is measured from the shoulder of `out`, so at full
   * weight the elbow lies exactly where the layer has it, and so does the wrist.
   */
  blend(out: Float32Array, layer: Float32Array, arm: Arm, atElbow: number, atWrist: number): void {
    if (atElbow === 0 && atWrist === 0) return;
    const { shoulder, elbow, wrist } = arm;
    const upper = this.#upper;
    const fore = this.#fore;
    const aim = this.#aim;
    boneBetween(out, shoulder, out, elbow, upper);
    boneBetween(out, elbow, out, wrist, fore);
    if (atElbow > 0) {
      boneBetween(out, shoulder, layer, elbow, aim);
      turnTowards(upper, aim, atElbow);
      setEnd(out, shoulder, upper, elbow);
    }
    if (atWrist > 0) {
      boneBetween(atElbow > 0 ? layer : out, elbow, layer, wrist, aim);
      turnTowards(fore, aim, atWrist);
    }
    setEnd(out, elbow, fore, wrist);
  }
}
