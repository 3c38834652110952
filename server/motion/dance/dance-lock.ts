/**
 * Keeps a dance step on the beat: how fast its template goes in each frame, so that the template's
 * beats land on the music's. An error is danced away within about a beat, at a speed that changes
 * gradually; nothing jumps. Pure but for its memory; one per step that plays.
 */
import type { Beat } from './beat-tracker.ts';

export type DanceStep = { readonly seconds: number; readonly beats: number };
export type HeardBeat = Pick<Beat, 'bpm' | 'phase'>;

/** A step is danced at half or double time rather than slower or faster than this. */
export const LEAST_SPEED = 0.6;
export const MOST_SPEED = 1.6;
/** Beats in which an error would be gone at the lean it asks for at first. */
const CATCH_UP_BEATS = 1;
/** Faster or slower than the music by at most this share while catching up. */
const MOST_LEAN = 0.2;
/** Speeds change by at most this much a second. */
const MOST_CHANGE = 1.5;

export class DanceLock {
  readonly #step: DanceStep;
  readonly #ownSpeed: number;
  /** Template seconds a second, as it goes now. */
  #speed: number;

  /** `ownSpeed`: how fast the step goes without a beat, and what it stays near to with one. */
  constructor(step: DanceStep, ownSpeed: number) {
    this.#step = step;
    this.#ownSpeed = ownSpeed;
    this.#speed = ownSpeed;
  }

  /**
   * Starts on the nearest beat: the template's time now, between minus and plus half a beat;
   * below 0 the step has to wait for the beat.
   */
  begin(beat: HeardBeat): number {
    if (!(beat.bpm > 0)) return 0;
    const { speed, beatSeconds } = paceOf(beat.bpm, this.#step, this.#speed);
    this.#speed = speed;
    return wrap(beat.phase) * beatSeconds;
  }

  /**
   * Template seconds that pass in the `dtSeconds` up to now. `templateSeconds`: the template's time
   * before them, counted on over all passes. `beat`: the music's, now.
   */
  advance(dtSeconds: number, templateSeconds: number, beat: HeardBeat): number {
    const wanted = this.#wanted(dtSeconds, templateSeconds, beat);
    const most = MOST_CHANGE * dtSeconds;
    this.#speed += Math.max(-most, Math.min(most, wanted - this.#speed));
    return this.#speed * dtSeconds;
  }

  #wanted(dtSeconds: number, templateSeconds: number, beat: HeardBeat): number {
    if (!(beat.bpm > 0)) return this.#ownSpeed;
    const { speed, beatSeconds } = paceOf(beat.bpm, this.#step, this.#speed);
    const error = wrap(beat.phase - (templateSeconds + speed * dtSeconds) / beatSeconds);
    const lean = Math.max(-MOST_LEAN, Math.min(MOST_LEAN, error / CATCH_UP_BEATS));
    return speed * (1 + lean);
  }
}

/**
 * The template's speed that puts its beats on the music's, at single, double, half... time: within
 * LEAST_SPEED..MOST_SPEED and there nearest to `near`. `beatSeconds`: template seconds that one beat
 * of the music takes.
 */
export function paceOf(
  bpm: number,
  { seconds, beats }: DanceStep,
  near: number,
): { readonly speed: number; readonly beatSeconds: number } {
  const plain = (seconds * bpm) / (60 * beats);
  let ratio = 2 ** Math.round(Math.log2(near / plain));
  while (plain * ratio > MOST_SPEED) ratio /= 2;
  while (plain * ratio < LEAST_SPEED) ratio *= 2;
  return { speed: plain * ratio, beatSeconds: (seconds * ratio) / beats };
}

/** To -0.5..0.5. */
function wrap(beats: number): number {
  return beats - Math.round(beats);
}
