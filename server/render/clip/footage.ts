/**
 * A pack's footage on its way into shared memory: a thread of its own reads ffmpeg and counts the
 * frames that are there; whoever draws reads the count and never waits for messages, which an engine
 * thread has no loop for. Owned by the frame store of the thread that draws.
 */
import { AppError } from '../../core/errors.ts';
import { Thread } from '../../core/thread.ts';
import type { Size } from '../picture/still.ts';

export type FrameOrder = Size & {
  readonly path: string;
  readonly sha256: string;
  readonly frames: number;
  readonly fps: number;
};

/** What the thread is given to start. */
export type FootageData = {
  readonly order: FrameOrder;
  /** Full-range I420, 1.5 bytes a pixel, frame after frame. */
  readonly planes: SharedArrayBuffer;
  /** Frames that are there, and the bytes of `said`; negative frames: it failed. */
  readonly state: SharedArrayBuffer;
  /** Why it failed, UTF-8. */
  readonly said: SharedArrayBuffer;
};

export const STATE = { frames: 0, saidBytes: 1 } as const;
export const FAILED = -1;
const SAID_BYTES = 1024;
const MOST_BYTES = 512 * 2 ** 20;
const ENTRY = new URL('footage-thread.ts', import.meta.url);
const STOP_MS = 3000;

export class Footage {
  readonly order: FrameOrder;
  readonly #data: FootageData;
  readonly #state: Int32Array;
  #thread: Thread<'stop', never> | undefined;

  /** Throws `bad_pack` for footage that needs more than 512 MiB. */
  constructor(order: FrameOrder) {
    const bytes = order.width * order.height * 1.5 * order.frames;
    if (bytes > MOST_BYTES) {
      const found = Math.round(bytes / 2 ** 20);
      throw new AppError('bad_pack', `expected footage of at most 512 MiB when decoded, found ${found} MiB: show it smaller or cut it shorter`); // prettier-ignore
    }
    this.order = order;
    const [planes, state] = [new SharedArrayBuffer(bytes), new SharedArrayBuffer(8)];
    this.#data = { order, planes, state, said: new SharedArrayBuffer(SAID_BYTES) };
    this.#state = new Int32Array(state);
  }

  /** Begins to decode, once. */
  start(): void {
    this.#thread ??= new Thread<'stop', never>({
      ...{ entry: ENTRY, name: 'posecast-footage', data: this.#data },
      onMessage: () => undefined,
      onDeath: ({ message }) => this.#died(message),
    });
  }

  /** Frames that are there, from the first on. */
  get frames(): number {
    return Math.max(0, Atomics.load(this.#state, STATE.frames));
  }

  /** Why there will be no further ones, as a sentence; empty while all is well. */
  get problem(): string {
    if (Atomics.load(this.#state, STATE.frames) !== FAILED) return '';
    const bytes = Atomics.load(this.#state, STATE.saidBytes);
    return Buffer.from(new Uint8Array(this.#data.said, 0, bytes)).toString('utf8');
  }

  /** One that is there. */
  frame(index: number): Uint8Array {
    const bytes = this.order.width * this.order.height * 1.5;
    return new Uint8Array(this.#data.planes, index * bytes, bytes);
  }

  /** Resolves when the frame is there. Throws `bad_pack`. */
  async reach(index: number): Promise<void> {
    this.start();
    for (;;) {
      const seen = Atomics.load(this.#state, STATE.frames);
      if (seen === FAILED) throw new AppError('bad_pack', this.problem);
      if (seen > index) return;
      const { async: waits, value } = Atomics.waitAsync(this.#state, STATE.frames, seen);
      if (waits) await value;
    }
  }

  /** Blocks the thread for the first frame, at most so long. Throws `bad_pack`. */
  waitForFirst(ms: number): void {
    this.start();
    Atomics.wait(this.#state, STATE.frames, 0, ms);
    if (this.problem !== '') throw new AppError('bad_pack', this.problem);
  }

  /** The thread ends with its ffmpeg; nobody has to wait for it. */
  close(): void {
    void this.#thread?.close('stop', STOP_MS);
  }

  /** It ended without having said why, or after it had done all. */
  #died(message: string): void {
    const frames = Atomics.load(this.#state, STATE.frames);
    if (frames === FAILED || frames === this.order.frames) return;
    fail(this.#data, message);
  }
}

/** For the thread itself too. */
export function fail({ state, said }: FootageData, why: string): void {
  const words = new Int32Array(state);
  const text = Buffer.from(why).subarray(0, SAID_BYTES);
  new Uint8Array(said).set(text);
  Atomics.store(words, STATE.saidBytes, text.length);
  Atomics.store(words, STATE.frames, FAILED);
  Atomics.notify(words, STATE.frames);
}
