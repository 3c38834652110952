/**
 * Takes the tremble out of live poses: one One-Euro filter (Casiez, Roussel, Vogel 2012,
 * https://gery.casiez.net/1euro/) per value, a low-pass whose cut-off rises with speed. Engine
 * thread; allocation-free per pose.
 *
 * Lag at 30 poses a second, measured as ramp response (test/unit/motion/smoothing.test.ts):
 *   points   28 ms at 0.5 shoulder widths a second, 19 at 1, 12 at 2, 7 at 4
 *   angles   32 ms at 0.3 rad/s, 16 at 1, 9 at 2, 5 at 4
 *   weights  16 ms at 1/s, 8 at 3, 4 at 8
 * A step of half a unit is nine tenths done in two poses; half of a still hand's tremble stays.
 */
import { OneEuroFilter } from '1eurofilter';

export type Smoothing = {
  /** Cut-off at rest, Hz: how much tremble is left. */
  readonly minCutoff: number;
  /** Hz of cut-off per unit of speed: how soon a movement is followed. */
  readonly beta: number;
  /** Cut-off of the speed's own estimate, Hz. */
  readonly speedCutoff: number;
};

/** Points in shoulder widths, angles in radians, face weights 0..1. */
export const SMOOTHING = {
  points: { minCutoff: 2, beta: 4, speedCutoff: 4 },
  angles: { minCutoff: 1.5, beta: 6, speedCutoff: 4 },
  weights: { minCutoff: 4, beta: 4, speedCutoff: 8 },
} as const satisfies Readonly<Record<string, Smoothing>>;

const RATE_HZ = 30;

export class Smoother {
  readonly #filters: readonly OneEuroFilter[];
  #smoothing: Smoothing;

  constructor(count: number, smoothing: Smoothing) {
    this.#smoothing = smoothing;
    this.#filters = Array.from({ length: count }, () => createFilter(this.#smoothing));
  }

  /** The smoothed value of channel `index` at this time; times of one channel go forward. */
  filter(index: number, value: number, timeSeconds: number): number {
    return this.#filters[index]!.filter(value, timeSeconds);
  }

  /** Forgets a channel: its next value is taken as it is. */
  reset(index: number): void {
    this.#filters[index]!.reset();
  }
}

function createFilter({ minCutoff, beta, speedCutoff }: Smoothing): OneEuroFilter {
  return new OneEuroFilter(RATE_HZ, minCutoff, beta, speedCutoff);
}
