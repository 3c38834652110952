/**
 * Native calls of a thread, counted where its owner can see them. A thread that is ended in the middle
 * of one takes the process with it: Node-API can't throw into a thread that is ending, and an addon
 * that tries (onnxruntime-node does) calls abort(). So the owner forbids further calls and waits for
 * those that are under way before it ends the thread.
 */
import { workerData } from 'node:worker_threads';

/** int32[0]: calls under way. [1]: 1 once no more may begin. */
const UNDER_WAY = 0;
const FORBIDDEN = 1;

/** The owner's side; `memory` goes to the thread as `nativeCalls` of its data. */
export class NativeCalls {
  readonly memory = new SharedArrayBuffer(8);
  readonly #state = new Int32Array(this.memory);

  /** From now on a thread that begins a call sleeps for good; resolves when none is under way. */
  async forbid(): Promise<void> {
    Atomics.store(this.#state, FORBIDDEN, 1);
    for (;;) {
      const underWay = Atomics.load(this.#state, UNDER_WAY);
      if (underWay === 0) return;
      await Atomics.waitAsync(this.#state, UNDER_WAY, underWay).value;
    }
  }
}

const { nativeCalls } = (workerData ?? {}) as { readonly nativeCalls?: SharedArrayBuffer };
const state = nativeCalls && new Int32Array(nativeCalls);

/** The thread's side, around whatever may throw in native code; a plain call in a thread without such an owner. */
export async function nativeCall<T>(call: () => Promise<T>): Promise<T> {
  if (!state) return call();
  Atomics.add(state, UNDER_WAY, 1);
  // Looked at after it was counted: either the owner sees the call, or the call sees the owner.
  if (Atomics.load(state, FORBIDDEN) === 1) sleepForGood(state);
  try {
    return await call();
  } finally {
    leave(state);
  }
}

function leave(counts: Int32Array<SharedArrayBuffer>): void {
  Atomics.sub(counts, UNDER_WAY, 1);
  Atomics.notify(counts, UNDER_WAY);
}

/** The owner ends the thread meanwhile. */
function sleepForGood(counts: Int32Array<SharedArrayBuffer>): void {
  leave(counts);
  Atomics.wait(counts, FORBIDDEN, 1);
}
