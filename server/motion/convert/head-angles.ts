/** Yaw, pitch and roll of a head (see protocol/pose.ts for their signs) from what sources give. */
import { BODY } from '../../protocol/pose.ts';

/**
 * From a rotation's columns: the head's own x (its left), y (up) and z (ahead) in the picture's
 * axes (x to the viewer's right, y up, z to the viewer). Order: roll, then pitch, then yaw.
 */
export function anglesOfAxes(
  x: readonly number[],
  y: readonly number[],
  z: readonly number[],
): Float32Array {
  const [zx = 0, zy = 0, zz = 1] = z;
  const yaw = Math.atan2(zx, zz);
  const pitch = Math.atan2(zy, Math.hypot(zx, zz));
  const roll = -Math.atan2(x[1] ?? 0, y[1] ?? 1);
  return Float32Array.of(yaw, pitch, roll);
}

/** The columns of a head with these angles: the inverse of `anglesOfAxes`. */
export function axesOfAngles(
  yaw: number,
  pitch: number,
  roll: number,
): readonly [number[], number[], number[]] {
  const [sa, ca] = [Math.sin(yaw), Math.cos(yaw)];
  const [sb, cb] = [Math.sin(-pitch), Math.cos(pitch)];
  const [sc, cc] = [Math.sin(-roll), Math.cos(roll)];
  return [
    [ca * cc + sa * sb * sc, cb * sc, -sa * cc + ca * sb * sc],
    [-ca * sc + sa * sb * cc, cb * cc, sa * sc + ca * sb * cc],
    [sa * cb, -sb, ca * cb],
  ];
}

/** A head of average build, in half distances between the ears (7.5 cm). */
const NOSE_AHEAD = 1.4;
const EYES_AHEAD = 1.05;
const EYES_ABOVE = 0.27;
const EYE_HALF = 0.43;
/** A quarter turn away is as far as five points can tell. */
const MOST = 0.9;

/**
 * An estimate from the five points of a BODY_18 head, for sources that give no angles: good for
 * direction and timing, not for degrees. Undefined without nose and both eyes.
 */
export function estimateHead(body: Float32Array): Float32Array | undefined {
  const nose = pointOf(body, BODY.nose);
  const right = pointOf(body, BODY.rightEye);
  const left = pointOf(body, BODY.leftEye);
  if (!nose || !right || !left) return undefined;
  const roll = Math.atan2(left[1] - right[1], left[0] - right[0]);
  const turn = ([x, y]: Point): Point => [
    x * Math.cos(roll) + y * Math.sin(roll),
    y * Math.cos(roll) - x * Math.sin(roll),
  ];
  const [n, r, l] = [turn(nose), turn(right), turn(left)];
  const eyes: Point = [(r[0] + l[0]) / 2, (r[1] + l[1]) / 2];
  const rightEar = pointOf(body, BODY.rightEar);
  const leftEar = pointOf(body, BODY.leftEar);
  if (rightEar && leftEar) {
    const [re, le] = [turn(rightEar), turn(leftEar)];
    const half = Math.max(1e-3, (le[0] - re[0]) / 2);
    const yaw = Math.atan2(n[0] - (re[0] + le[0]) / 2, half * NOSE_AHEAD);
    const unit = half / Math.max(0.4, Math.cos(yaw));
    const rise = ((re[1] + le[1]) / 2 - eyes[1]) / unit - EYES_ABOVE;
    return Float32Array.of(limit(yaw), limit(Math.asin(limit(rise / EYES_AHEAD))), limit(roll));
  }
  const half = Math.max(1e-3, (l[0] - r[0]) / 2) / EYE_HALF;
  const yaw = Math.atan2((n[0] - eyes[0]) / half, NOSE_AHEAD - EYES_AHEAD);
  return Float32Array.of(limit(yaw), 0, limit(roll));
}

type Point = readonly [number, number];

function pointOf(body: Float32Array, index: number): Point | undefined {
  return body[index * 3 + 2]! > 0 ? [body[index * 3]!, body[index * 3 + 1]!] : undefined;
}

function limit(value: number): number {
  return Math.max(-MOST, Math.min(MOST, value));
}
