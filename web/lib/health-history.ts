/**
 * The last minute of a live session in numbers, one point a second as the server's stats arrive:
 * what the health strip draws and judges. Owned by the studio; it lives as long as its session is
 * attached, so another page of the panel leaves no gap.
 */
import { HISTORY_SECONDS, type HealthPoint } from './health-measures.ts';
import { latency } from './latency.ts';
import type { PublishSample } from './stats.ts';
import { Store } from './store.ts';
import type { Viewing } from './viewing.ts';

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

const worse = (one: number | null, other: number | null): number | null =>
  one === null ? other : Math.max(one, other ?? 0);
