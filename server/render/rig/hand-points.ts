/**
 * The 21 OpenPose hand points in rig units: the tracked ones, or a relaxed hand that follows the
 * forearm and opens as it is raised. Pure; writes x, y pairs into `out`.
 */
import { smoothstep, UNITS, type Arm } from './figure.ts';

/** Along the forearm, across it (thumb negative), in hand lengths; the avatar's right hand. */
const RELAXED = [
  0, 0, 0.13, -0.14, 0.28, -0.25, 0.42, -0.29, 0.54, -0.28, 0.46, -0.135, 0.66, -0.135, 0.79, -0.1,
  0.88, -0.045, 0.48, -0.035, 0.7, -0.03, 0.84, 0.005, 0.93, 0.055, 0.46, 0.065, 0.67, 0.075, 0.79,
  0.105, 0.87, 0.145, 0.42, 0.155, 0.57, 0.17, 0.67, 0.19, 0.74, 0.215,
] as const; // prettier-ignore
const OPEN = [
  0, 0, 0.13, -0.15, 0.26, -0.28, 0.38, -0.38, 0.49, -0.45, 0.47, -0.15, 0.7, -0.215, 0.84, -0.245,
  0.95, -0.265, 0.49, -0.035, 0.74, -0.05, 0.89, -0.055, 1.01, -0.06, 0.46, 0.075, 0.69, 0.105, 0.83,
  0.125, 0.94, 0.14, 0.41, 0.17, 0.57, 0.235, 0.68, 0.275, 0.77, 0.305,
] as const; // prettier-ignore

export type HandFacing = {
  /** Which way the palm faces: +1 the viewer sees the back, -1 the palm, between: edge on. */
  back: number;
};

export function placeHand(
  hand: Float32Array,
  arm: Arm,
  length: number,
  out: Float32Array,
  facing: HandFacing,
): void {
  let sure = 0;
  for (let i = 0; i < 21; i += 1) sure += hand[i * 3 + 2]! / 21;
  const weight = smoothstep((sure - 0.05) / 0.25);
  relax(arm, length, out);
  if (weight > 0) {
    for (let i = 0; i < 21; i += 1) {
      const x = arm.wristX + (hand[i * 3]! - hand[0]!) * UNITS;
      const y = arm.wristY + (hand[i * 3 + 1]! - hand[1]!) * UNITS;
      out[i * 2] = out[i * 2]! + (x - out[i * 2]!) * weight;
      out[i * 2 + 1] = out[i * 2 + 1]! + (y - out[i * 2 + 1]!) * weight;
    }
  }
  // Index knuckle to little finger's knuckle, seen from the wrist: which side is towards us.
  const ax = out[10]! - out[0]!;
  const ay = out[11]! - out[1]!;
  const bx = out[34]! - out[0]!;
  const by = out[35]! - out[1]!;
  const area = (ax * by - ay * bx) / (length * length * 0.12);
  facing.back = Math.max(-1, Math.min(1, area * 2 * -arm.side));
}

function relax(arm: Arm, length: number, out: Float32Array): void {
  const reach = Math.max(1e-3, Math.hypot(arm.wristX - arm.elbowX, arm.wristY - arm.elbowY));
  const ux = (arm.wristX - arm.elbowX) / reach;
  const uy = (arm.wristY - arm.elbowY) / reach;
  const raised = smoothstep((0.15 - uy) / 0.75);
  // Raising the forearm turns the palm to the viewer: the thumb passes over to the other side.
  const turn = Math.cos(Math.PI * raised) * -arm.side;
  const across = Math.abs(turn) < 0.35 ? 0.35 * Math.sign(turn || 1) : turn;
  for (let i = 0; i < 21; i += 1) {
    const a = (RELAXED[i * 2]! + (OPEN[i * 2]! - RELAXED[i * 2]!) * raised) * length;
    const b = (RELAXED[i * 2 + 1]! + (OPEN[i * 2 + 1]! - RELAXED[i * 2 + 1]!) * raised) * length;
    out[i * 2] = arm.wristX + ux * a - uy * b * across;
    out[i * 2 + 1] = arm.wristY + uy * a + ux * b * across;
  }
}
