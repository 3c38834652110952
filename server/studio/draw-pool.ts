/**
 * Poses in, pictures out, in the same order: the drawing of a render, spread over threads that take
 * turns. Bounded: who pushes takes a picture for each beyond `capacity`. One task at a time; owned
 * by the render.
 */
import { Thread } from '../core/thread.ts';
import type { Pose } from '../protocol/pose.ts';
import {
  packPoses,
  pictureBytes,
  type DrawData,
  type DrawOptions,
  type FromDraw,
  type ToDraw,
} from './draw-job.ts';

const ENTRY = new URL('draw-thread.ts', import.meta.url);
/** Pictures of one thread that are drawn or being written. */
const SLOTS = 3;
const STOP_MS = 2000;

export class DrawPool {
  readonly #threads: readonly Thread<ToDraw, FromDraw>[];
  readonly #pictures: readonly SharedArrayBuffer[];
  readonly #bytes: number;
  readonly #sounds: Float32Array[] = [];
  readonly #drawn = new Set<number>();
  #pushed = 0;
  #taken = 0;
  #waiting: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;

  constructor(options: DrawOptions, threads: number) {
    this.#bytes = pictureBytes(options);
    this.#pictures = Array.from(
      { length: threads },
      () => new SharedArrayBuffer(this.#bytes * SLOTS),
    );
    this.#threads = this.#pictures.map((pictures, first) => {
      const data: DrawData = { ...options, threads, first, pictures, slots: SLOTS };
      return new Thread<ToDraw, FromDraw>({
        ...{ entry: ENTRY, name: `posecast-draw-${first}`, data },
        onMessage: (message) => this.#hear(message),
        onDeath: (reason) => this.#fail(reason),
      });
    });
  }

  /** Whether another pose may be pushed before a picture is taken. */
  get hasRoom(): boolean {
    // One less: the picture that was taken last is still being read.
    return this.#pushed - this.#taken < this.#threads.length * SLOTS - 1;
  }

  /** The next frame's poses and what its bodies listen to; copies are made. */
  push(poses: readonly Pose[], seconds: number, sound?: Float32Array): void {
    const message = {
      type: 'frame',
      frame: this.#pushed,
      seconds,
      poses: packPoses(poses),
      sound: sound && this.#share(sound),
    } as const;
    for (const thread of this.#threads) thread.post(message);
    this.#pushed += 1;
  }

  /** The next picture, valid until the next call. Throws what a drawing thread failed with. */
  async take(): Promise<Uint8Array> {
    const frame = this.#taken;
    while (!this.#drawn.delete(frame)) {
      if (this.#failure) throw this.#failure;
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
    }
    this.#taken += 1;
    const slot = Math.floor(frame / this.#threads.length) % SLOTS;
    const pictures = this.#pictures[frame % this.#threads.length]!;
    return new Uint8Array(pictures, slot * this.#bytes, this.#bytes);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close({ type: 'stop' }, STOP_MS)));
  }

  /** In memory of the frames that are under way: a thread's message must stay small. */
  #share(sound: Float32Array): Float32Array {
    const slot = this.#pushed % (this.#threads.length * SLOTS);
    this.#sounds[slot] ??= new Float32Array(new SharedArrayBuffer(sound.byteLength));
    this.#sounds[slot].set(sound);
    return this.#sounds[slot];
  }

  #hear(message: FromDraw): void {
    if (message.type === 'failed') this.#fail(message.error);
    else this.#drawn.add(message.frame);
    this.#waiting?.resolve();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.resolve();
  }
}
