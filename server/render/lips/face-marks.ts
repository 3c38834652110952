/**
 * The few face points that lips need of every frame, and the boxes that each family of networks was
 * trained on. Pure.
 */

import { MARK_POINTS } from '../../protocol/avatar.ts';

/** MediaPipe's numbers, in the order in which marks are kept. */
export { MARK_POINTS };
const [TOP, CHIN, RIGHT, LEFT, NOSE] = [0, 1, 2, 3, 4] as const;

/** x, y of each mark, in pixels of the picture. */
export type FaceMarks = Float32Array;

export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** From the brow's top to below the chin, ear to ear: what Wav2Lip's detector and pads give. */
export function detectorBox(marks: FaceMarks): Box {
  const [x, top] = [marks[RIGHT * 2]!, marks[TOP * 2 + 1]!];
  const width = marks[LEFT * 2]! - x;
  const height = (marks[CHIN * 2 + 1]! - top) * 1.06;
  return { x, y: top, width, height };
}

/** MuseTalk's: as far above the nose's bridge as the chin lies below, and ten pixels of margin. */
export function museTalkBox(marks: FaceMarks): Box {
  const [x, right] = [marks[RIGHT * 2]!, marks[LEFT * 2]!];
  const [bridge, chin] = [marks[NOSE * 2 + 1]!, marks[CHIN * 2 + 1]!];
  const top = Math.max(0, bridge - (chin - bridge));
  return { x, y: top, width: right - x, height: chin - top + 10 };
}

/** Ultralight's: a square as wide as the face, from the brows to the chin. */
export function squareBox(marks: FaceMarks): Box {
  const [x, right] = [marks[RIGHT * 2]!, marks[LEFT * 2]!];
  const side = right - x;
  const bottom = marks[CHIN * 2 + 1]! + 0.04 * side;
  return { x, y: bottom - side, width: side, height: side };
}
