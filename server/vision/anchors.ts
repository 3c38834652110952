/**
 * MediaPipe's single-shot detectors: fixed anchors of size 1, raw values in pixels of the input.
 * Pure. https://github.com/google-ai-edge/mediapipe/blob/master/mediapipe/calculators/tflite/ssd_anchors_calculator.cc
 */

/** Rows and columns of each grid, and anchors in each of its cells. */
export type AnchorGrids = readonly { readonly cells: number; readonly each: number }[];

export type Detection = {
  readonly score: number;
  /** Centre and size, then key points, all 0..1 of the input: x, y, width, height, x0, y0, ... */
  readonly values: Float32Array;
};

/** The surest of all; undefined where nothing is surer than `least`. */
export function bestDetection(
  raw: { readonly scores: Float32Array; readonly values: Float32Array; readonly side: number },
  grids: AnchorGrids,
  least: number,
): Detection | undefined {
  const { scores, values, side } = raw;
  let best = 0;
  for (let i = 1; i < scores.length; i += 1) if (scores[i]! > scores[best]!) best = i;
  const score = 1 / (1 + Math.exp(-scores[best]!));
  if (!(score >= least)) return undefined;
  const count = values.length / scores.length;
  const anchor = anchorAt(grids, best);
  const found = Float32Array.from({ length: count }, (_, i) => {
    const value = values[best * count + i]! / side;
    // Width and height stand on their own; all else is relative to the anchor.
    return i === 2 || i === 3 ? value : value + (i % 2 === 0 ? anchor.x : anchor.y);
  });
  return { score, values: found };
}

function anchorAt(grids: AnchorGrids, index: number): { readonly x: number; readonly y: number } {
  let left = index;
  for (const { cells, each } of grids) {
    const size = cells * cells * each;
    if (left < size) {
      const cell = Math.floor(left / each);
      return { x: ((cell % cells) + 0.5) / cells, y: (Math.floor(cell / cells) + 0.5) / cells };
    }
    left -= size;
  }
  return { x: 0.5, y: 0.5 };
}
