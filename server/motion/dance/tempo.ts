/**
 * The tempo of a session at any MediaTime: what was tapped by hand, until that is taken back, else
 * what is heard in the music once it is clear enough. Engine thread; one per session.
 */
import type { MotionState } from '../../protocol/motion-state.ts';
import type { Beat } from './beat-tracker.ts';

/** A tempo set by hand: beats a minute, and the MediaTime of one of its beats. */
export type HandTempo = { readonly bpm: number; readonly beatUs: number };

export type TempoNow = Readonly<MotionState['tempo']>;

/** So clear a beat is danced to, and kept until it is less clear than that. */
const CLEAR = 0.3;
const UNCLEAR = 0.18;
const NONE: TempoNow = { bpm: 0, phase: 0, confidence: 0, source: null };

export class Tempo {
  /** Overrides the music. */
  byHand: HandTempo | undefined;
  #clear = false;

  /** `heard`: the music's beat at `timeUs`; undefined without music. bpm is 0 where none is known. */
  at(timeUs: number, heard: Beat | undefined): TempoNow {
    const confidence = heard?.confidence ?? 0;
    this.#clear = confidence >= (this.#clear ? UNCLEAR : CLEAR);
    if (this.byHand) {
      const { bpm, beatUs } = this.byHand;
      const beats = ((timeUs - beatUs) * bpm) / 60e6;
      return { bpm, phase: beats - Math.floor(beats), confidence: 1, source: 'tap' };
    }
    if (!heard || !this.#clear) return NONE;
    return { bpm: heard.bpm, phase: heard.phase, confidence, source: 'music' };
  }
}
