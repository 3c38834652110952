/**
 * Poses in, pictures out, in the same order: the drawing of a render, spread over threads that take
 * turns. Bounded: who pushes takes a picture for each beyond `capacity`. One task at a time; owned
 * by the render.
 */
import { Thread } from '../core/thread.ts';
import type { Gesture } from '../protocol/motion-state.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { Pose } from '../protocol/pose.ts';
import type { ReadyLook } from '../render/scene/look.ts';
import {
  behindBytes,
  packPoses,
  pictureBytes,
  type DrawData,
  type DrawOptions,
  type FromDraw,
  type ToDraw,
  type Videos,
} from './draw-job.ts';

const ENTRY = new URL('draw-thread.ts', import.meta.url);
/** Pictures of one thread that are drawn or being written. */
const SLOTS = 3;
const STOP_MS = 2000;

export type Along = {
  /** What bodies listen to. */
  readonly sound?: Float32Array | undefined;
  /** What each avatar plays; undefined where no body wants to know. */
  readonly gestures?: readonly (readonly Gesture[])[] | undefined;
  /** Which pictures of videos were written to `behind`. */
  readonly videos?: Videos;
};

const NO_VIDEOS: Videos = { now: false, before: false };

export class DrawPool {
  readonly #threads: readonly Thread<ToDraw, FromDraw>[];
  readonly #pictures: readonly SharedArrayBuffer[];
  readonly #bytes: number;
  readonly #behind: readonly SharedArrayBuffer[];
  readonly #behindBytes: number;
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
    this.#behindBytes = behindBytes(options);
    this.#behind = this.#pictures.map(() => new SharedArrayBuffer(this.#behindBytes * 2 * SLOTS));
    this.#threads = this.#pictures.map((pictures, first) => {
      const behind = this.#behind[first]!;
      const data: DrawData = { ...options, threads, first, pictures, slots: SLOTS, behind };
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

  /** Another look from the next frame on. */
  show(look: ReadyLook, fadeMs: number, seconds: number): void {
    for (const thread of this.#threads) thread.post({ type: 'show', look, fadeMs, seconds });
  }

  /** Another prompt, strength or seed from the next frame on. */
  restyle(change: DiffusionChange): void {
    for (const thread of this.#threads) thread.post({ type: 'style', change });
  }

  /** Where the next frame's picture of a video goes, before it is pushed. */
  behind(which: 'now' | 'before'): Uint8Array {
    const frame = this.#pushed;
    const slot = Math.floor(frame / this.#threads.length) % SLOTS;
    const at = (slot * 2 + (which === 'now' ? 0 : 1)) * this.#behindBytes;
    return new Uint8Array(this.#behind[frame % this.#threads.length]!, at, this.#behindBytes);
  }

  /** The next frame's poses and what goes with them; copies are made. */
  push(poses: readonly Pose[], seconds: number, along: Along = {}): void {
    const { sound, gestures, videos = NO_VIDEOS } = along;
    const message = {
      type: 'frame',
      frame: this.#pushed,
      seconds,
      videos,
      poses: packPoses(poses),
      sound: sound && this.#share(sound),
      gestures,
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
