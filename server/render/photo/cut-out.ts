/**
 * A photo taken apart, once, when its avatar is made: the person with soft edges, and what lies
 * behind, filled in where the person stood. Laid over each other they are the photo. Pure.
 */
import type { Size, Still } from '../picture/still.ts';
import { boxMean, fillUnknown, guidedFilter } from './matte.ts';

/** Reach of the mask's refinement, as a share of the photo's height. */
const REFINE = 0.012;
/** How sure the refined mask must be to count as background or as person. */
const [SURELY_BEHIND, SURELY_PERSON] = [0.12, 0.82];

export type CutOut = {
  /** Straight alpha. */
  readonly person: Still;
  readonly behind: Still;
};

/** `mask`: 0..255 for each pixel, how surely it is the person. */
export function cutOut(photo: Still, mask: Uint8Array): CutOut {
  const { width, height, rgba } = photo;
  const size = { width, height };
  const colours = [0, 1, 2].map((c) => Float32Array.from(mask, (_, i) => rgba[i * 4 + c]! / 255));
  const alpha = refine(
    colours,
    Float32Array.from(mask, (value) => value / 255),
    size,
  );
  const around = filled(colours, knownBehind(alpha, size), size);
  const person = new Uint8Array(rgba.length);
  const behind = new Uint8Array(rgba.length);
  alpha.forEach((a, i) => {
    for (let c = 0; c < 3; c += 1) {
      const back = around[c]![i]!;
      // What the background does not explain is the person's.
      const own = a < 0.02 ? colours[c]![i]! : (colours[c]![i]! - back * (1 - a)) / a;
      person[i * 4 + c] = Math.round(255 * Math.max(0, Math.min(1, own)));
      behind[i * 4 + c] = Math.round(255 * back);
    }
    person[i * 4 + 3] = Math.round(255 * a);
    behind[i * 4 + 3] = 255;
  });
  return { person: { ...size, rgba: person }, behind: { ...size, rgba: behind } };
}

function refine(colours: readonly Float32Array[], coarse: Float32Array, size: Size): Float32Array {
  const radius = Math.max(2, Math.round(REFINE * size.height));
  const [red, green, blue] = colours;
  const guide = coarse.map((_, i) => 0.3 * red![i]! + 0.59 * green![i]! + 0.11 * blue![i]!);
  const fine = guidedFilter(guide, coarse, size, radius);
  return fine.map((value) => {
    const t = Math.max(0, Math.min(1, (value - SURELY_BEHIND) / (SURELY_PERSON - SURELY_BEHIND)));
    return t * t * (3 - 2 * t);
  });
}

/** Background that no hair reaches into: nothing of the person within some pixels. */
function knownBehind(alpha: Float32Array, size: Size): Float32Array {
  const near = boxMean(alpha, size, Math.max(2, Math.round(0.008 * size.height)));
  return near.map((value) => (value < 0.02 ? 1 : 0));
}

function filled(colours: readonly Float32Array[], known: Float32Array, size: Size): Float32Array[] {
  const planes = colours.map((plane) => plane.slice());
  fillUnknown(planes, known, size);
  return planes;
}
