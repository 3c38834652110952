/**
 * The last minute of a live session in numbers, one point a second as the server's stats arrive:
 * what the health strip draws and judges. Owned by the studio; it lives as long as its session is
 * attached, so another page of the panel leaves no gap.
 */
import type { SessionStats } from '../../server/protocol/index.ts';
import { latency, type Latency } from './latency.ts';
import type { PublishSample, WatchNumbers } from './stats.ts';
import { Store } from './store.ts';
import type { Viewing } from './viewing.ts';

export const HISTORY_SECONDS = 60;

/** Of one second; null where it is not known. */
export type HealthPoint = {
  readonly stats: SessionStats;
  readonly numbers: WatchNumbers | null;
  readonly latency: Latency | null;
  /** Share of packets lost, the worse way of the two. */
  readonly loss: number | null;
  /** The same with the words for both ways. */
  readonly lossIn: number | null;
};

export class HealthHistory {
  readonly points = new Store<readonly HealthPoint[]>([]);
  readonly #viewing: Viewing;
  readonly #publishing: Store<PublishSample | null>;
  readonly #off: () => void;

  constructor(viewing: Viewing, publishing: Store<PublishSample | null>) {
    this.#viewing = viewing;
    this.#publishing = publishing;
    this.#off = viewing.stats.subscribe(() => this.#take());
  }

  close(): void {
    this.#off();
  }

  #take(): void {
    const stats = this.#viewing.stats.get();
    if (!stats) return;
    const numbers = this.#viewing.numbers.get();
    const publish = this.#publishing.get();
    const lossIn = publish?.loss ?? null;
    const point = {
      stats,
      numbers,
      latency: numbers && latency(stats, numbers, publish),
      loss: worse(lossIn, numbers?.loss ?? null),
      lossIn,
    };
    this.points.set([...this.points.get().slice(1 - HISTORY_SECONDS), point]);
  }
}

/** The point of `seconds` ago, or the oldest where there is none that old. */
export function pointBefore(
  points: readonly HealthPoint[],
  seconds: number,
): HealthPoint | undefined {
  return points.at(-1 - seconds) ?? points[0];
}

const worse = (one: number | null, other: number | null): number | null =>
  one === null ? other : Math.max(one, other ?? 0);
