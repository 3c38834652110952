/**
 * How far ahead of a frame its sound must be there, and the sound that its bodies listen to. Live
 * and offline ask the same ear, so that a render shows what the stream showed. Owned by the session
 * or render whose speech it is.
 */
import { US_PER_MS } from '../core/time.ts';
import type { Hearing } from '../render/body.ts';
import { DECIMATOR_DELAY_SAMPLES } from './resample.ts';
import type { Speech } from './speech.ts';

/** The frame shows the mouth of this much sound, one step of the lips. */
export const MOUTH_US = 20_000;
export const HEARING_RATE_HZ = 16_000;
const SAMPLES_PER_MS = HEARING_RATE_HZ / 1000;
/** What the low-pass of the 16 kHz signal holds back. */
const FILTER_US = Math.ceil((DECIMATOR_DELAY_SAMPLES / SAMPLES_PER_MS) * US_PER_MS);

export class Ear {
  /** How long after a frame's MediaTime the last sound that it needs is spoken, microseconds. */
  readonly aheadUs: number;
  readonly #speech: Speech;
  readonly #hearing: Hearing | undefined;
  readonly #window: Float32Array;

  /** `hearing`: of the body that listens furthest; undefined when none listens. */
  constructor(speech: Speech, hearing: Hearing | undefined) {
    this.#speech = speech;
    this.#hearing = hearing;
    this.#window = new Float32Array(hearing ? hearingSamples(hearing) : 0);
    const lipsUs = MOUTH_US + speech.lookaheadMs * US_PER_MS;
    this.aheadUs = hearing ? Math.max(lipsUs, hearing.afterMs * US_PER_MS + FILTER_US) : lipsUs;
  }

  /** The sound around `timeUs` at 16 kHz, valid until the next call; undefined when none listens. */
  listen(timeUs: number): Float32Array | undefined {
    if (!this.#hearing) return undefined;
    this.#speech.readHeard(timeUs - this.#hearing.beforeMs * US_PER_MS, this.#window);
    return this.#window;
  }
}

/** Length of the window that a body of this hearing is given. */
export function hearingSamples({ beforeMs, afterMs }: Hearing): number {
  return (beforeMs + afterMs) * SAMPLES_PER_MS;
}

/** The part of a wider window that a body of narrower hearing is given. */
export function partHeard(wide: Float32Array, given: Hearing, wanted: Hearing): Float32Array {
  const from = (given.beforeMs - wanted.beforeMs) * SAMPLES_PER_MS;
  return wide.subarray(from, from + hearingSamples(wanted));
}
