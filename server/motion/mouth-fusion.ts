/**
 * Whose mouth is shown: the voice's, with what a webcam sees of the lips mixed in, and in silence
 * what webcam or template say. Engine thread, one per avatar, allocation-free.
 */
import { ARKIT_COUNT } from '../protocol/arkit.ts';
import { fuseMouth } from '../speech/mouth-fusion.ts';

/** How much of the mouth is said by live sources and by templates, 0..1. */
export type MouthSeen = { readonly live: number; readonly played: number };

/** Voice probabilities between which the mouth passes from the picture to the sound. */
const FROM = 0.15;
const FULLY = 0.5;
/** Shares of the way per frame: to the voice quickly, back only when the word is over. */
const ATTACK = 0.6;
const RELEASE = 0.15;
/** While somebody speaks, the webcam's part. */
const SPEAKING_SHARE = 0.5;

export class MouthFusion {
  readonly #seen = new Float32Array(ARKIT_COUNT);
  #voice = 0;

  /** `face` as motion says it becomes the face that is shown; `applyMouth` writes the voice's. */
  apply(
    face: Float32Array,
    said: { readonly seen: MouthSeen; readonly voice: number },
    applyMouth: (face: Float32Array) => void,
  ): void {
    const target = Math.max(0, Math.min(1, (said.voice - FROM) / (FULLY - FROM)));
    this.#voice += (target - this.#voice) * (target > this.#voice ? ATTACK : RELEASE);
    const live = said.seen.live * (1 - SPEAKING_SHARE * this.#voice);
    const played = said.seen.played * (1 - this.#voice);
    this.#seen.set(face);
    applyMouth(face);
    fuseMouth(face, this.#seen, Math.max(live, played), face);
  }
}
