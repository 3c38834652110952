/**
 * From points in a picture (pixels, or any unit with square pixels) to the canonical pose and back:
 * relative to the neck, in shoulder widths. Points are x, y, confidence triples.
 */
import { BODY, BODY_COUNT } from '../../protocol/pose.ts';
import type { PosePacket } from '../../protocol/pose-packet.ts';
import { estimateHead } from './head-angles.ts';

/** What one moment of a source tells; absent parts were not seen. Arrays as in the canonical pose. */
export type PoseParts = Omit<PosePacket, 'timeUs'>;

/** Where the neck is in the picture, and how long a shoulder width. */
export type Place = { readonly x: number; readonly y: number; readonly unit: number };

/** People in a picture have at least this many pixels between the shoulders. */
const LEAST_UNIT = 1e-4;

/** Where a body of 18 points stands; undefined when a shoulder is missing. */
export function placeOf(body: Float32Array): Place | undefined {
  const r = BODY.rightShoulder * 3;
  const l = BODY.leftShoulder * 3;
  if (!(body[r + 2]! > 0 && body[l + 2]! > 0)) return undefined;
  const unit = Math.hypot(body[l]! - body[r]!, body[l + 1]! - body[r + 1]!);
  if (!(unit > LEAST_UNIT)) return undefined;
  const n = BODY.neck * 3;
  const seen = body[n + 2]! > 0;
  return {
    x: seen ? body[n]! : (body[l]! + body[r]!) / 2,
    y: seen ? body[n + 1]! : (body[l + 1]! + body[r + 1]!) / 2,
    unit,
  };
}

/** Points of a picture in the canonical pose's coordinates; unseen ones are 0, 0, 0. */
export function toPose(points: Float32Array, place: Place): Float32Array {
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const confidence = points[i + 2]!;
    if (!(confidence > 0)) continue;
    out[i] = (points[i]! - place.x) / place.unit;
    out[i + 1] = (points[i + 1]! - place.y) / place.unit;
    out[i + 2] = Math.min(1, confidence);
  }
  return out;
}

/** The inverse of `toPose`. */
export function toPicture(pose: Float32Array, place: Place): Float32Array {
  const out = new Float32Array(pose.length);
  for (let i = 0; i < pose.length; i += 3) {
    const confidence = pose[i + 2]!;
    if (!(confidence > 0)) continue;
    out[i] = pose[i]! * place.unit + place.x;
    out[i + 1] = pose[i + 1]! * place.unit + place.y;
    out[i + 2] = confidence;
  }
  return out;
}

/** One person's points in a picture. */
export type PicturePerson = {
  readonly body: Float32Array;
  readonly leftHand?: Float32Array;
  readonly rightHand?: Float32Array;
};

/**
 * A person as parts of a pose. `unit` (the picture's shoulder width) overrides the one measured: a
 * body that turns sideways must not grow. Undefined when the shoulders aren't seen.
 */
export function personToParts(person: PicturePerson, unit?: number): PoseParts | undefined {
  const measured = placeOf(person.body);
  if (!measured) return undefined;
  const place = unit === undefined ? measured : { ...measured, unit };
  const body = toPose(person.body, place);
  const neck = BODY.neck * 3;
  body[neck] = 0;
  body[neck + 1] = 0;
  body[neck + 2] ||= Math.min(body[neck + 5]!, body[BODY.leftShoulder * 3 + 2]!);
  const head = estimateHead(body);
  return {
    body,
    ...(person.leftHand && { leftHand: toPose(person.leftHand, place) }),
    ...(person.rightHand && { rightHand: toPose(person.rightHand, place) }),
    ...(head && { head }),
  };
}

export function emptyBody(): Float32Array {
  return new Float32Array(BODY_COUNT * 3);
}
