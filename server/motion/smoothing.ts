/**
 * Takes the tremble out of live poses: one One-Euro filter (Casiez, Roussel, Vogel 2012,
 * https://gery.casiez.net/1euro/) per value, a low-pass whose cut-off rises with speed. Engine
 * thread; allocation-free per pose.
 *
 * Lag at 30 poses a second, from its ramp and step response (test/unit/motion/smoothing.test.ts):
 * see SMOOTHING_LAG_MS. A value at rest is smoothed most; the faster it moves the less it lags.
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
