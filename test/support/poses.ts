/** Named poses and faces for pictures and tests: what a host must be able to show. */
import { ARKIT, type ArkitName } from '../../server/protocol/arkit.ts';
import { IdleMotion } from '../../server/motion/idle.ts';
import { BODY, createPose, type Pose } from '../../server/protocol/pose.ts';

type Point = readonly [number, number];
/** Elbow and wrist of both arms, each measured on its own side (x positive outwards). */
type ArmPose = { right: readonly [Point, Point]; left: readonly [Point, Point] };

const DOWN = [[0.62, 0.82], [0.58, 1.52]] as const; // prettier-ignore
const WAIST = [[0.7, 0.8], [0.21, 1.04]] as const; // prettier-ignore

export const ARM_POSES: Readonly<Record<string, ArmPose>> = {
  rest: { right: WAIST, left: WAIST },
  down: { right: DOWN, left: DOWN },
  wave: { right: [[0.86, 0.66], [1.02, -0.05]], left: WAIST },
  point: { right: WAIST, left: [[0.95, 0.5], [1.18, -0.1]] },
  open: { right: [[0.72, 0.78], [1.1, 0.35]], left: [[0.72, 0.78], [1.12, 0.4]] },
  folded: { right: [[0.68, 0.78], [-0.18, 0.62]], left: [[0.68, 0.78], [-0.12, 0.78]] },
  think: { right: [[0.52, 0.85], [0.2, 0.12]], left: [[0.66, 0.8], [-0.2, 0.92]] },
  raised: { right: [[0.92, -0.35], [0.8, -1.02]], left: [[0.98, 0.1], [1.1, -0.6]] },
  straight: { right: [[1.0, 0.25], [1.2, 0.9]], left: [[1.2, 0.1], [1.26, 0.8]] },
}; // prettier-ignore

/** Folded and stretched fingers, thumb first, for the counting hands. */
export const COUNTS: Readonly<Record<string, readonly boolean[]>> = {
  fist: [false, false, false, false, false],
  one: [false, true, false, false, false],
  two: [false, true, true, false, false],
  three: [true, true, true, false, false],
  four: [false, true, true, true, true],
  five: [true, true, true, true, true],
};

export const EXPRESSIONS: Readonly<Record<string, Partial<Record<ArkitName, number>>>> = {
  neutral: {},
  smile: { mouthSmileLeft: 0.7, mouthSmileRight: 0.7, cheekSquintLeft: 0.4, cheekSquintRight: 0.4 },
  laugh: { mouthSmileLeft: 0.9, mouthSmileRight: 0.9, jawOpen: 0.4, mouthUpperUpLeft: 0.4, mouthUpperUpRight: 0.4, eyeSquintLeft: 0.6, eyeSquintRight: 0.6 },
  surprise: { jawOpen: 0.45, mouthFunnel: 0.3, eyeWideLeft: 1, eyeWideRight: 1, browInnerUp: 0.9, browOuterUpLeft: 0.9, browOuterUpRight: 0.9 },
  sad: { mouthFrownLeft: 0.7, mouthFrownRight: 0.7, browInnerUp: 0.8 },
  angry: { browDownLeft: 0.9, browDownRight: 0.9, mouthPressLeft: 0.5, mouthPressRight: 0.5, eyeSquintLeft: 0.5, eyeSquintRight: 0.5 },
  quarter: { eyeBlinkLeft: 0.25, eyeBlinkRight: 0.25 },
  half: { eyeBlinkLeft: 0.5, eyeBlinkRight: 0.5 },
  threeQuarter: { eyeBlinkLeft: 0.75, eyeBlinkRight: 0.75 },
  closed: { eyeBlinkLeft: 1, eyeBlinkRight: 1, mouthSmileLeft: 0.3, mouthSmileRight: 0.3 },
  wink: { eyeBlinkLeft: 1, mouthSmileLeft: 0.7, mouthSmileRight: 0.3, browOuterUpRight: 0.6 },
  lookLeft: { eyeLookOutLeft: 0.8, eyeLookInRight: 0.8 },
  lookRight: { eyeLookInLeft: 0.8, eyeLookOutRight: 0.8 },
  lookUp: { eyeLookUpLeft: 0.8, eyeLookUpRight: 0.8 },
  lookDown: { eyeLookDownLeft: 0.8, eyeLookDownRight: 0.8 },
}; // prettier-ignore

/** The idle pose of a moment without blink or glance, neutral of face. */
export function restPose(): Pose {
  const pose = createPose();
  new IdleMotion(1).update(0, { voice: 0, stress: 0 }, pose);
  pose.head.fill(0);
  pose.face.fill(0);
  pose.body[BODY.nose * 3] = 0;
  pose.body[BODY.nose * 3 + 1] = -0.62;
  return pose;
}

export function setArms(pose: Pose, arms: ArmPose): void {
  const put = (index: number, x: number, y: number): void => {
    pose.body.set([x, y, 1], index * 3);
  };
  put(BODY.rightElbow, -arms.right[0][0], arms.right[0][1]);
  put(BODY.rightWrist, -arms.right[1][0], arms.right[1][1]);
  put(BODY.leftElbow, ...arms.left[0]);
  put(BODY.leftWrist, ...arms.left[1]);
}

export function setFace(pose: Pose, face: Partial<Record<ArkitName, number>>): void {
  for (const [name, weight] of Object.entries(face)) pose.face[ARKIT[name as ArkitName]] = weight;
}

/** Nose where a head with these angles has it. */
export function setHead(pose: Pose, yaw: number, pitch: number, roll: number): void {
  pose.head.set([yaw, pitch, roll]);
  pose.body[BODY.nose * 3] = 0.16 * Math.sin(yaw) + 0.6 * Math.sin(roll);
  pose.body[BODY.nose * 3 + 1] = -0.62 - 0.16 * Math.sin(pitch);
}

/** Angles from the hand's axis (radians, thumb side negative) and lengths of the stretched fingers. */
const FAN = [-0.75, -0.28, -0.06, 0.13, 0.36] as const;
const ROOT = [[0.1, -0.13], [0.4, -0.13], [0.42, -0.03], [0.4, 0.07], [0.36, 0.15]] as const; // prettier-ignore
const REACH = [0.3, 0.46, 0.5, 0.46, 0.36] as const;

/** A raised, tracked hand with its palm to the viewer that stretches the given fingers. */
export function setCountingHand(pose: Pose, side: 1 | -1, stretched: readonly boolean[]): void {
  const hand = side > 0 ? pose.leftHand : pose.rightHand;
  const wrist = side > 0 ? BODY.leftWrist : BODY.rightWrist;
  const wristX = pose.body[wrist * 3]!;
  const wristY = pose.body[wrist * 3 + 1]!;
  const size = 0.45;
  // Along is up; a palm towards the viewer has its thumb towards the body's middle.
  const put = (index: number, along: number, across: number): void => {
    hand.set([wristX + across * size * side, wristY - along * size, 1], index * 3);
  };
  put(0, 0, 0);
  for (let finger = 0; finger < 5; finger += 1) {
    const [along, across] = ROOT[finger]!;
    const angle = FAN[finger]!;
    for (let joint = 0; joint < 4; joint += 1) {
      const share = [0, 0.45, 0.75, 1][joint]! * REACH[finger]!;
      const bent = [0, 0.16, 0.1, -0.04][joint]!;
      if (stretched[finger]) {
        put(
          finger * 4 + 1 + joint,
          along + Math.cos(angle) * share,
          across + Math.sin(angle) * share,
        );
      } else if (finger > 0) put(finger * 4 + 1 + joint, along + bent, across * (1 - joint * 0.04));
      else put(1 + joint, along + joint * 0.09, across + [0, -0.04, 0.05, 0.15][joint]!);
    }
  }
}
