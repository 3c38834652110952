/**
 * Durations of the last few hundred events and their percentiles. Fixed memory; adding costs one
 * store, sorting happens only when somebody asks.
 */
export type Percentiles = { readonly p50: number; readonly p95: number; readonly p99: number };

export class Durations {
  readonly #values: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;

  /** `capacity`: how many of the newest values count; 250 are ten seconds of frames. */
  constructor(capacity = 250) {
    this.#values = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  add(value: number): void {
    this.#values[this.#count % this.#values.length] = value;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Percentile 0..100 of the newest values; 0 when there are none. */
  percentile(percent: number): number {
    const length = Math.min(this.#count, this.#values.length);
    if (length === 0) return 0;
    const sorted = this.#sorted.subarray(0, length);
    sorted.set(this.#values.subarray(0, length));
    sorted.sort();
    return sorted[Math.min(length - 1, Math.floor((percent / 100) * length))]!;
  }

  summary(): Percentiles {
    return { p50: this.percentile(50), p95: this.percentile(95), p99: this.percentile(99) };
  }
}
