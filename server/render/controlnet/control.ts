/**
 * What steers a pose-controlled network: the pose as one vector of resolved points and angles. The
 * recipe that renders training pictures uses this very code, so that a network never meets a vector
 * made otherwise than those it learned from. Pure; no allocation but at construction.
 *
 * Untracked joints are at rest and untracked hands relaxed, as on the drawn hosts, whose geometry
 * this is. Lengths are in shoulder widths from the neck (x to the viewer's right, y down), angles in
 * radians. models/training/controlnet/control.py reads the same layout.
 */
import type { Pose } from '../../protocol/pose.ts';
import { handIsInFront } from '../rig/arm-order.ts';
import { Figure, UNITS, type Arm, type FigureMeasures } from '../rig/figure.ts';
import { placeHand, type HandFacing } from '../rig/hand-points.ts';

/** Where each part of the vector begins. Right is the avatar's right; it comes first. */
export const CONTROL = {
  /** Sway x, y; left shoulder's shift x, y; right shoulder's shift x, y. */
  torso: 0,
  /** Shift x, y; roll; sine of yaw, of pitch; the chin's drop; the hair tips' swing x, y. */
  head: 6,
  /** Shoulder, elbow, wrist: x, y each. */
  rightArm: 14,
  leftArm: 20,
  /** 1 when the hand is drawn over its sleeve, right and left. */
  inFront: 26,
  /** 1 the back of the hand is seen, -1 the palm, right and left. */
  facing: 28,
  /** 21 points x, y each. */
  rightHand: 30,
  leftHand: 72,
} as const;
export const CONTROL_LENGTH = 114;

/** What the vector needs to know of a figure, rig units. */
export type ControlMeasures = FigureMeasures & { readonly hands: { readonly length: number } };

export class Control {
  readonly vector = new Float32Array(CONTROL_LENGTH);
  readonly figure: Figure;
  readonly #handLength: number;
  readonly #hand = new Float32Array(42);
  readonly #facing: HandFacing = { back: 1 };

  constructor(measures: ControlMeasures) {
    this.figure = new Figure(measures);
    this.#handLength = measures.hands.length;
  }

  /** Follows the pose to `timeSeconds`, the hair's swing included. */
  update(pose: Pose, timeSeconds: number): void {
    this.figure.update(pose, timeSeconds);
    this.write(pose);
  }

  /** Writes the vector of the figure as it stands. */
  write(pose: Pose): void {
    const { figure, vector } = this;
    const torso = [figure.swayX, figure.swayY, figure.leftX, figure.leftY, figure.rightX, figure.rightY]; // prettier-ignore
    for (let i = 0; i < torso.length; i += 1) vector[CONTROL.torso + i] = torso[i]! / UNITS;
    const at = CONTROL.head;
    vector[at] = figure.headX / UNITS;
    vector[at + 1] = figure.headY / UNITS;
    vector[at + 2] = figure.roll;
    vector[at + 3] = figure.sinYaw;
    vector[at + 4] = figure.sinPitch;
    vector[at + 5] = figure.jaw / UNITS;
    vector[at + 6] = figure.hair.x / UNITS;
    vector[at + 7] = figure.hair.y / UNITS;
    this.#writeArm(figure.right, CONTROL.rightArm, 0);
    this.#writeArm(figure.left, CONTROL.leftArm, 1);
    this.#writeHand(pose.rightHand, figure.right, CONTROL.rightHand, 0);
    this.#writeHand(pose.leftHand, figure.left, CONTROL.leftHand, 1);
  }

  #writeArm(arm: Arm, at: number, side: 0 | 1): void {
    const { vector } = this;
    vector[at] = arm.shoulderX / UNITS;
    vector[at + 1] = arm.shoulderY / UNITS;
    vector[at + 2] = arm.elbowX / UNITS;
    vector[at + 3] = arm.elbowY / UNITS;
    vector[at + 4] = arm.wristX / UNITS;
    vector[at + 5] = arm.wristY / UNITS;
    vector[CONTROL.inFront + side] = handIsInFront(arm) ? 1 : 0;
  }

  #writeHand(points: Float32Array, arm: Arm, at: number, side: 0 | 1): void {
    placeHand(points, arm, this.#handLength, this.#hand, this.#facing);
    for (let i = 0; i < 42; i += 1) this.vector[at + i] = this.#hand[i]! / UNITS;
    this.vector[CONTROL.facing + side] = this.#facing.back;
  }
}
