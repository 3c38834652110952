/** How often something happens, over the last two seconds. */
const WINDOW_MS = 2000;

export class Rate {
  readonly #timesMs: number[] = [];

  add(nowMs: number): void {
    this.#timesMs.push(nowMs);
    while (nowMs - this.#timesMs[0]! > WINDOW_MS) this.#timesMs.shift();
  }

  /** 0 until there were two. */
  get hz(): number {
    const first = this.#timesMs[0];
    const last = this.#timesMs.at(-1);
    if (first === undefined || last === undefined || last === first) return 0;
    return ((this.#timesMs.length - 1) * 1000) / (last - first);
  }
}
