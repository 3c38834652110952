/**
 * The picture that OpenPose ControlNets expect: black, the limbs in 17 of 18 colours at 0.6 of
 * their strength, joints in full colour over them, hands as thin lines with blue points, the face
 * as white points. Written from its description; numbers in docs/neural.md. Pure.
 */
import { BODY_COUNT, HAND_COUNT } from '../../protocol/pose.ts';
import type { Rgb, SkeletonCanvas } from './canvas.ts';

/** Points in pixels, 3 numbers each: x, y, confidence; 0 and less is "not there". */
export type PosePixels = {
  readonly body: Float32Array;
  readonly leftHand: Float32Array;
  readonly rightHand: Float32Array;
  readonly face: Float32Array;
};

/** How thick things are; the defaults are for pictures of 512 pixels and are not scaled there. */
export type SkeletonStyle = {
  /** Radius of limbs and joints. */
  readonly stick: number;
  readonly handPoint: number;
  readonly facePoint: number;
};
export const SKELETON_STYLE: SkeletonStyle = { stick: 4, handPoint: 4, facePoint: 3 };

/** Joints of each limb, in the order in which they are drawn. */
const LIMBS = [
  ...[[1, 2], [1, 5], [2, 3], [3, 4], [5, 6], [6, 7], [1, 8], [8, 9], [9, 10]], // prettier-ignore
  ...[[1, 11], [11, 12], [12, 13], [1, 0], [0, 14], [14, 16], [0, 15], [15, 17]], // prettier-ignore
] as unknown as readonly (readonly [number, number])[];

/** Joint i has colour i; limb i has the same, darker. */
const COLOURS: readonly Rgb[] = [
  ...[[255, 0, 0], [255, 85, 0], [255, 170, 0], [255, 255, 0], [170, 255, 0], [85, 255, 0]], // prettier-ignore
  ...[[0, 255, 0], [0, 255, 85], [0, 255, 170], [0, 255, 255], [0, 170, 255], [0, 85, 255]], // prettier-ignore
  ...[[0, 0, 255], [85, 0, 255], [170, 0, 255], [255, 0, 255], [255, 0, 170], [255, 0, 85]], // prettier-ignore
] as unknown as readonly Rgb[];
const LIMB_COLOURS = COLOURS.map((colour) => colour.map((part) => Math.trunc(part * 0.6)) as unknown as Rgb); // prettier-ignore

/** From the wrist along each finger. */
const FINGER_BONES: readonly (readonly [number, number])[] = [0, 1, 2, 3, 4].flatMap((finger) =>
  [0, 1, 2, 3].map((bone) => [bone === 0 ? 0 : finger * 4 + bone, finger * 4 + bone + 1] as const),
);
const BONE_COLOURS = FINGER_BONES.map((_, bone) => hue(bone / FINGER_BONES.length));
const HAND_POINT: Rgb = [0, 0, 255];
const FACE_POINT: Rgb = [255, 255, 255];
/** Points of hands and face in the very corner count as missing. */
const LEAST_PIXEL = 0.01;

/** Clears the canvas and draws one person. */
export function drawOpenPose(
  canvas: SkeletonCanvas,
  pixels: PosePixels,
  style: SkeletonStyle = SKELETON_STYLE,
): void {
  canvas.clear();
  drawBody(canvas, pixels.body, style);
  drawHand(canvas, pixels.leftHand, style);
  drawHand(canvas, pixels.rightHand, style);
  for (let i = 0; i < pixels.face.length; i += 3) {
    if (seen(pixels.face, i)) {
      canvas.disc(Math.trunc(pixels.face[i]!), Math.trunc(pixels.face[i + 1]!), style.facePoint, FACE_POINT); // prettier-ignore
    }
  }
}

function drawBody(canvas: SkeletonCanvas, body: Float32Array, { stick }: SkeletonStyle): void {
  for (let i = 0; i < LIMBS.length; i += 1) {
    const [from, to] = LIMBS[i]!;
    if (body[from * 3 + 2]! <= 0 || body[to * 3 + 2]! <= 0) continue;
    canvas.limb(
      body[from * 3]!,
      body[from * 3 + 1]!,
      body[to * 3]!,
      body[to * 3 + 1]!,
      stick,
      LIMB_COLOURS[i]!,
    );
  }
  for (let joint = 0; joint < BODY_COUNT; joint += 1) {
    if (body[joint * 3 + 2]! <= 0) continue;
    const x = Math.trunc(body[joint * 3]!);
    const y = Math.trunc(body[joint * 3 + 1]!);
    canvas.disc(x, y, stick, COLOURS[joint]!);
  }
}

function drawHand(canvas: SkeletonCanvas, hand: Float32Array, { handPoint }: SkeletonStyle): void {
  for (let i = 0; i < FINGER_BONES.length; i += 1) {
    const [from, to] = FINGER_BONES[i]!;
    if (!seen(hand, from * 3) || !seen(hand, to * 3)) continue;
    canvas.line(
      Math.trunc(hand[from * 3]!),
      Math.trunc(hand[from * 3 + 1]!),
      Math.trunc(hand[to * 3]!),
      Math.trunc(hand[to * 3 + 1]!),
      BONE_COLOURS[i]!,
    );
  }
  for (let point = 0; point < HAND_COUNT; point += 1) {
    if (!seen(hand, point * 3)) continue;
    const x = Math.trunc(hand[point * 3]!);
    const y = Math.trunc(hand[point * 3 + 1]!);
    canvas.disc(x, y, handPoint, HAND_POINT);
  }
}

function seen(points: Float32Array, at: number): boolean {
  return points[at + 2]! > 0 && points[at]! > LEAST_PIXEL && points[at + 1]! > LEAST_PIXEL;
}

/** Full saturation and value at `turn` of the colour circle, 0..1. */
function hue(turn: number): Rgb {
  const sector = Math.floor(turn * 6);
  const rising = Math.round((turn * 6 - sector) * 255);
  const falling = Math.round((1 - (turn * 6 - sector)) * 255);
  const colours: readonly Rgb[] = [
    ...[[255, rising, 0], [falling, 255, 0], [0, 255, rising]], // prettier-ignore
    ...[[0, falling, 255], [rising, 0, 255], [255, 0, falling]], // prettier-ignore
  ] as unknown as readonly Rgb[];
  return colours[sector % 6]!;
}
