/**
 * What a session shows: one look, or two of them while the first fades into the second. Engine or
 * drawing thread; owned by the session.
 */
import { US_PER_MS } from '../../core/time.ts';
import { Composer } from './composer.ts';
import { Kernel, type Place, type Size } from './kernel.ts';
import type { ReadyLook } from './look.ts';

export type Showing = {
  readonly fadeMs: number;
  /** The avatars as they stood, where they stand elsewhere from now on. */
  readonly held?: Uint8Array | undefined;
  /** MediaTime at which the fade begins; without one, with the next picture. */
  readonly startUs?: number | undefined;
};

type Fade = {
  readonly from: Composer;
  /** The avatars as they stood before, where they stand elsewhere now. */
  readonly held: Uint8Array | undefined;
  readonly us: number;
  /** MediaTime of its first picture. */
  startUs: number | undefined;
};

export class ScenePicture {
  readonly #size: Size;
  readonly #mixer: Mixer;
  #now: Composer;
  #fade: Fade | undefined;

  constructor(size: Size, look: ReadyLook) {
    this.#size = size;
    this.#mixer = new Mixer(size);
    this.#now = new Composer(size, look);
  }

  get look(): ReadyLook {
    return this.#now.look;
  }

  /** Shows another look from the next picture on. */
  show(look: ReadyLook, { fadeMs, held, startUs }: Showing): void {
    const next = new Composer(this.#size, look);
    const us = fadeMs * US_PER_MS;
    this.#fade = fadeMs > 0 ? { from: this.#now, held, us, startUs } : undefined;
    this.#now = next;
  }

  /** `rgba`: the avatars, premultiplied; `out`: I420. */
  compose(rgba: Uint8Array, timeUs: number, out: Uint8Array): void {
    const fade = this.#fade;
    if (fade) {
      fade.startUs ??= timeUs;
      const share = (timeUs - fade.startUs) / fade.us;
      if (share < 1) {
        this.#mixer.mix(fade, rgba, this.#now, Math.max(0, share), out);
        return;
      }
      this.#fade = undefined;
    }
    this.#now.compose(rgba, out);
  }

  /** The avatars of the last picture as they are seen, before any background; valid until the next. */
  avatars(rgba: Uint8Array): Uint8Array {
    return this.#now.avatars(rgba);
  }

  /** Pictures of the videos behind, where they come frame by frame: of the look, and of the one before. */
  showVideo(now: Uint8Array | undefined, before: Uint8Array | undefined): void {
    if (now) this.#now.showVideo(now);
    if (before) this.#fade?.from.showVideo(before);
  }
}

/** Two pictures into one; its memory is taken with the first fade. */
class Mixer {
  readonly #bytes: number;
  #parts: { readonly kernel: Kernel; readonly from: Place; readonly to: Place } | undefined;

  constructor({ width, height }: Size) {
    this.#bytes = (width * height * 3) / 2;
  }

  mix(fade: Fade, rgba: Uint8Array, now: Composer, share: number, out: Uint8Array): void {
    this.#parts ??= this.#open();
    const { kernel, from, to } = this.#parts;
    fade.from.compose(fade.held ?? rgba, kernel.view(from));
    now.compose(rgba, kernel.view(to));
    kernel.mix(from, to, share);
    out.set(kernel.view(to));
  }

  #open(): { readonly kernel: Kernel; readonly from: Place; readonly to: Place } {
    const kernel = new Kernel();
    return { kernel, from: kernel.reserve(this.#bytes), to: kernel.reserve(this.#bytes) };
  }
}
