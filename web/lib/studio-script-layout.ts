/** Where times and marks lie on the studio's timeline. Pure. */
import type { Mark } from './studio-script.ts';

/** Each step shows half or double. */
export const ZOOMS = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const;
/** Nearer than this nothing more is to be seen. */
const MOST_PIXELS_PER_SECOND = 400;
/** Rows of marks over the waveform; what doesn't fit lies on the last. */
export const ROWS = 4;

/** The zooms that make sense for a sound of so many seconds, in a window of `width` pixels. */
export function zoomsFor(seconds: number, width: number): readonly number[] {
  const usable = ZOOMS.filter((zoom) => (zoom * width) / seconds <= MOST_PIXELS_PER_SECOND);
  return usable.length > 0 ? usable : [1];
}

/** Seconds between two lines of the ruler, for lines at least 64 pixels apart. */
export function rulerStep(pixelsPerSecond: number): number {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800];
  return steps.find((step) => step * pixelsPerSecond >= 64) ?? 3600;
}

/**
 * The row of each mark, so that their labels don't lie over one another: the first that is free.
 * `widthOf`: pixels of a mark's label.
 */
export function rowsOf(
  marks: readonly Mark[],
  pixelsPerSecond: number,
  widthOf: (mark: Mark) => number,
): ReadonlyMap<number, number> {
  const ends = new Array<number>(ROWS).fill(-Infinity);
  const rows = new Map<number, number>();
  for (const mark of marks) {
    const x = mark.at * pixelsPerSecond;
    const free = ends.findIndex((end) => end <= x);
    const row = free === -1 ? ROWS - 1 : free;
    ends[row] = Math.max(ends[row]!, x + widthOf(mark));
    rows.set(mark.id, row);
  }
  return rows;
}

/** Pixels to scroll to, so that `x` is in sight: as little as possible, and then a third ahead. */
export function scrollTo(
  x: number,
  seen: { readonly left: number; readonly width: number },
): number {
  if (x >= seen.left && x <= seen.left + seen.width) return seen.left;
  return Math.max(0, x - seen.width / 3);
}

/** Height of a row of marks. */
export const ROW_PIXELS = 24;

/** Seconds that an arrow key moves by: a tenth, with Shift a whole one; 0 for other keys. */
export function keyStep({
  key,
  shiftKey,
}: {
  readonly key: string;
  readonly shiftKey: boolean;
}): number {
  const direction = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
  return direction * (shiftKey ? 1 : 0.1);
}
