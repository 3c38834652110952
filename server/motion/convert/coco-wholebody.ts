/**
 * COCO-WholeBody's 133 points (DWPose, RTMPose) as a person of a picture: 17 of the body, 6 of the
 * feet, 68 of the face, 21 of each hand. The face's points are not used.
 * https://github.com/jin-s13/COCO-WholeBody
 */
import { HAND_COUNT } from '../../protocol/pose.ts';
import { MotionDataError } from '../template/motion-data-error.ts';
import { emptyBody, type PicturePerson } from './image-points.ts';

export const WHOLEBODY_COUNT = 133;
/** BODY_18 from COCO's 17; the neck (1) is between the shoulders. */
const FROM_17 = [0, -1, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3] as const;
const LEFT_HAND = 91;
const RIGHT_HAND = 112;
/** Below this DWPose calls a point unseen. */
const SEEN = 0.3;

/** `points`: 133 x (x, y, score) in pixels. Throws MotionDataError when there are not 399 numbers. */
export function fromWholeBody(points: ArrayLike<number>): PicturePerson {
  if (points.length !== WHOLEBODY_COUNT * 3) {
    throw new MotionDataError(`COCO-WholeBody has 399 numbers, not ${points.length}`);
  }
  const body = emptyBody();
  FROM_17.forEach((from, index) => {
    if (from >= 0) copyPoint(points, from, body, index);
  });
  const right = body.subarray(6, 9);
  const left = body.subarray(15, 18);
  const sure = Math.min(right[2]!, left[2]!);
  if (sure > 0) body.set([(right[0]! + left[0]!) / 2, (right[1]! + left[1]!) / 2, sure], 3);
  return {
    body,
    ...handPart(points, LEFT_HAND, 'leftHand'),
    ...handPart(points, RIGHT_HAND, 'rightHand'),
  };
}

function handPart(
  points: ArrayLike<number>,
  from: number,
  name: 'leftHand' | 'rightHand',
): Partial<Record<typeof name, Float32Array>> {
  const hand = new Float32Array(HAND_COUNT * 3);
  for (let i = 0; i < HAND_COUNT; i += 1) copyPoint(points, from + i, hand, i);
  return hand.some((value, i) => i % 3 === 2 && value > 0) ? { [name]: hand } : {};
}

function copyPoint(
  points: ArrayLike<number>,
  from: number,
  out: Float32Array,
  index: number,
): void {
  const score = points[from * 3 + 2]!;
  if (!(score > SEEN)) return;
  out.set([points[from * 3]!, points[from * 3 + 1]!, Math.min(1, score)], index * 3);
}
