/** Whether a hand is drawn over its own sleeve. Pure. */
import type { Arm } from './figure.ts';

/** A forearm that looks shorter than this (rig units; at full length about 75) comes at the viewer. */
const TOWARDS_VIEWER = 34;
/** The middle of the hand lies this far beyond the wrist. */
const HAND_MIDDLE = 12;
/** Nearer to the upper arm's axis than this, the hand is on it. */
const ON_UPPER_ARM = 18;

/**
 * Usually the hand comes out of the cuff, so the sleeve covers its root. When the forearm comes at
 * the viewer, or folds back over the upper arm, the hand is nearer than all of the sleeve.
 */
export function handIsInFront(arm: Arm): boolean {
  const foreX = arm.wristX - arm.elbowX;
  const foreY = arm.wristY - arm.elbowY;
  const fore = Math.max(1e-3, Math.hypot(foreX, foreY));
  if (fore < TOWARDS_VIEWER) return true;
  const handX = arm.wristX + (foreX / fore) * HAND_MIDDLE - arm.shoulderX;
  const handY = arm.wristY + (foreY / fore) * HAND_MIDDLE - arm.shoulderY;
  const upperX = arm.elbowX - arm.shoulderX;
  const upperY = arm.elbowY - arm.shoulderY;
  const length = Math.max(1e-3, upperX * upperX + upperY * upperY);
  const along = Math.max(0, Math.min(1, (handX * upperX + handY * upperY) / length));
  return Math.hypot(handX - upperX * along, handY - upperY * along) < ON_UPPER_ARM;
}
