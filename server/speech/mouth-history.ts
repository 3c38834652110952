/**
 * The mouths of the last second. A body may listen further ahead than the lips need, and its frame
 * must still show the mouth of its own time; so every step is kept until it is shown. Engine
 * thread; one per speaker; allocation-free.
 */
import { ARKIT, ARKIT_COUNT } from '../protocol/arkit.ts';
import { MOUTH_WEIGHTS, type Mouth } from './mouth.ts';

/** What moves the body in one frame. */
export type Spoken = {
  /** Probability that somebody speaks, 0..1. */
  readonly voice: number;
  /** Strength of a stressed syllable since the frame before, 0..1. */
  readonly stress: number;
};

/** Steps of 20 ms: 1.28 s, more than anybody listens ahead. */
const STEPS = 64;
const INDICES = Uint8Array.from(MOUTH_WEIGHTS, (name) => ARKIT[name]);

export class MouthHistory {
  readonly #faces = Array.from({ length: STEPS }, () => new Float32Array(ARKIT_COUNT));
  readonly #voices = new Float32Array(STEPS);
  readonly #stresses = new Float32Array(STEPS);
  readonly #spoken = { voice: 0, stress: 0 };
  /** Numbers of the first step that was ever kept, of the newest, and of the one that is shown. */
  #first = 0;
  #newest = -1;
  #shown = -1;

  /** What is shown; the same object every time. */
  get spoken(): Spoken {
    return this.#spoken;
  }

  /** Keeps the mouth of a step; numbers only grow, by one except after a pause. */
  keep(step: number, mouth: Mouth, { voice, stress }: Spoken): void {
    if (step !== this.#newest + 1) {
      this.#first = step;
      this.#shown = Math.max(this.#shown, step - 1);
    }
    this.#newest = step;
    const slot = step % STEPS;
    mouth.apply(this.#faces[slot]!);
    this.#voices[slot] = voice;
    this.#stresses[slot] = stress;
  }

  /** Shows that step from now on, or the nearest that is kept. */
  show(step: number): void {
    if (this.#newest < 0) return;
    const oldest = Math.max(this.#first, this.#newest - STEPS + 1);
    const shown = Math.max(oldest, Math.min(this.#newest, step));
    let stress = 0;
    for (let each = Math.max(oldest, this.#shown + 1); each <= shown; each += 1) {
      stress = Math.max(stress, this.#stresses[each % STEPS]!);
    }
    this.#shown = shown;
    this.#spoken.voice = this.#voices[shown % STEPS]!;
    this.#spoken.stress = stress;
  }

  /** Writes the shown mouth's weights into a face of 52 ARKit weights; others stay as they are. */
  apply(face: Float32Array): void {
    if (this.#shown < 0) return;
    const shown = this.#faces[this.#shown % STEPS]!;
    for (const index of INDICES) face[index] = shown[index]!;
  }
}
