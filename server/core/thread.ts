/**
 * An owned worker thread: typed messages both ways, and a close that waits for its real death.
 * Runs on the main thread; the owner hears about an unasked death once, through `onDeath`.
 */
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { NativeCalls } from './native-calls.ts';

export type ThreadOptions<ToOwner> = {
  readonly entry: URL;
  readonly name: string;
  readonly data?: object;
  readonly onMessage: (message: ToOwner) => void;
  /** Called when the thread ends without `close` having been called. */
  readonly onDeath: (reason: Error) => void;
};

export class Thread<ToThread, ToOwner> {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #nativeCalls = new NativeCalls();
  #closing = false;

  constructor(options: ThreadOptions<ToOwner>) {
    this.#worker = new Worker(options.entry, {
      name: options.name,
      workerData: { ...options.data, nativeCalls: this.#nativeCalls.memory },
      // A copy would hide from native libraries what a thread sets for them.
      env: SHARE_ENV,
    });
    let reason: Error | undefined;
    this.#worker.on('message', (message: ToOwner) => {
      if (!this.#closing) options.onMessage(message);
    });
    this.#worker.on('error', (error: Error) => {
      reason = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        resolve();
        if (this.#closing) return;
        options.onDeath(reason ?? new Error(`thread ${options.name} ended with code ${code}`));
      });
    });
  }

  post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Ends the thread as soon as no native call is under way: its memory and handles go with it. */
  async kill(): Promise<void> {
    await Promise.race([this.#nativeCalls.forbid(), this.#exited]);
    await this.#worker.terminate();
    await this.#exited;
  }

  /** Asks for a clean end with `farewell`, kills after `graceMs`, waits for the death. */
  async close(farewell: ToThread, graceMs: number): Promise<void> {
    this.#closing = true;
    this.post(farewell);
    const timer = setTimeout(() => void this.kill(), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }
}
