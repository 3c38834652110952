/**
 * The mouth's geometry from ARKit weights: pure, head space, rig units. The skull holds the upper
 * teeth, the jaw the lower ones; lips move between them. Factors were set by eye on the rig's
 * contact sheets.
 */
import { ARKIT } from '../../protocol/arkit.ts';
import type { RigFile } from './rig-schema.ts';

export type MouthShape = {
  /** Corners of the mouth; x is positive on the avatar's left. */
  leftX: number;
  leftY: number;
  rightX: number;
  rightY: number;
  /** Middle of the mouth, and of the lower lip (the jaw may slide). */
  upperX: number;
  lowerX: number;
  /** Heights at the middle, top to bottom: outer and inner edge of both lips. */
  upperOuterY: number;
  upperInnerY: number;
  lowerInnerY: number;
  lowerOuterY: number;
  /** Height of the cupid's bow. */
  bow: number;
  /** 0 a slit with pointed corners, 1 an ellipse. */
  round: number;
  /** Opening at the middle. */
  gap: number;
  upperTeethY: number;
  lowerTeethY: number;
  tongueY: number;
  tongueWidth: number;
  /** 1 when the tongue's tip lies on the upper teeth. */
  tongueTip: number;
  smile: number;
};

export function createMouthShape(): MouthShape {
  return {
    leftX: 0,
    leftY: 0,
    rightX: 0,
    rightY: 0,
    upperX: 0,
    lowerX: 0,
    upperOuterY: 0,
    upperInnerY: 0,
    lowerInnerY: 0,
    lowerOuterY: 0,
    bow: 0,
    round: 0,
    gap: 0,
    upperTeethY: 0,
    lowerTeethY: 0,
    tongueY: 0,
    tongueWidth: 0,
    tongueTip: 0,
    smile: 0,
  };
}

export function shapeMouth(face: Float32Array, data: RigFile['mouth'], out: MouthShape): void {
  const pucker = face[ARKIT.mouthPucker]!;
  const funnel = face[ARKIT.mouthFunnel]!;
  const rollLower = face[ARKIT.mouthRollLower]!;
  const upperUp = mean(face, ARKIT.mouthUpperUpLeft, ARKIT.mouthUpperUpRight);
  const lowerDown = mean(face, ARKIT.mouthLowerDownLeft, ARKIT.mouthLowerDownRight);
  const shrugUpper = face[ARKIT.mouthShrugUpper]!;
  const shrugLower = face[ARKIT.mouthShrugLower]!;
  const closing = Math.min(1, face[ARKIT.mouthClose]!);
  const drop = Math.max(0, face[ARKIT.jawOpen]! - closing) * 15;
  out.gap = Math.max(0, drop + lowerDown * 3 + upperUp * 1.9 + funnel * 2.2 - shrugLower * 1.5);
  const rise = upperUp * 1.9 + funnel * 0.7 + shrugUpper * 0.8 + Math.min(1.2, drop * 0.14);
  out.upperInnerY = data.y - Math.min(rise, out.gap * 0.75);
  out.lowerInnerY = out.upperInnerY + out.gap;
  out.upperX = (face[ARKIT.mouthLeft]! - face[ARKIT.mouthRight]!) * 2.5;
  out.lowerX = out.upperX + (face[ARKIT.jawLeft]! - face[ARKIT.jawRight]!) * 2.5;
  out.round = Math.min(1, pucker * 0.8 + funnel * 0.9 + out.gap * 0.035);
  shapeLips(face, data, out);
  shapeCorner(face, data, 1, out);
  shapeCorner(face, data, -1, out);
  out.smile = mean(face, ARKIT.mouthSmileLeft, ARKIT.mouthSmileRight);
  // Rounded lips come forward over the teeth.
  out.upperTeethY = data.y + 2.2 - rollLower * 0.3 - Math.min(2, pucker * 2.4 + funnel * 1.6);
  out.lowerTeethY = out.lowerInnerY - 0.4 - lowerDown * 1.1;
  const tongue = Math.min(1, face[ARKIT.tongueOut]! * 1.6);
  const floor = out.lowerInnerY - 1.6 - out.gap * 0.16;
  out.tongueY = floor + (out.upperTeethY - 0.9 - floor) * tongue;
  out.tongueWidth = Math.abs(out.leftX - out.rightX) * (0.31 - 0.05 * tongue);
  out.tongueTip = tongue;
}

function shapeLips(face: Float32Array, data: RigFile['mouth'], out: MouthShape): void {
  const pucker = face[ARKIT.mouthPucker]!;
  const funnel = face[ARKIT.mouthFunnel]!;
  const press = mean(face, ARKIT.mouthPressLeft, ARKIT.mouthPressRight);
  const stretched = mean(face, ARKIT.mouthStretchLeft, ARKIT.mouthStretchRight);
  const smile = mean(face, ARKIT.mouthSmileLeft, ARKIT.mouthSmileRight);
  const flat = (1 - 0.3 * press) * (1 - 0.12 * stretched) * (1 - 0.14 * smile);
  const full = 1 + 0.3 * pucker + 0.2 * funnel - Math.min(0.14, out.gap * 0.012);
  const upper = data.upperLip * flat * full * (1 - 0.62 * face[ARKIT.mouthRollUpper]!);
  const lower = data.lowerLip * flat * full * (1 - 0.72 * face[ARKIT.mouthRollLower]!);
  out.upperOuterY = out.upperInnerY - upper;
  out.lowerOuterY = out.lowerInnerY + lower;
  out.bow = data.bow * (1 - 0.4 * stretched) * (1 - 0.3 * smile);
}

function shapeCorner(
  face: Float32Array,
  data: RigFile['mouth'],
  side: 1 | -1,
  out: MouthShape,
): void {
  const left = side > 0;
  const smile = face[left ? ARKIT.mouthSmileLeft : ARKIT.mouthSmileRight]!;
  const frown = face[left ? ARKIT.mouthFrownLeft : ARKIT.mouthFrownRight]!;
  const stretch = face[left ? ARKIT.mouthStretchLeft : ARKIT.mouthStretchRight]!;
  const dimple = face[left ? ARKIT.mouthDimpleLeft : ARKIT.mouthDimpleRight]!;
  const wide = 1 + 0.2 * smile + 0.18 * stretch + 0.06 * dimple + 0.03 * frown;
  const narrow = 1 - 0.42 * face[ARKIT.mouthPucker]! - 0.3 * face[ARKIT.mouthFunnel]!;
  const drawn = 1 - Math.min(0.16, out.gap * 0.011);
  const x = out.upperX + side * data.halfWidth * Math.max(0.4, wide * narrow) * drawn;
  const middle = out.upperInnerY + out.gap * (0.3 + 0.16 * out.round);
  const y = middle - 0.5 - smile * 4.4 + frown * 3 + stretch * 0.5 - dimple * 0.4;
  if (left) {
    out.leftX = x;
    out.leftY = y;
  } else {
    out.rightX = x;
    out.rightY = y;
  }
}

function mean(face: Float32Array, left: number, right: number): number {
  return (face[left]! + face[right]!) / 2;
}
