/** Pictures cut out of video frames: the person in body space, the head in its own frame. Pure. */
import type { Place } from '../../../server/motion/convert/image-points.ts';
import type { Still } from '../../../server/render/picture/still.ts';

/** A square picture and the heights of the body that it shows, rig units. */
export type View = { readonly size: number; readonly top: number; readonly bottom: number };
/** The head's square patch, what it shows, and how it sits in the body: rig units. */
export type HeadSeat = {
  readonly patch: number;
  readonly reach: number;
  readonly origin: readonly [number, number];
  readonly pivot: readonly [number, number];
};
type HeadPlace = { readonly headX: number; readonly headY: number; readonly roll: number };

/** The head's patch fades out towards an ellipse of these shares of it, so that no edge is seen. */
const ELLIPSE = [0.4, 0.46] as const;
const FADE = 0.16;

/** Premultiplied RGBA, size x size. */
export function cutPerson(still: Still, place: Place, { size, top, bottom }: View): Uint8Array {
  const unit = (bottom - top) / size;
  return cut(still, place, size, (column, row) => [
    (column - size / 2) * unit,
    (row - size) * unit + bottom,
  ]);
}

/** Premultiplied RGBA, patch x patch: without the head's place and roll, faded at the edge. */
export function cutHead(still: Still, place: Place, seat: HeadSeat, at: HeadPlace): Uint8Array {
  const { patch, reach, origin, pivot } = seat;
  const [cos, sin] = [Math.cos(at.roll), Math.sin(at.roll)];
  const head = cut(still, place, patch, (column, row) => {
    const x = (column / patch - 0.5) * reach + origin[0] - pivot[0];
    const y = (row / patch - 0.5) * reach + origin[1] - pivot[1];
    return [pivot[0] + at.headX + x * cos - y * sin, pivot[1] + at.headY + x * sin + y * cos];
  });
  for (let i = 0; i < patch * patch; i += 1) {
    const x = ((i % patch) + 0.5) / patch - 0.5;
    const y = (Math.floor(i / patch) + 0.5) / patch - 0.5;
    const out = Math.hypot(x / ELLIPSE[0], y / ELLIPSE[1]);
    const share = Math.max(0, Math.min(1, (1 - out) / FADE));
    for (let c = 0; c < 4; c += 1) head[i * 4 + c] = head[i * 4 + c]! * share;
  }
  return head;
}

/** Samples where `toBody` says (rig units); premultiplied, clear beyond the frame. */
function cut(
  still: Still,
  place: Place,
  side: number,
  toBody: (column: number, row: number) => readonly [number, number],
): Uint8Array {
  const out = new Uint8Array(side * side * 4);
  const unit = place.unit / 100;
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const [x, y] = toBody(column + 0.5, row + 0.5);
      sample(
        still,
        place.x + x * unit - 0.5,
        place.y + y * unit - 0.5,
        out,
        (row * side + column) * 4,
      );
    }
  }
  return out;
}

function sample(still: Still, x: number, y: number, out: Uint8Array, to: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  const sums = [0, 0, 0, 0];
  for (let corner = 0; corner < 4; corner += 1) {
    const [dx, dy] = [corner & 1, corner >> 1];
    const [column, row] = [left + dx, top + dy];
    if (column < 0 || row < 0 || column >= still.width || row >= still.height) continue;
    const at = (row * still.width + column) * 4;
    const alpha = still.rgba[at + 3]! / 255;
    const share = (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy);
    for (let c = 0; c < 3; c += 1) sums[c]! += still.rgba[at + c]! * alpha * share;
    sums[3]! += 255 * alpha * share;
  }
  for (let c = 0; c < 4; c += 1) out[to + c] = Math.round(sums[c]!);
}
