/** Beats a minute out of taps. Pure but for what it remembers. */
const FORGET_MS = 2500;
const MOST_TAPS = 12;
const LEAST_TAPS = 4;

export class TapTempo {
  #timesMs: number[] = [];

  /** null until there are enough taps. A long pause starts anew. */
  tap(nowMs: number): number | null {
    const last = this.#timesMs.at(-1);
    if (last !== undefined && nowMs - last > FORGET_MS) this.#timesMs = [];
    this.#timesMs = [...this.#timesMs, nowMs].slice(-MOST_TAPS);
    if (this.#timesMs.length < LEAST_TAPS) return null;
    const distances = this.#timesMs.slice(1).map((time, index) => time - this.#timesMs[index]!);
    // The median forgives one missed or doubled tap.
    const middle = distances.sort((a, b) => a - b)[distances.length >> 1]!;
    return 60_000 / middle;
  }
}
