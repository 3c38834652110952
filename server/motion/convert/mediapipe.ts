/**
 * MediaPipe's landmarks as parts of the canonical pose. The picture must not be mirrored: then
 * MediaPipe's left is the person's left, as here. Structural types, so that results of
 * @mediapipe/tasks-vision can be handed over as they are.
 * https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker
 */
import { ARKIT, ARKIT_COUNT, type ArkitName } from '../../protocol/arkit.ts';
import { HAND_COUNT } from '../../protocol/pose.ts';
import { anglesOfAxes } from './head-angles.ts';
import { emptyBody, placeOf, personToParts, toPose, type PoseParts } from './image-points.ts';

/** x and y 0..1 of the picture (z in x's units), or metres in world landmarks. */
export type Landmark = {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly visibility?: number;
};
export type Blendshape = { readonly categoryName: string; readonly score: number };

/** One picture's results, for one person. */
export type MediaPipeFrame = {
  /** Of the picture, in pixels: landmarks are stretched by its aspect. */
  readonly width: number;
  readonly height: number;
  /** 33 landmarks. */
  readonly pose?: readonly Landmark[];
  /** The same 33 in metres: they tell how far the shoulders are turned away. */
  readonly world?: readonly Landmark[];
  /** Hands of 21 landmarks in any order; the nearer wrist of the body says whose they are. */
  readonly hands?: readonly (readonly Landmark[])[];
  /** By name; `_neutral` is left out, and MediaPipe has no tongueOut. */
  readonly blendshapes?: readonly Blendshape[];
  /** 4 x 4, column by column (`facialTransformationMatrixes[i].data`). */
  readonly faceMatrix?: readonly number[];
};

/** BODY_18 from the 33; the neck (1) is between the shoulders. */
export const FROM_33 = [0, -1, 12, 14, 16, 11, 13, 15, 24, 26, 28, 23, 25, 27, 5, 2, 8, 7] as const;
const [LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_WRIST, RIGHT_WRIST] = [11, 12, 15, 16];
const LANDMARKS = 33;
/** Below this a landmark is a guess. */
const VISIBLE = 0.5;
/** Landmarks may lie this far outside of the picture (in its sizes); farther ones are guesses. */
const MARGIN = 0.02;
/** Shoulders turned away more than this are not told from noise. */
const MOST_TURN = 2.5;
/** A hand belongs to a wrist at most this far away, in shoulder widths. */
const HAND_REACH = 0.6;

export function fromMediaPipe(frame: MediaPipeFrame): PoseParts {
  return { ...bodyParts(frame), ...faceParts(frame) };
}

function bodyParts(frame: MediaPipeFrame): PoseParts {
  if (frame.pose?.length !== LANDMARKS) return {};
  const body = emptyBody();
  FROM_33.forEach((from, index) => {
    if (from >= 0) putLandmark(frame.pose![from]!, frame, body, index);
  });
  const place = placeOf(body);
  if (!place) return {};
  body.set([place.x, place.y, Math.min(body[2 * 3 + 2]!, body[5 * 3 + 2]!)], 3);
  const unit = place.unit * turnedAway(frame.world);
  const parts = personToParts({ body }, unit);
  return { ...parts, ...handParts(frame, { ...place, unit }) };
}

/** x, y in pixels; confidence 0 outside of the picture or when MediaPipe isn't sure. */
function putLandmark(
  { x, y, visibility = 1 }: Landmark,
  { width, height }: MediaPipeFrame,
  out: Float32Array,
  index: number,
): void {
  const inside = x >= -MARGIN && x <= 1 + MARGIN && y >= -MARGIN && y <= 1 + MARGIN;
  const seen = inside && visibility >= VISIBLE && Number.isFinite(x + y);
  if (seen) out.set([x * width, y * height, Math.min(1, visibility)], index * 3);
}

/** How much wider the shoulders are than they look, from their distance in depth. */
function turnedAway(world: readonly Landmark[] | undefined): number {
  const left = world?.[LEFT_SHOULDER];
  const right = world?.[RIGHT_SHOULDER];
  if (!left || !right) return 1;
  const across = Math.hypot(left.x - right.x, left.y - right.y);
  const depth = Math.abs(left.z - right.z);
  const ratio = Math.hypot(across, depth) / Math.max(1e-3, across);
  return Number.isFinite(ratio) ? Math.min(MOST_TURN, ratio) : 1;
}

/** Handedness labels depend on mirroring; the wrists of the body don't. */
function handParts(
  frame: MediaPipeFrame,
  place: { readonly x: number; readonly y: number; readonly unit: number },
): PoseParts {
  const { width, height, hands = [], pose = [] } = frame;
  const parts: { leftHand?: Float32Array; rightHand?: Float32Array } = {};
  const distance = (hand: readonly Landmark[], wrist: number): number =>
    Math.hypot((hand[0]!.x - pose[wrist]!.x) * width, (hand[0]!.y - pose[wrist]!.y) * height);
  const candidates = hands
    .filter((hand) => hand.length === HAND_COUNT)
    .flatMap((hand) => [
      { hand, side: 'leftHand' as const, far: distance(hand, LEFT_WRIST) },
      { hand, side: 'rightHand' as const, far: distance(hand, RIGHT_WRIST) },
    ])
    .sort((a, b) => a.far - b.far);
  const taken = new Set<readonly Landmark[]>();
  for (const { hand, side, far } of candidates) {
    if (parts[side] || taken.has(hand) || !(far < HAND_REACH * place.unit)) continue;
    taken.add(hand);
    const points = new Float32Array(HAND_COUNT * 3);
    // MediaPipe gives visibility 0 for hands, which means nothing here.
    hand.forEach(({ x, y, z }, i) => putLandmark({ x, y, z }, frame, points, i));
    parts[side] = toPose(points, place);
  }
  return parts;
}

function faceParts({ blendshapes, faceMatrix }: MediaPipeFrame): PoseParts {
  return {
    ...(blendshapes && blendshapes.length > 0 && { face: faceWeights(blendshapes) }),
    ...(faceMatrix?.length === 16 && { head: headOf(faceMatrix) }),
  };
}

/** 52 ARKit weights. */
export function faceWeights(blendshapes: readonly Blendshape[]): Float32Array {
  const face = new Float32Array(ARKIT_COUNT);
  for (const { categoryName, score } of blendshapes) {
    const index = ARKIT[categoryName as ArkitName] as number | undefined;
    if (index !== undefined && Number.isFinite(score)) {
      face[index] = Math.max(0, Math.min(1, score));
    }
  }
  return face;
}

/** MediaPipe's camera looks along -z with y up; its canonical face looks along +z. */
function headOf(m: readonly number[]): Float32Array {
  return anglesOfAxes(m.slice(0, 3), m.slice(4, 7), m.slice(8, 11));
}
