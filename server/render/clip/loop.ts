/** Which frame of the footage is shown when, and where footage may be cut so that nobody sees it. Pure. */
import type { ClipFile } from './clip-file.ts';

/** Frame `first`, with `share` (0..1) of frame `second` over it. */
export type Showing = { readonly first: number; readonly second: number; readonly share: number };

/** Mean difference of two small pictures, 0..255, up to which a cut is not seen. */
const ALIKE = 5;
const BLEND = 8;

export function showingAt(
  clip: Pick<ClipFile, 'fps' | 'frames' | 'idleFrames' | 'loop'>,
  seconds: number,
): Showing {
  const { fps, frames: all, idleFrames: frames = all, loop } = clip;
  const at = Math.max(0, Math.floor(seconds * fps + 1e-6));
  if (loop.kind === 'there-and-back') {
    const turn = at % (2 * frames - 2);
    const first = turn < frames ? turn : 2 * frames - 2 - turn;
    return { first, second: first, share: 0 };
  }
  const { from, to, blend } = loop;
  const length = to - from;
  const step = at % length;
  const first = from + step;
  const left = length - step;
  if (left > blend) return { first, second: first, share: 0 };
  return { first, second: from - left, share: (blend - left + 1) / (blend + 1) };
}

/**
 * The longest loop whose ends look alike, else there and back. `pictures`: one small grey picture
 * for each frame.
 */
export function findLoop(pictures: readonly Uint8Array[]): ClipFile['loop'] {
  const count = pictures.length;
  const half = Math.floor(count / 2);
  let best: { from: number; to: number; difference: number } | undefined;
  for (let from = BLEND; from < Math.min(half, BLEND + 50); from += 1) {
    for (let to = Math.max(from + half, from + 3 * BLEND); to < count; to += 1) {
      const difference = meanDifference(pictures[from]!, pictures[to]!);
      // A frame that looks alike but moves the other way would jerk.
      const moving = meanDifference(pictures[from - 3]!, pictures[to - 3]!);
      const both = Math.max(difference, moving);
      if (both < (best?.difference ?? ALIKE)) best = { from, to, difference: both };
    }
  }
  return best
    ? { kind: 'cut', from: best.from, to: best.to, blend: BLEND }
    : { kind: 'there-and-back' };
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
