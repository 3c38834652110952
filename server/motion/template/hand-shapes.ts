/**
 * Named hands as 21 OpenPose points in the hand's own plane: along the middle finger and across it
 * (towards the thumb), in hand lengths from the wrist. Fingers are bent as real ones and projected,
 * so folded fingertips come back over the palm.
 */
import { HAND_COUNT } from '../../protocol/pose.ts';
import type { HandShape } from '../../protocol/template.ts';

/** Wrist to middle fingertip of an open hand, shoulder widths. */
export const HAND_LENGTH = 0.44;

type Point = readonly [along: number, across: number];
/** Spread in the plane (degrees, + towards the thumb) and the bends of the three joints, degrees. */
type Finger = readonly [spread: number, knuckle: number, middle: number, tip: number];
type Shape = {
  readonly thumb: readonly [Point, Point, Point, Point];
  /** Index to little finger: bent fingers, or their four points. */
  readonly fingers: readonly (Finger | readonly [Point, Point, Point, Point])[];
};

const KNUCKLES: readonly Point[] = [[0.46, 0.13], [0.49, 0.03], [0.46, -0.065], [0.41, -0.155]]; // prettier-ignore
const BONES = [[0.24, 0.15, 0.11], [0.26, 0.15, 0.11], [0.24, 0.14, 0.11], [0.18, 0.11, 0.09]] as const; // prettier-ignore

const OUT: Shape['thumb'] = [[0.13, 0.14], [0.25, 0.28], [0.36, 0.39], [0.46, 0.47]]; // prettier-ignore
const ALONG: Shape['thumb'] = [[0.13, 0.13], [0.27, 0.22], [0.4, 0.235], [0.51, 0.215]]; // prettier-ignore
const ACROSS: Shape['thumb'] = [[0.13, 0.13], [0.29, 0.18], [0.37, 0.05], [0.34, -0.09]]; // prettier-ignore
const UP: Shape['thumb'] = [[0.14, 0.12], [0.25, 0.26], [0.285, 0.42], [0.29, 0.55]]; // prettier-ignore
/** Folded into the palm. */
const BENT: Finger = [0, 78, 98, 55];
const TIGHT: Finger = [-3, 80, 98, 55];
const FIST = [[3, 80, 98, 55], BENT, TIGHT, [-7, 80, 98, 55]] as const;

const SHAPES: Readonly<Record<HandShape, Shape>> = {
  relaxed: {
    thumb: [[0.13, 0.14], [0.27, 0.24], [0.4, 0.28], [0.51, 0.265]],
    fingers: [[1, 16, 30, 18], [-2, 22, 34, 20], [-5, 26, 38, 22], [-9, 28, 40, 24]],
  },
  open: { thumb: OUT, fingers: [[12, 4, 6, 4], [3, 3, 5, 3], [-7, 4, 6, 4], [-19, 6, 8, 5]] },
  five: { thumb: OUT, fingers: [[15, 0, 2, 0], [4, 0, 2, 0], [-9, 0, 2, 0], [-23, 0, 4, 0]] },
  flat: { thumb: ALONG, fingers: [[-1, 2, 3, 2], [-1, 2, 3, 2], [-1, 2, 3, 2], [0, 3, 4, 2]] },
  fist: { thumb: ACROSS, fingers: FIST },
  point: { thumb: [[0.13, 0.13], [0.27, 0.21], [0.39, 0.17], [0.46, 0.08]], fingers: [[1, 0, 2, 2], BENT, TIGHT, FIST[3]] },
  one: { thumb: ACROSS, fingers: [[1, 0, 2, 0], BENT, TIGHT, FIST[3]] },
  two: { thumb: ACROSS, fingers: [[13, 0, 2, 0], [-9, 0, 2, 0], TIGHT, FIST[3]] },
  three: { thumb: ACROSS, fingers: [[14, 0, 2, 0], [0, 0, 2, 0], [-14, 0, 2, 0], FIST[3]] },
  four: { thumb: ACROSS, fingers: [[12, 0, 2, 0], [3, 0, 2, 0], [-7, 0, 2, 0], [-18, 0, 4, 0]] },
  thumb: { thumb: UP, fingers: FIST },
  pinch: {
    thumb: [[0.13, 0.14], [0.27, 0.29], [0.42, 0.33], [0.54, 0.29]],
    fingers: [[[0.46, 0.13], [0.66, 0.21], [0.66, 0.3], [0.57, 0.31]], [2, 8, 12, 8], [-7, 6, 10, 8], [-18, 6, 10, 8]],
  },
  heart: {
    thumb: [[0.1, 0.13], [0.12, 0.27], [0.05, 0.4], [-0.06, 0.5]],
    fingers: [
      [[0.45, 0.14], [0.62, 0.22], [0.66, 0.36], [0.56, 0.47]],
      [[0.48, 0.06], [0.69, 0.15], [0.75, 0.32], [0.65, 0.47]],
      [[0.46, -0.02], [0.71, 0.07], [0.81, 0.25], [0.74, 0.44]],
      [[0.42, -0.1], [0.66, -0.02], [0.78, 0.16], [0.76, 0.34]],
    ],
  },
}; // prettier-ignore

/** Writes (along, across) of the 21 points in hand lengths: 42 floats. */
export function writeHandShape(shape: HandShape, out: Float32Array): void {
  const { thumb, fingers } = SHAPES[shape];
  out.fill(0, 0, HAND_COUNT * 2);
  thumb.forEach((point, joint) => out.set(point, (1 + joint) * 2));
  fingers.forEach((finger, index) => {
    const at = (5 + index * 4) * 2;
    if (isPolyline(finger)) finger.forEach((point, joint) => out.set(point, at + joint * 2));
    else writeFinger(finger, index, out, at);
  });
}

function isPolyline(
  finger: Finger | readonly [Point, Point, Point, Point],
): finger is readonly [Point, Point, Point, Point] {
  return typeof finger[0] !== 'number';
}

function writeFinger(finger: Finger, index: number, out: Float32Array, at: number): void {
  const [spread] = finger;
  const radians = Math.PI / 180;
  let [along, across] = KNUCKLES[index]!;
  let bend = 0;
  out.set([along, across], at);
  for (let joint = 1; joint <= 3; joint += 1) {
    bend += finger[joint as 1 | 2 | 3];
    const reach = BONES[index]![(joint - 1) as 0 | 1 | 2] * Math.cos(bend * radians);
    along += reach * Math.cos(spread * radians);
    across += reach * Math.sin(spread * radians);
    out.set([along, across], at + joint * 2);
  }
}
