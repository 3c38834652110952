/**
 * The face's own axes in a photo, whichever way the head is turned in it: x to the person's left, y
 * down the face, z into the head, all in pixels, from the middle of the mouth. Pure.
 */
import { CHIN, EAR, EYES, LOWER_LIP, NOSE_TIP, TOP, UPPER_LIP } from './landmarks.ts';

export type Vector = readonly [number, number, number];

export type FaceFrame = {
  readonly axes: readonly [Vector, Vector, Vector];
  readonly mouth: Vector;
  /** From ear to ear, and from the hairline to the chin, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly mouthWidth: number;
  /** Depth of the ears, about which a head turns. */
  readonly depth: number;
};

/** `points`: x, y, z in pixels of the picture for each landmark. */
export function faceFrame(points: Float32Array): FaceFrame {
  const at = (index: number): Vector => pointAt(points, index);
  const across = minus(at(EAR.left), at(EAR.right));
  const along = minus(at(CHIN), at(TOP));
  const right = unit(across);
  const down = unit(minus(along, scaled(right, dot(along, right))));
  const inwards = cross(right, down);
  const corners = [at(UPPER_LIP[3][0]), at(UPPER_LIP[3][10])] as const;
  const middle = scaled(plus(at(UPPER_LIP[3][5]), at(LOWER_LIP[3][5])), 0.5);
  const mouth = scaled(plus(scaled(plus(...corners), 0.5), middle), 0.5);
  return {
    axes: [right, down, inwards],
    mouth,
    width: length(across),
    height: length(along),
    mouthWidth: length(minus(at(UPPER_LIP[0][10]), at(UPPER_LIP[0][0]))),
    depth: (at(EAR.left)[2] + at(EAR.right)[2]) / 2,
  };
}

export function pointAt(points: Float32Array, index: number): Vector {
  return [points[index * 3]!, points[index * 3 + 1]!, points[index * 3 + 2]!];
}

/** A place of the picture in the face's own axes. */
export function toFace({ axes, mouth }: FaceFrame, point: Vector): Vector {
  const from = minus(point, mouth);
  return [dot(from, axes[0]), dot(from, axes[1]), dot(from, axes[2])];
}

/** A way in the face's own axes as one of the picture. */
export function fromFace({ axes }: FaceFrame, [x, y, z]: Vector): Vector {
  return plus(plus(scaled(axes[0], x), scaled(axes[1], y)), scaled(axes[2], z));
}

/** How much the photo smiles already, 0..1: a mouth that is wide beside the distance of the eyes. */
export function photoSmile(points: Float32Array, frame: FaceFrame): number {
  const eyes = length(
    minus(pointAt(points, EYES.left.upper[0]!), pointAt(points, EYES.right.upper[0]!)),
  );
  return Math.max(0, Math.min(1, (frame.mouthWidth / eyes - 0.58) / 0.16));
}

/** Radians by which the face looks to its left (+) and up (+) in the photo. */
export function photoTurn(points: Float32Array, frame: FaceFrame): { yaw: number; pitch: number } {
  const [, , inwards] = frame.axes;
  void pointAt(points, NOSE_TIP);
  return { yaw: Math.asin(-inwards[0]), pitch: Math.asin(inwards[1]) };
}

export function plus(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
export function scaled([x, y, z]: Vector, by: number): Vector {
  return [x * by, y * by, z * by];
}
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
export function length(a: Vector): number {
  return Math.sqrt(dot(a, a));
}
function unit(a: Vector): Vector {
  return scaled(a, 1 / Math.max(1e-6, length(a)));
}
function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
