/**
 * One frame's geometry of a figure: everything the drawing steps need, taken from a pose and
 * written in place. Spaces and units: see rig-schema.ts. Body points are canonical pose points
 * times 100, moved by how far the hips say that the upper body has swayed.
 */
import { ARKIT } from '../../protocol/arkit.ts';
import { BODY, type Pose } from '../../protocol/pose.ts';
import { HairSpring } from './hair-spring.ts';
import type { RigFile } from './rig-schema.ts';

export const UNITS = 100;
/** Where a figure at rest has nose and hips, in pose coordinates; motion is read against these. */
export const REST_NOSE_Y = -0.62;
export const REST_HIP_Y = 1.45;
/** Farther turns than these would show a side of the head that isn't drawn, radians. */
const MAX_YAW = 0.55;
const MAX_PITCH = 0.42;
const MAX_ROLL = 0.5;
/** Elbow and wrist (pose coordinates, avatar's left) for arms that are not tracked. */
const REST_ELBOW = [0.66, 0.78] as const;
const REST_WRIST = [0.6, 1.5] as const;

export type Arm = {
  /** +1 the avatar's left (viewer's right), -1 its right. */
  readonly side: 1 | -1;
  shoulderX: number;
  shoulderY: number;
  elbowX: number;
  elbowY: number;
  wristX: number;
  wristY: number;
};

/** The measures a figure needs; every rig file has them. */
export type FigureMeasures = {
  readonly arms: Pick<RigFile['arms'], 'shoulder'>;
  readonly hair: Pick<RigFile['hair'], 'length' | 'hertz'>;
};

export class Figure {
  readonly left: Arm = createArm(1);
  readonly right: Arm = createArm(-1);
  /** Sway of the upper body over the hips, rig units. */
  swayX = 0;
  swayY = 0;
  /** Rise and shift of each shoulder against rest, rig units. */
  leftX = 0;
  leftY = 0;
  rightX = 0;
  rightY = 0;
  /** Shift of the head (without roll) in body space, rig units. */
  headX = 0;
  headY = 0;
  roll = 0;
  sinYaw = 0;
  cosYaw = 1;
  sinPitch = 0;
  cosPitch = 1;
  /** Drop of the chin, rig units. */
  jaw = 0;
  readonly hair: HairSpring;
  readonly #rig: FigureMeasures;

  constructor(rig: FigureMeasures) {
    this.#rig = rig;
    this.hair = new HairSpring(rig.hair.hertz);
  }

  update(pose: Pose, timeSeconds: number): void {
    this.#updateTorso(pose.body);
    this.#updateHead(pose);
    this.#updateArm(this.left, pose.body, BODY.leftElbow, BODY.leftWrist);
    this.#updateArm(this.right, pose.body, BODY.rightElbow, BODY.rightWrist);
    // The anchor travels with the head's shift, turn and tilt, so each of them sets the hair going.
    const reach = this.#rig.hair.length;
    const anchorX = this.headX - this.roll * reach * 0.8 + this.sinYaw * 14;
    this.hair.update(anchorX, this.headY - this.sinPitch * 10, timeSeconds);
    // Gravity: tips of tilted hair swing back towards the vertical.
    this.hair.x += Math.sin(this.roll) * reach * 0.28;
  }

  #updateTorso(body: Float32Array): void {
    const sure = Math.min(body[BODY.leftHip * 3 + 2]!, body[BODY.rightHip * 3 + 2]!);
    const weight = smoothstep(sure / 0.6);
    const hipX = (body[BODY.leftHip * 3]! + body[BODY.rightHip * 3]!) / 2;
    const hipY = (body[BODY.leftHip * 3 + 1]! + body[BODY.rightHip * 3 + 1]!) / 2;
    this.swayX = -clamp(hipX, 0.3) * weight * UNITS;
    this.swayY = -clamp(hipY - REST_HIP_Y, 0.15) * weight * UNITS;
    this.leftX = shift(body, BODY.leftShoulder, 0, 0.5);
    this.leftY = shift(body, BODY.leftShoulder, 1, 0);
    this.rightX = shift(body, BODY.rightShoulder, 0, -0.5);
    this.rightY = shift(body, BODY.rightShoulder, 1, 0);
  }

  #updateHead(pose: Pose): void {
    const yaw = soft(pose.head[0]!, MAX_YAW);
    const pitch = soft(pose.head[1]!, MAX_PITCH);
    this.roll = soft(pose.head[2]!, MAX_ROLL);
    this.sinYaw = Math.sin(yaw);
    this.cosYaw = Math.cos(yaw);
    this.sinPitch = Math.sin(pitch);
    this.cosPitch = Math.cos(pitch);
    const sure = smoothstep(pose.body[BODY.nose * 3 + 2]! / 0.6);
    // The nose swings with the turn itself; only what is left moves the head.
    const noseX = pose.body[BODY.nose * 3]! - 0.16 * this.sinYaw - 0.6 * Math.sin(this.roll);
    const noseY = pose.body[BODY.nose * 3 + 1]! - REST_NOSE_Y + 0.16 * this.sinPitch;
    this.headX = this.swayX + soft(noseX, 0.16) * sure * UNITS;
    this.headY = this.swayY + soft(noseY, 0.1) * sure * UNITS;
    const face = pose.face;
    this.jaw = Math.max(0, face[ARKIT.jawOpen]! - face[ARKIT.mouthClose]! * 0.4) * 9;
  }

  #updateArm(arm: Arm, body: Float32Array, elbow: number, wrist: number): void {
    const [shoulderX, shoulderY] = this.#rig.arms.shoulder;
    arm.elbowX = this.swayX + joint(body, elbow, 0, REST_ELBOW[0] * arm.side);
    arm.elbowY = this.swayY + joint(body, elbow, 1, REST_ELBOW[1]);
    arm.wristX = this.swayX + joint(body, wrist, 0, REST_WRIST[0] * arm.side);
    arm.wristY = this.swayY + joint(body, wrist, 1, REST_WRIST[1]);
    // A lifted arm takes the shoulder up with it, as the shoulder blade does.
    const lift = 7 * smoothstep((shoulderY + 40 - arm.elbowY) / 80);
    const x = arm.side > 0 ? this.leftX : this.rightX;
    const y = (arm.side > 0 ? this.leftY : this.rightY) - lift;
    if (arm.side > 0) this.leftY = y;
    else this.rightY = y;
    arm.shoulderX = shoulderX * arm.side + this.swayX + x;
    arm.shoulderY = shoulderY + this.swayY + y;
  }
}

function createArm(side: 1 | -1): Arm {
  return { side, shoulderX: 0, shoulderY: 0, elbowX: 0, elbowY: 0, wristX: 0, wristY: 0 };
}

/** A pose point in rig units, faded to its rest place as confidence goes. */
function joint(body: Float32Array, index: number, axis: 0 | 1, rest: number): number {
  const weight = smoothstep(body[index * 3 + 2]! / 0.3);
  return (rest + (body[index * 3 + axis]! - rest) * weight) * UNITS;
}

function shift(body: Float32Array, index: number, axis: 0 | 1, rest: number): number {
  const weight = smoothstep(body[index * 3 + 2]! / 0.3);
  return soft(body[index * 3 + axis]! - rest, 0.2) * weight * UNITS;
}

/** Follows the value near 0 and saturates at the limit. */
function soft(value: number, limit: number): number {
  return limit * Math.tanh(value / limit);
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

export function smoothstep(value: number): number {
  const t = Math.max(0, Math.min(1, value));
  return t * t * (3 - 2 * t);
}
