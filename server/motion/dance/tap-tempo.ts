/** Tempo from taps of a finger: the median of the last gaps, the beat at the last taps. Pure. */
import type { Beat } from './beat-tracker.ts';

const KEPT = 8;
const LEAST_GAP_US = 250_000;
/** After a longer pause the next tap begins anew. */
const MOST_GAP_US = 2_000_000;

export class TapTempo {
  #taps: number[] = [];

  /** Returns how many taps count. Those closer than 250 ms are one that bounced. */
  tap(timeUs: number): number {
    const gap = timeUs - (this.#taps.at(-1) ?? -Infinity);
    // Back in time is another clock.
    if (gap > MOST_GAP_US || gap < 0) this.#taps = [];
    if (gap >= LEAST_GAP_US || gap < 0) this.#taps = [...this.#taps, timeUs].slice(-KEPT);
    return this.#taps.length;
  }

  /** The next tap begins anew. */
  forget(): void {
    this.#taps = [];
  }

  /** Unknown (bpm 0) before the third tap. */
  at(timeUs: number): Beat {
    const taps = this.#taps;
    if (taps.length < 3) return { bpm: 0, phase: 0, confidence: 0, nextBeatUs: Infinity };
    const gaps = taps.slice(1).map((tap, i) => tap - taps[i]!);
    const usual = middle(gaps);
    // Least squares over the taps' numbers: a missed tap counts as two gaps.
    let number = 0;
    const numbers = [0, ...gaps.map((gap) => (number += Math.max(1, Math.round(gap / usual))))];
    const meanNumber = mean(numbers);
    const meanTap = mean(taps);
    const spread = mean(numbers.map((n) => (n - meanNumber) ** 2));
    const shared = mean(numbers.map((n, i) => (n - meanNumber) * (taps[i]! - meanTap)));
    const periodUs = shared / spread;
    const beats = (timeUs - meanTap) / periodUs + meanNumber;
    const phase = beats - Math.floor(beats);
    const nextBeatUs = timeUs + (1 - phase) * periodUs;
    return { bpm: 60e6 / periodUs, phase, confidence: 1, nextBeatUs };
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
