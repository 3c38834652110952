/**
 * Draws a canonical pose as a mannequin: the avatar's left arm and the right one in colours of their
 * own, so that sides can't be confused. Canvas 2-D, main thread, no state.
 */
import { ARKIT } from '../../../server/protocol/arkit.ts';
import { BODY, HAND_COUNT, type Pose } from '../../../server/protocol/pose.ts';

/** Where the neck lies on the canvas and how many pixels a shoulder width takes. */
export type Stage = { readonly x: number; readonly y: number; readonly scale: number };

export type Ink = {
  readonly trunk: string;
  readonly left: string;
  readonly right: string;
  readonly face: string;
};

export const INK: Ink = {
  trunk: '#aab0bd',
  left: '#4a7dff',
  right: '#f0883e',
  face: '#39404f',
};
/** For onion skins: before in blue, after in red. */
export const BEFORE: Ink = single('#5b8def');
export const AFTER: Ink = single('#e0607e');

/** What has to fit: shoulder widths above and below the neck, and to either side. */
const FRAMES = {
  tile: { above: 1.25, below: 1.45, side: 1.35 },
  editor: { above: 1.75, below: 1.95, side: 1.9 },
} as const;

export function stageFor(width: number, height: number, frame: keyof typeof FRAMES): Stage {
  const { above, below, side } = FRAMES[frame];
  const scale = Math.min(height / (above + below), width / (2 * side));
  return { x: width / 2, y: (height * above) / (above + below), scale };
}

type Context = CanvasRenderingContext2D;

export function drawFigure(context: Context, pose: Pose, stage: Stage, ink: Ink = INK): void {
  const at = (joint: keyof typeof BODY): Point => placeOf(pose.body, BODY[joint], stage);
  context.save();
  context.lineCap = 'round';
  context.lineJoin = 'round';
  drawTrunk(context, at, stage, ink);
  drawHead(context, pose, stage, ink);
  // The arm that is nearer to the middle lies in front.
  for (const side of ['right', 'left'] as const) drawArm(context, { pose, side, at, stage, ink });
  context.restore();
}

type Point = readonly [x: number, y: number];
type At = (joint: keyof typeof BODY) => Point;

function placeOf(points: Float32Array, index: number, { x, y, scale }: Stage): Point {
  return [x + points[index * 3]! * scale, y + points[index * 3 + 1]! * scale];
}

function drawTrunk(context: Context, at: At, { scale }: Stage, ink: Ink): void {
  const [leftShoulder, rightShoulder] = [at('leftShoulder'), at('rightShoulder')];
  const [leftHip, rightHip] = [at('leftHip'), at('rightHip')];
  const neck = at('neck');
  context.fillStyle = ink.trunk;
  context.strokeStyle = ink.trunk;
  context.lineWidth = 0.3 * scale;
  context.beginPath();
  context.moveTo(...rightShoulder);
  context.lineTo(...leftShoulder);
  context.lineTo(...leftHip);
  context.lineTo(...rightHip);
  context.closePath();
  context.fill();
  context.stroke();
  const nose = at('nose');
  context.lineWidth = 0.26 * scale;
  line(context, neck, [mid(neck[0], nose[0]), mid(neck[1], nose[1])]);
}

/** An oval that leans and looks as the head does. */
function drawHead(context: Context, pose: Pose, stage: Stage, ink: Ink): void {
  const nose = placeOf(pose.body, BODY.nose, stage);
  const [yaw = 0, pitch = 0, roll = 0] = pose.head;
  const { scale } = stage;
  context.save();
  context.translate(...nose);
  context.rotate(roll);
  const side = Math.sin(yaw) * 0.16 * scale;
  const up = -Math.sin(pitch) * 0.16 * scale;
  context.translate(-side * 0.9, -up * 0.9);
  context.fillStyle = ink.trunk;
  context.beginPath();
  context.ellipse(0, -0.06 * scale, 0.36 * scale, 0.46 * scale, 0, 0, 2 * Math.PI);
  context.fill();
  context.translate(side, up);
  drawFace(context, pose.face, scale, ink);
  context.restore();
}

function drawFace(context: Context, face: Float32Array, scale: number, ink: Ink): void {
  context.strokeStyle = ink.face;
  context.fillStyle = ink.face;
  context.lineWidth = Math.max(1, 0.035 * scale);
  for (const side of [1, -1] as const) {
    const names = side > 0 ? LEFT_FACE : RIGHT_FACE;
    const open = 1 - face[ARKIT[names.blink]]! + 0.4 * face[ARKIT[names.wide]]!;
    const x = 0.14 * side * scale;
    context.beginPath();
    const height = Math.max(0.008, 0.05 * open) * scale;
    context.ellipse(x, -0.1 * scale, 0.04 * scale, height, 0, 0, 2 * Math.PI);
    context.fill();
    const brow = face[ARKIT.browInnerUp]! * 0.06 - face[ARKIT[names.brow]]! * 0.06;
    line(
      context,
      [x - 0.07 * scale * side, (-0.235 - brow) * scale],
      [x + 0.07 * scale * side, (-0.225 - 0.05 * face[ARKIT[names.outer]]!) * scale],
    );
  }
  const smile = mid(face[ARKIT.mouthSmileLeft]!, face[ARKIT.mouthSmileRight]!);
  const frown = mid(face[ARKIT.mouthFrownLeft]!, face[ARKIT.mouthFrownRight]!);
  const open = face[ARKIT.jawOpen]! * 0.16 * scale;
  const bend = (0.015 + 0.14 * (smile - frown)) * scale;
  const wide = (0.1 + 0.05 * smile - 0.05 * face[ARKIT.mouthPucker]!) * scale;
  const y = 0.15 * scale;
  context.beginPath();
  context.moveTo(-wide, y - bend / 2);
  context.quadraticCurveTo(0, y + bend, wide, y - bend / 2);
  context.quadraticCurveTo(0, y + bend + open * 1.6, -wide, y - bend / 2);
  context.stroke();
  if (open > 1) context.fill();
}

const LEFT_FACE = { blink: 'eyeBlinkLeft', wide: 'eyeWideLeft', brow: 'browDownLeft', outer: 'browOuterUpLeft' } as const; // prettier-ignore
const RIGHT_FACE = { blink: 'eyeBlinkRight', wide: 'eyeWideRight', brow: 'browDownRight', outer: 'browOuterUpRight' } as const; // prettier-ignore

type Arm = {
  readonly pose: Pose;
  readonly side: 'left' | 'right';
  readonly at: At;
  readonly stage: Stage;
  readonly ink: Ink;
};

function drawArm(context: Context, { pose, side, at, stage, ink }: Arm): void {
  const { scale } = stage;
  const [shoulder, elbow, wrist] = [at(`${side}Shoulder`), at(`${side}Elbow`), at(`${side}Wrist`)];
  context.strokeStyle = ink[side];
  context.lineWidth = 0.22 * scale;
  line(context, shoulder, elbow);
  context.lineWidth = 0.18 * scale;
  line(context, elbow, wrist);
  const hand = side === 'left' ? pose.leftHand : pose.rightHand;
  if (hand[2]! > 0) drawHand(context, hand, stage);
  else drawMitten(context, elbow, wrist, scale);
}

/** Wrist to each finger's tip; chains of the OpenPose hand. */
function drawHand(context: Context, hand: Float32Array, stage: Stage): void {
  const point = (index: number) => placeOf(hand, index, stage);
  context.lineWidth = 0.07 * stage.scale;
  context.fillStyle = context.strokeStyle;
  context.beginPath();
  context.moveTo(...point(0));
  for (const knuckle of [1, 5, 9, 13, 17]) context.lineTo(...point(knuckle));
  context.closePath();
  context.fill();
  context.stroke();
  for (let base = 1; base < HAND_COUNT; base += 4) {
    context.beginPath();
    context.moveTo(...point(base));
    for (let joint = base + 1; joint < base + 4; joint += 1) context.lineTo(...point(joint));
    context.stroke();
  }
}

function drawMitten(context: Context, elbow: Point, wrist: Point, scale: number): void {
  const [dx, dy] = [wrist[0] - elbow[0], wrist[1] - elbow[1]];
  const reach = (0.2 * scale) / Math.max(1, Math.hypot(dx, dy));
  context.lineWidth = 0.2 * scale;
  line(context, wrist, [wrist[0] + dx * reach, wrist[1] + dy * reach]);
}

function line(context: Context, from: Point, to: Point): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

function mid(a: number, b: number): number {
  return (a + b) / 2;
}

function single(colour: string): Ink {
  return { trunk: colour, left: colour, right: colour, face: colour };
}
