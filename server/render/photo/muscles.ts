/**
 * What each ARKit weight does to each point of a face: smooth fields over the face's own axes, made
 * once for a photo. The lips' rows are told apart by their points, so that a mouth opens between
 * them; lids go by their rows; all else follows from where it lies. Pure.
 */
import { ARKIT, ARKIT_COUNT, type ArkitName } from '../../protocol/arkit.ts';
import { fromFace, minus, pointAt, toFace, type FaceFrame, type Vector } from './face-frame.ts';
import { COLUMNS, EYES, LOBE, LOWER_LIP, UPPER_LIP, type EyePoints } from './landmarks.ts';

/** Beyond ARKit's: the lips of a photo with parted lips meet. */
export const MEET_UPPER = ARKIT_COUNT;
export const MEET_LOWER = ARKIT_COUNT + 1;
export const MUSCLE_COUNT = ARKIT_COUNT + 2;

/** One weight's displacements: the points that it moves, and x, y, z in pixels for each. */
export type Muscle = { readonly points: Uint16Array; readonly ways: Float32Array };

/** A point to be moved: its landmark (undefined outside the mesh), and how much of the face it is. */
export type Moved = {
  readonly at: Vector;
  readonly landmark: number | undefined;
  /** 1 in the face, falling to 0 outside. */
  readonly share: number;
};

type Side = 'right' | 'left';
type Spot = Moved & {
  /** In the face's axes, from the mouth. */
  readonly x: number;
  readonly y: number;
  /** How much it goes with the lower jaw, with the upper and the lower lip: 0..1. */
  readonly jaw: number;
  readonly upper: number;
  readonly lower: number;
};
type Field = (spot: Spot) => Vector;

/** Smallest way worth keeping, pixels. */
const LEAST_WAY = 0.02;

/** `points`: the photo's landmarks in pixels. One muscle for each weight, in ARKit's order. */
export function muscles(points: Float32Array, frame: FaceFrame, moved: readonly Moved[]): Muscle[] {
  const spots = moved.map((each) => describe(each, points, frame));
  const fields = allFields(points, frame);
  return Array.from({ length: MUSCLE_COUNT }, (_, weight) => {
    const field = fields.get(weight);
    const found: number[] = [];
    const ways: number[] = [];
    if (field) {
      for (const [index, spot] of spots.entries()) {
        const way = field(spot);
        if (Math.hypot(...way) * spot.share < LEAST_WAY) continue;
        found.push(index);
        ways.push(...fromFace(frame, way).map((value) => value * spot.share));
      }
    }
    return { points: Uint16Array.from(found), ways: Float32Array.from(ways) };
  });
}

type LipPlace = { readonly row: number; readonly column: number; readonly lip: 'upper' | 'lower' };

const LIPS = new Map<number, LipPlace>();
for (const [lip, rows] of [
  ['upper', UPPER_LIP],
  ['lower', LOWER_LIP],
] as const) {
  rows.forEach((row, r) =>
    row.forEach((landmark, column) => {
      if (!LIPS.has(landmark)) LIPS.set(landmark, { row: r, column, lip });
    }),
  );
}

/** -1 at the right corner of the mouth, 1 at the left one. */
function alongLip(column: number): number {
  return (2 * column) / (COLUMNS - 1) - 1;
}

function describe(moved: Moved, points: Float32Array, frame: FaceFrame): Spot {
  const [x, y] = toFace(frame, moved.at);
  const place = moved.landmark === undefined ? undefined : LIPS.get(moved.landmark);
  const jaw = place ? jawOfLip(place) : jawOfSkin(x, y, points, frame);
  const half = frame.mouthWidth / 2;
  if (place) {
    const middle = 1 - Math.abs(alongLip(place.column)) ** 2.5;
    const corner = place.column === 0 || place.column === COLUMNS - 1;
    const [upper, lower] = corner ? [0, 0] : place.lip === 'upper' ? [middle, 0] : [0, middle];
    return { ...moved, x, y, jaw, upper, lower };
  }
  const near = Math.exp(-((x / (1.1 * half)) ** 4));
  const upper = near * (1 - jaw) * Math.exp(-((y / (0.16 * frame.height)) ** 2)) * step(0, -4, y);
  const lower = near * jaw * Math.exp(-(((y - 0.09 * frame.height) / (0.16 * frame.height)) ** 2));
  return { ...moved, x, y, jaw, upper, lower };
}

/** The corners hang between the jaws; a lower lip makes a U, not a V. */
function jawOfLip({ lip, column }: LipPlace): number {
  const t = Math.abs(alongLip(column));
  return lip === 'lower' ? 0.4 + 0.6 * (1 - t ** 2.4) : 0.4 * t ** 5;
}

/** Below the line from the mouth's corner to the ear's lobe, softly. */
function jawOfSkin(x: number, y: number, points: Float32Array, frame: FaceFrame): number {
  const half = frame.mouthWidth / 2;
  const lobe = toFace(frame, pointAt(points, x > 0 ? LOBE.left : LOBE.right));
  const t = Math.max(0, Math.min(1, (Math.abs(x) - half) / Math.max(1, Math.abs(lobe[0]) - half)));
  const below = y - t * lobe[1];
  const width = frame.height * (0.07 + 0.13 * t);
  const jaw = step(-0.25 * width, width, below);
  // The lobes are the hinge: what lies near them hardly moves.
  return jaw * (1 - 0.75 * t ** 2);
}

function allFields(points: Float32Array, frame: FaceFrame): Map<number, Field> {
  const fields = new Map<number, Field>([[ARKIT.browInnerUp, innerBrows(points, frame)]]);
  const set = (name: ArkitName, field: Field): void => void fields.set(ARKIT[name], field);
  for (const [name, field] of Object.entries(mouthFields(frame))) set(name as ArkitName, field);
  for (const side of ['right', 'left'] as const) {
    for (const [name, field] of Object.entries(sideFields(points, frame, side))) {
      set(`${name}${side === 'left' ? 'Left' : 'Right'}` as ArkitName, field);
    }
  }
  for (const [weight, lip] of [
    [MEET_UPPER, 'upper'],
    [MEET_LOWER, 'lower'],
  ] as const) {
    fields.set(weight, meetField(points, frame, lip));
  }
  return fields;
}

/** What both sides do together. Ways are in shares of the face's width: a mouth's own width may be a smile's. */
function mouthFields(frame: FaceFrame): Partial<Record<ArkitName, Field>> {
  const w = frame.width;
  const half = frame.mouthWidth / 2;
  const lips = (spot: Spot): number => aroundLips(spot, half);
  const cheeks = (spot: Spot, side: number): number =>
    bump(spot, side * 0.33 * w, -0.03 * w, 0.14 * w, 0.18 * w);
  const inwards = (spot: Spot, way: number): number =>
    -way * Math.max(-1, Math.min(1, spot.x / half)) * lips(spot);
  return {
    jawOpen: ({ jaw }) => [0, 0.2 * w * jaw, 0.04 * w * jaw],
    jawLeft: ({ jaw }) => [0.05 * w * jaw, 0, 0],
    jawRight: ({ jaw }) => [-0.05 * w * jaw, 0, 0],
    jawForward: ({ jaw }) => [0, 0.006 * w * jaw, -0.05 * w * jaw],
    mouthFunnel: (spot) => [
      inwards(spot, 0.042 * w),
      w * (0.055 * spot.lower - 0.045 * spot.upper),
      -0.05 * w * lips(spot),
    ],
    mouthPucker: (spot) => [
      inwards(spot, 0.075 * w),
      w * (0.02 * spot.lower - 0.02 * spot.upper),
      -0.06 * w * lips(spot),
    ],
    mouthLeft: (spot) => [0.055 * w * lips(spot), 0, 0],
    mouthRight: (spot) => [-0.055 * w * lips(spot), 0, 0],
    mouthRollLower: (spot) => [0, -0.03 * w * spot.lower * outerRow(spot), 0],
    mouthRollUpper: (spot) => [0, 0.025 * w * spot.upper * outerRow(spot), 0],
    mouthShrugLower: (spot) => [0, -0.03 * w * spot.lower, 0],
    mouthShrugUpper: (spot) => [0, -0.022 * w * spot.upper, 0],
    cheekPuff: (spot) => [0.03 * w * (cheeks(spot, 1) - cheeks(spot, -1)), 0, 0],
    mouthClose: ({ jaw }) => [0, -0.12 * w * jaw, 0],
  };
}

/** 1 at the lips' outer edge, little at the inner one: what rolls in grows thinner. */
function outerRow({ landmark }: Spot): number {
  const place = landmark === undefined ? undefined : LIPS.get(landmark);
  return place ? [1, 0.75, 0.4, 0.05][place.row]! : 0.8;
}

/** Ends below the nose, goes on over the chin. */
function aroundLips({ x, y }: Spot, half: number): number {
  const up = y < 0;
  const r = Math.hypot(x / (half * 1.05), y / (half * (up ? 0.34 : 0.75)));
  return r <= 1 ? 1 : Math.exp(-(((r - 1) / (up ? 0.75 : 0.55)) ** 2));
}

type SideName =
  | 'mouthSmile' | 'mouthFrown' | 'mouthDimple' | 'mouthStretch' | 'mouthPress' | 'mouthLowerDown'
  | 'mouthUpperUp' | 'cheekSquint' | 'noseSneer' | 'browDown' | 'browOuterUp' | 'eyeBlink'
  | 'eyeSquint' | 'eyeWide' | 'eyeLookDown' | 'eyeLookUp'; // prettier-ignore

function sideFields(points: Float32Array, frame: FaceFrame, side: Side): Record<SideName, Field> {
  const w = frame.width;
  const sign = side === 'left' ? 1 : -1;
  const half = frame.mouthWidth / 2;
  const mine = ({ x }: Spot): number => step(-0.35 * half, 0.35 * half, sign * x);
  const corner = (spot: Spot): number => {
    const out = (sign * spot.x - half) / (0.17 * w);
    const along = out < 0 ? Math.max(0, (sign * spot.x) / half) ** 1.6 : Math.exp(-(out ** 2));
    return along * Math.exp(-((spot.y / (0.2 * w)) ** 2));
  };
  const lid = lidFields(points, frame, EYES[side]);
  const eye = toFace(frame, pointAt(points, EYES[side].lower[4]!));
  const cheek = (spot: Spot): number =>
    bump(spot, eye[0] + sign * 0.04 * w, eye[1] + 0.2 * w, 0.17 * w, 0.12 * w);
  return {
    mouthSmile: (spot) => [
      sign * 0.05 * w * corner(spot),
      -0.065 * w * corner(spot) - 0.02 * w * cheek(spot),
      0,
    ],
    mouthFrown: (spot) => [0, 0.055 * w * corner(spot), 0],
    mouthDimple: (spot) => [sign * 0.028 * w * corner(spot), 0, 0.02 * w * corner(spot)],
    mouthStretch: (spot) => [sign * 0.045 * w * corner(spot), 0.008 * w * corner(spot), 0],
    mouthPress: (spot) => [
      0,
      0.012 * w * mine(spot) * outerRow(spot) * (spot.upper - spot.lower),
      0,
    ],
    mouthLowerDown: (spot) => [0, 0.045 * w * mine(spot) * spot.lower, 0],
    mouthUpperUp: (spot) => [0, -0.04 * w * mine(spot) * spot.upper, 0],
    cheekSquint: (spot) => [0, -0.025 * w * cheek(spot), 0],
    noseSneer: (spot) => [
      0,
      -0.025 * w * bump(spot, sign * 0.1 * w, -0.22 * w, 0.08 * w, 0.1 * w),
      0,
    ],
    ...browFields(points, frame, side),
    ...lid,
  };
}

function browFields(
  points: Float32Array,
  frame: FaceFrame,
  side: Side,
): Pick<Record<SideName, Field>, 'browDown' | 'browOuterUp'> {
  const w = frame.width;
  const brow = EYES[side].brow.map((index) => toFace(frame, pointAt(points, index)));
  const sign = side === 'left' ? 1 : -1;
  const [inner, outer] = [brow[4]!, brow[0]!];
  const lift = (spot: Spot, at: Vector): number => browShare(spot, at, 0.17 * w, frame);
  return {
    browDown: (spot) => [-sign * 0.012 * w * lift(spot, inner), 0.05 * w * lift(spot, inner), 0],
    browOuterUp: (spot) => [0, -0.05 * w * lift(spot, outer), 0],
  };
}

function innerBrows(points: Float32Array, frame: FaceFrame): Field {
  const inner = [EYES.right, EYES.left].map(({ brow }) => toFace(frame, pointAt(points, brow[3]!)));
  const reach = 0.13 * frame.width;
  return (spot) => {
    const lift = inner.reduce((sum, at) => sum + browShare(spot, at, reach, frame), 0);
    return [0, -0.055 * frame.width * Math.min(1, lift), 0];
  };
}

/** Fades upwards over the forehead, and quickly downwards, where the lid begins. */
function browShare({ x, y }: Spot, at: Vector, reach: number, frame: FaceFrame): number {
  const dy = y - at[1];
  const height = dy < 0 ? 0.3 * frame.width : 0.075 * frame.width;
  return Math.exp(-(((x - at[0]) / reach) ** 2) - (dy / height) ** 2);
}

/** Lids by their rows: what closes an eye is the upper lid, drawn over the eyeball from above. */
function lidFields(
  points: Float32Array,
  frame: FaceFrame,
  eye: EyePoints,
): Pick<
  Record<SideName, Field>,
  'eyeBlink' | 'eyeSquint' | 'eyeWide' | 'eyeLookDown' | 'eyeLookUp'
> {
  const place = (index: number): Vector => toFace(frame, pointAt(points, index));
  const rows = new Map<
    number,
    { readonly share: number; readonly column: number; readonly lid: 'upper' | 'lower' }
  >();
  const put = (row: readonly number[], share: number, lid: 'upper' | 'lower'): void =>
    row.forEach((landmark, column) => rows.set(landmark, { share, column, lid }));
  put(eye.above[1]!, 0.2, 'upper');
  put(eye.above[0]!, 0.55, 'upper');
  put(eye.below[1]!, 0.15, 'lower');
  put(eye.below[0]!, 0.55, 'lower');
  put(eye.lower, 1, 'lower');
  put(eye.upper, 1, 'upper');
  const gap = (column: number): Vector => {
    const [above, below] = [place(eye.upper[column]!), place(eye.lower[column]!)];
    return minus(below, above);
  };
  /** Shares of the gap by which the upper and the lower lid move down. */
  const lids =
    (upper: number, lower: number): Field =>
    ({ landmark }) => {
      const found = landmark === undefined ? undefined : rows.get(landmark);
      if (!found || found.column === 0 || found.column === 8) return [0, 0, 0];
      const [dx, dy] = gap(found.column);
      const share = found.share * (found.lid === 'upper' ? upper : lower);
      return [dx * share, dy * share, 0];
    };
  return {
    eyeBlink: lids(0.95, -0.12),
    eyeSquint: lids(0.16, -0.24),
    eyeWide: lids(-0.22, 0.08),
    eyeLookDown: lids(0.3, 0.06),
    eyeLookUp: lids(-0.12, 0),
  };
}

/** The lip's rows come to where the lips meet, the inner one wholly. */
function meetField(points: Float32Array, frame: FaceFrame, lip: 'upper' | 'lower'): Field {
  const gaps = UPPER_LIP[3].map((upper, column) => {
    const above = toFace(frame, pointAt(points, upper));
    const below = toFace(frame, pointAt(points, LOWER_LIP[3][column]!));
    return Math.max(0, below[1] - above[1]);
  });
  const middle = gaps[5]!;
  const share = lip === 'upper' ? 0.38 : -0.62;
  return (spot) => {
    const place = spot.landmark === undefined ? undefined : LIPS.get(spot.landmark);
    if (place?.lip === lip)
      return [0, share * gaps[place.column]! * [0.5, 0.7, 0.9, 1][place.row]!, 0];
    if (place) return [0, 0, 0];
    return [0, share * 0.45 * middle * (lip === 'upper' ? spot.upper : spot.lower), 0];
  };
}

function bump({ x, y }: Spot, atX: number, atY: number, reachX: number, reachY: number): number {
  return Math.exp(-(((x - atX) / reachX) ** 2) - ((y - atY) / reachY) ** 2);
}

/** 0 at `from`, 1 at `to`, smooth between. */
export function step(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
