/** A hand's track at one time: named shapes turned with the forearm, or captured points. */
import { HAND_COUNT } from '../../protocol/pose.ts';
import type { Template } from '../../protocol/template.ts';
import { locate, type Moment } from './easing.ts';
import { HAND_LENGTH, writeHandShape } from './hand-shapes.ts';

export type HandKey = NonNullable<Template['tracks']['leftHand']>[number];
/** The arm a hand hangs on: side (+1 the avatar's left), the forearm's angle and the wrist. */
export type HandSeat = {
  readonly side: 1 | -1;
  readonly forearm: number;
  readonly wrist: readonly [number, number];
};

/** Writes x and y of the 21 points in the body's coordinates; confidences are the caller's. */
export function sampleHand(
  keys: readonly HandKey[],
  when: Moment,
  seat: HandSeat,
  out: Float32Array,
): void {
  const { from, to, share } = locate(keys, when);
  const a = keys[from]!;
  const b = keys[to]!;
  const points = new Float32Array(HAND_COUNT * 2);
  if (a.shape !== undefined && b.shape !== undefined) mixShapes(a, b, share, seat, points);
  else {
    const later = new Float32Array(HAND_COUNT * 2);
    writeKey(a, seat, points);
    writeKey(b, seat, later);
    for (let i = 0; i < points.length; i += 1) points[i]! += (later[i]! - points[i]!) * share;
  }
  for (let i = 0; i < HAND_COUNT; i += 1) {
    out[i * 3] = seat.wrist[0] + points[i * 2]!;
    out[i * 3 + 1] = seat.wrist[1] + points[i * 2 + 1]!;
  }
}

/** Between two shapes the fingers bend, the hand turns and the palm rolls over. */
function mixShapes(a: HandKey, b: HandKey, share: number, seat: HandSeat, out: Float32Array): void {
  const later = new Float32Array(HAND_COUNT * 2);
  writeHandShape(a.shape!, out);
  writeHandShape(b.shape!, later);
  for (let i = 0; i < out.length; i += 1) out[i]! += (later[i]! - out[i]!) * share;
  const palm = palmOf(a) + (palmOf(b) - palmOf(a)) * share;
  turn(out, a.angle + (b.angle - a.angle) * share, palm, seat);
}

function writeKey(key: HandKey, seat: HandSeat, out: Float32Array): void {
  if (key.points) key.points.forEach((point, index) => out.set(point, index * 2));
  else {
    writeHandShape(key.shape!, out);
    turn(out, key.angle, palmOf(key), seat);
  }
}

function palmOf(key: HandKey): 1 | -1 {
  return key.palm === 'front' ? 1 : -1;
}

/**
 * From (along, across) in hand lengths to x, y about the wrist. A palm towards the viewer with
 * its fingers up has the thumb towards the body's middle; `palm` between 1 and -1 is edge on.
 */
function turn(points: Float32Array, angle: number, palm: number, seat: HandSeat): void {
  const direction = seat.forearm + angle;
  const ux = Math.cos(direction) * HAND_LENGTH;
  const uy = Math.sin(direction) * HAND_LENGTH;
  const across = -seat.side * palm;
  for (let i = 0; i < points.length; i += 2) {
    const along = points[i]!;
    const aside = points[i + 1]! * across;
    points[i] = ux * along - uy * aside;
    points[i + 1] = uy * along + ux * aside;
  }
}
