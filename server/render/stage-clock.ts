/** How long the parts of a frame take, by name. */
import { Durations, type Percentiles } from '../core/percentiles.ts';

export class StageClock {
  readonly #stages = new Map<string, Durations>();

  time<T>(stage: string, work: () => T): T {
    const startedMs = performance.now();
    const result = work();
    this.#add(stage, startedMs);
    return result;
  }

  async timeAsync<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    this.#add(stage, startedMs);
    return result;
  }

  /** Milliseconds of each stage. */
  stages(): Record<string, Percentiles> {
    return Object.fromEntries([...this.#stages].map(([name, times]) => [name, times.summary()]));
  }

  #add(stage: string, startedMs: number): void {
    let durations = this.#stages.get(stage);
    if (!durations) this.#stages.set(stage, (durations = new Durations()));
    durations.add(performance.now() - startedMs);
  }
}
