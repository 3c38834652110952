/**
 * Which frame of the footage is shown: the one that goes round, or that of a gesture while its
 * template plays, faded into and out of. The same calls give the same frames. Pure.
 */
import type { Gesture } from '../../protocol/motion-state.ts';
import type { ClipFile, ClipMove } from './clip-file.ts';
import { showingAt, type Showing } from './loop.ts';

/** Frames that a gesture takes to come and to go; short ones a third of their length. */
const FADE = 8;

type Running = {
  readonly move: ClipMove;
  readonly beganSeconds: number;
  /** The frame that it fades in over, where it cut another gesture short. */
  readonly over: number | undefined;
};

export class Performance {
  readonly #clip: ClipFile;
  #running: Running | undefined;
  /** What is played and was answered: it begins once. */
  #told: Gesture | undefined;

  constructor(clip: ClipFile) {
    this.#clip = clip;
  }

  /** Begins what is newly played, the highest first; what has begun goes on to its own end. */
  follow(gestures: readonly Gesture[], seconds: number): void {
    if (this.#running && this.#frameOf(this.#running, seconds) >= lengthOf(this.#running.move)) {
      this.#running = undefined;
    }
    const gesture = gestures.findLast(({ template }) => this.#moveFor(template) !== undefined);
    const isNew = gesture?.template !== this.#told?.template || gesture?.script !== this.#told?.script; // prettier-ignore
    this.#told = gesture;
    // One that is played on and on comes round when it has ended.
    if (!gesture || (!isNew && (this.#running || !gesture.endless))) return;
    const over = this.#running && this.showing(seconds).second;
    this.#running = { move: this.#moveFor(gesture.template)!, beganSeconds: seconds, over };
  }

  showing(seconds: number): Showing {
    const idle = showingAt(this.#clip, seconds);
    if (!this.#running) return idle;
    const { move, over } = this.#running;
    const at = this.#frameOf(this.#running, seconds);
    const length = lengthOf(move);
    if (at >= length) return idle;
    const fade = Math.min(FADE, Math.floor(length / 3));
    const frame = move.from + at;
    if (at < fade) return { first: over ?? idle.first, second: frame, share: (at + 1) / (fade + 1) }; // prettier-ignore
    const left = length - at;
    if (left <= fade) return { first: idle.first, second: frame, share: left / (fade + 1) };
    return { first: frame, second: frame, share: 0 };
  }

  #frameOf({ beganSeconds }: Running, seconds: number): number {
    return Math.max(0, Math.floor((seconds - beganSeconds) * this.#clip.fps + 1e-6));
  }

  #moveFor(template: string): ClipMove | undefined {
    return this.#clip.moves.find(({ templates }) =>
      (templates as readonly string[]).includes(template),
    );
  }
}

function lengthOf({ from, to }: ClipMove): number {
  return to - from;
}
