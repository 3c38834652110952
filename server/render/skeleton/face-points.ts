/**
 * The 70 face points of an OpenPose picture, from the head's angles and the 52 ARKit weights: a
 * standing face in pose coordinates whose points the weights move. The order is iBUG's 68 (jaw,
 * brows, nose, eyes, lips; the avatar's right first), then both pupils. Pure, allocation-free.
 */
import { ARKIT, type ArkitName } from '../../protocol/arkit.ts';
import { BODY, type Pose } from '../../protocol/pose.ts';

export const FACE_POINTS = 70;

type Point = readonly [x: number, y: number];

/** The avatar's right half (the viewer's left), shoulder widths; the other half is its mirror. */
const JAW: readonly Point[] = [
  ...[[-0.27, -0.68], [-0.268, -0.6], [-0.255, -0.52], [-0.235, -0.45]], // prettier-ignore
  ...[[-0.2, -0.385], [-0.15, -0.335], [-0.09, -0.3], [-0.04, -0.285]], // prettier-ignore
] as unknown as readonly Point[];
const CHIN: Point = [0, -0.28];
const BROW = [[-0.215, -0.8], [-0.18, -0.83], [-0.135, -0.84], [-0.09, -0.83], [-0.05, -0.81]] as const; // prettier-ignore
const BRIDGE = [[0, -0.73], [0, -0.695], [0, -0.66], [0, -0.62]] as const; // prettier-ignore
const NOSTRIL = [
  [-0.05, -0.585],
  [-0.025, -0.578],
  [0, -0.57],
] as const;
const EYE = [[-0.18, -0.72], [-0.15, -0.74], [-0.11, -0.74], [-0.08, -0.72], [-0.11, -0.705], [-0.15, -0.705]] as const; // prettier-ignore
const UPPER_LIP = [
  [-0.1, -0.46],
  [-0.06, -0.485],
  [-0.02, -0.495],
  [0, -0.49],
] as const;
const LOWER_LIP = [
  [-0.065, -0.43],
  [-0.03, -0.415],
  [0, -0.41],
] as const;
const UPPER_INSIDE = [
  [-0.085, -0.46],
  [-0.03, -0.469],
  [0, -0.467],
] as const;
const LOWER_INSIDE = [
  [-0.03, -0.452],
  [0, -0.45],
] as const;
const PUPIL: Point = [-0.13, -0.72];

const REST = Float32Array.from(standingFace().flat());
const NOSE_TIP = 30;
/** How far points stand before the head's axis, shoulder widths: they travel so far as it turns. */
const DEPTH = Float32Array.from({ length: FACE_POINTS }, (_, i) => depthAt(i));

/** Writes 70 x (x, y, confidence) in pose coordinates; the face goes where the body's nose is. */
export function writeFacePoints(pose: Pose, out: Float32Array): void {
  const sinYaw = Math.sin(pose.head[0]!);
  const sinPitch = Math.sin(pose.head[1]!);
  const cosRoll = Math.cos(pose.head[2]!);
  const sinRoll = Math.sin(pose.head[2]!);
  for (let i = 0; i < FACE_POINTS; i += 1) {
    out[i * 3] = REST[i * 2]!;
    out[i * 3 + 1] = REST[i * 2 + 1]!;
  }
  moveMouth(pose.face, out);
  moveEyes(pose.face, out);
  for (let i = 0; i < FACE_POINTS; i += 1) {
    const x = out[i * 3]! + DEPTH[i]! * sinYaw;
    const y = out[i * 3 + 1]! - DEPTH[i]! * sinPitch;
    out[i * 3] = x * cosRoll - y * sinRoll;
    out[i * 3 + 1] = x * sinRoll + y * cosRoll;
  }
  follow(pose.body, out);
}

/** Shifts all points so that the tip of the nose is where the body has it. */
function follow(body: Float32Array, out: Float32Array): void {
  const confidence = body[BODY.nose * 3 + 2]!;
  const dx = body[BODY.nose * 3]! - out[NOSE_TIP * 3]!;
  const dy = body[BODY.nose * 3 + 1]! - out[NOSE_TIP * 3 + 1]!;
  for (let i = 0; i < FACE_POINTS; i += 1) {
    out[i * 3] = out[i * 3]! + dx;
    out[i * 3 + 1] = out[i * 3 + 1]! + dy;
    out[i * 3 + 2] = confidence;
  }
}

function moveMouth(face: Float32Array, out: Float32Array): void {
  const jaw = weight(face, 'jawOpen');
  const gap = Math.max(0, jaw - weight(face, 'mouthClose'));
  for (let i = 4; i <= 12; i += 1) shift(out, i, 0, 0.09 * jaw);
  const upper = 0.03 * both(face, 'mouthUpperUpLeft', 'mouthUpperUpRight');
  const lower = 0.12 * gap + 0.04 * both(face, 'mouthLowerDownLeft', 'mouthLowerDownRight');
  const round = weight(face, 'mouthFunnel');
  const narrow = 1 - 0.45 * Math.max(weight(face, 'mouthPucker'), round);
  for (let i = 48; i < 68; i += 1) {
    const below = (i >= 55 && i <= 59) || i >= 65;
    const above = (i >= 49 && i <= 53) || (i >= 61 && i <= 63);
    out[i * 3] = out[i * 3]! * narrow;
    if (below) shift(out, i, 0, lower + 0.02 * round);
    if (above) shift(out, i, 0, -upper - 0.015 * round);
    if (!below && !above) shift(out, i, 0, 0.05 * gap);
  }
  for (const corner of [48, 60, 54, 64]) {
    const left = corner === 54 || corner === 64;
    const smile = weight(face, left ? 'mouthSmileLeft' : 'mouthSmileRight');
    const frown = weight(face, left ? 'mouthFrownLeft' : 'mouthFrownRight');
    const stretch = weight(face, left ? 'mouthStretchLeft' : 'mouthStretchRight');
    const outwards = 0.03 * smile + 0.02 * stretch;
    shift(out, corner, left ? outwards : -outwards, 0.03 * (frown - smile));
  }
}

function moveEyes(face: Float32Array, out: Float32Array): void {
  moveEye(face, out, RIGHT);
  moveEye(face, out, LEFT);
}

type Eye = {
  readonly upper: readonly number[];
  readonly pupil: number;
  readonly brow: readonly number[];
  readonly blink: ArkitName;
  readonly wide: ArkitName;
  readonly browDown: ArkitName;
  readonly browUp: ArkitName;
  readonly up: ArkitName;
  readonly down: ArkitName;
  /** Towards the picture's right. */
  readonly rightwards: ArkitName;
  readonly leftwards: ArkitName;
};

const RIGHT: Eye = {
  ...{ upper: [37, 38], pupil: 68, brow: [17, 18, 19, 20, 21] },
  ...{ blink: 'eyeBlinkRight', wide: 'eyeWideRight', browDown: 'browDownRight' },
  ...{ browUp: 'browOuterUpRight', up: 'eyeLookUpRight', down: 'eyeLookDownRight' },
  ...{ rightwards: 'eyeLookInRight', leftwards: 'eyeLookOutRight' },
};
const LEFT: Eye = {
  ...{ upper: [43, 44], pupil: 69, brow: [26, 25, 24, 23, 22] },
  ...{ blink: 'eyeBlinkLeft', wide: 'eyeWideLeft', browDown: 'browDownLeft' },
  ...{ browUp: 'browOuterUpLeft', up: 'eyeLookUpLeft', down: 'eyeLookDownLeft' },
  ...{ rightwards: 'eyeLookOutLeft', leftwards: 'eyeLookInLeft' },
};

function moveEye(face: Float32Array, out: Float32Array, eye: Eye): void {
  const lid = 0.033 * weight(face, eye.blink) - 0.012 * weight(face, eye.wide);
  for (const point of eye.upper) shift(out, point, 0, lid);
  const across = weight(face, eye.rightwards) - weight(face, eye.leftwards);
  shift(out, eye.pupil, 0.025 * across, 0.012 * (weight(face, eye.down) - weight(face, eye.up)));
  const inner = weight(face, 'browInnerUp');
  const rise = 0.04 * weight(face, eye.browUp) - 0.03 * weight(face, eye.browDown);
  for (let i = 0; i < 5; i += 1) shift(out, eye.brow[i]!, 0, -rise - 0.01 * i * inner);
}

function weight(face: Float32Array, name: ArkitName): number {
  return face[ARKIT[name]]!;
}

function both(face: Float32Array, left: ArkitName, right: ArkitName): number {
  return (weight(face, left) + weight(face, right)) / 2;
}

function shift(points: Float32Array, index: number, dx: number, dy: number): void {
  points[index * 3] = points[index * 3]! + dx;
  points[index * 3 + 1] = points[index * 3 + 1]! + dy;
}

function standingFace(): Point[] {
  // prettier-ignore
  return [
    ...JAW, CHIN, ...mirrored(JAW).reverse(),
    ...BROW, ...mirrored(BROW).reverse(),
    ...BRIDGE, ...NOSTRIL, ...mirrored(NOSTRIL.slice(0, 2)).reverse(),
    ...EYE, ...mirrored([EYE[3], EYE[2], EYE[1], EYE[0], EYE[5], EYE[4]]),
    ...UPPER_LIP, ...mirrored(UPPER_LIP.slice(0, 3)).reverse(),
    ...mirrored(LOWER_LIP.slice(0, 2)), LOWER_LIP[2], ...LOWER_LIP.slice(0, 2).reverse(),
    ...UPPER_INSIDE, ...mirrored(UPPER_INSIDE.slice(0, 2)).reverse(),
    ...mirrored(LOWER_INSIDE.slice(0, 1)), LOWER_INSIDE[1], LOWER_INSIDE[0],
    PUPIL, ...mirrored([PUPIL]),
  ];
}

function mirrored(points: readonly Point[]): Point[] {
  return points.map(([x, y]) => [-x, y]);
}

/** A dome that is flat at the ears and lower at the chin; the nose's tip stands out. */
function depthAt(index: number): number {
  if (index === NOSE_TIP) return 0.16;
  const x = REST[index * 2]! / 0.29;
  const y = (REST[index * 2 + 1]! + 0.65) / 0.5;
  return 0.15 * (1 - 1.1 * x * x) * (1 - 0.4 * y * y);
}
