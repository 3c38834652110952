/**
 * The engine threads of this machine. A session stays on the one it was given to; the pool gives
 * each new one to the thread with the fewest. Main thread; owned by the app.
 */
import { Engine, type EngineOptions } from './engine.ts';

export type EnginePoolOptions = EngineOptions & {
  /** Drawing is single-threaded, so more sessions than one thread can draw need more of them. */
  readonly threads: number;
};

export class EnginePool {
  readonly #engines: readonly Engine[];

  private constructor(engines: readonly Engine[]) {
    this.#engines = engines;
  }

  /** Starts the threads and waits until they can draw. Throws `engine_failed`. */
  static async open(options: EnginePoolOptions): Promise<EnginePool> {
    const opened = await Promise.allSettled(
      Array.from({ length: options.threads }, () => Engine.open(options)),
    );
    const engines = opened.flatMap((result) =>
      result.status === 'fulfilled' ? [result.value] : [],
    );
    const failed = opened.find((result) => result.status === 'rejected');
    if (!failed) return new EnginePool(engines);
    await Promise.all(engines.map((engine) => engine.close()));
    throw failed.reason;
  }

  /** The engine with the fewest sessions. */
  least(): Engine {
    return this.#engines.reduce((least, engine) =>
      engine.sessions < least.sessions ? engine : least,
    );
  }

  /** For tests of recovery: ends the threads as a crash would. */
  async kill(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.kill()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.close()));
  }
}
