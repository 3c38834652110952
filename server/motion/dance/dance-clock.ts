/**
 * Keeps a dance step on the music: where in its template a dancer should be now, so that the
 * template's beats land on the music's. Follows the beat without jumping: an error is danced away
 * within two beats. Pure but for its memory; one per dancer.
 */
import type { Beat } from './beat-tracker.ts';

export type DanceStep = { readonly seconds: number; readonly beats: number };

/** The step is danced at half or double time rather than slower or faster than this. */
const LEAST_SPEED = 0.6;
const MOST_SPEED = 1.7;
const CATCH_UP_BEATS = 2;
/** Faster or slower than the music by at most this share while catching up. */
const MOST_LEAN = 0.25;

export class DanceClock {
  /** Beats danced since the start, whole ones on the beat. */
  #beats: number | undefined;
  #lastUs = 0;

  /** Seconds into the template, 0..step.seconds; undefined while there is no beat. */
  at(timeUs: number, beat: Beat, step: DanceStep): number | undefined {
    if (!(beat.bpm > 0)) return undefined;
    const ratio = timing(beat.bpm, step);
    const beatUs = 60e6 / beat.bpm;
    if (this.#beats === undefined) this.#beats = beat.phase;
    else {
      const passed = Math.max(0, timeUs - this.#lastUs) / beatUs;
      const error = wrap(beat.phase - (this.#beats + passed));
      const most = MOST_LEAN * passed;
      const lean = Math.max(-most, Math.min(most, (error * passed) / CATCH_UP_BEATS));
      this.#beats += passed + lean;
    }
    this.#lastUs = timeUs;
    const share = (this.#beats * ratio) / step.beats;
    return (share - Math.floor(share)) * step.seconds;
  }
}

/** Speed that puts the step's beats on the music's, halved or doubled to stay natural. */
export function danceSpeed(bpm: number, step: DanceStep): number {
  return (timing(bpm, step) * step.seconds * bpm) / (60 * step.beats);
}

/** Template beats a music beat: 1, or a power of two. */
function timing(bpm: number, { seconds, beats }: DanceStep): number {
  const plain = (seconds * bpm) / (60 * beats);
  let ratio = 1;
  while (plain * ratio > MOST_SPEED) ratio /= 2;
  while (plain * ratio < LEAST_SPEED) ratio *= 2;
  return ratio;
}

function wrap(beats: number): number {
  return beats - Math.round(beats);
}
