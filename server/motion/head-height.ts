/**
 * How high a live person carries the head, learnt from how they are seen: a short neck or a camera
 * from above would otherwise bow every host for good. Pure but for its memory; one per live source.
 */
import { BODY } from '../protocol/pose.ts';
import { NOSE_Y } from './rest.ts';

/** The usual is learnt from the first sight on, and slowly after that: nodding is no new height. */
const USUAL_SECONDS = 30;
const LONGEST_STEP_SECONDS = 0.1;
/** Who comes after so long a gap may be somebody else. */
const FORGET_SECONDS = 2;
/** Neck to nose in shoulder widths; what lies outside is no upright person. */
const LEAST = 0.25;
const MOST = 1.1;
const HEAD_JOINTS = [BODY.nose, BODY.leftEye, BODY.rightEye, BODY.leftEar, BODY.rightEar];

export class HeadHeight {
  #usual = 0;
  #seenSeconds = 0;
  #lastSeconds = -Infinity;

  /** `body`: points as [x, y, sure] relative to neck and shoulder width. */
  learn(body: Float32Array, seconds: number): void {
    const nose = BODY.nose * 3;
    if (body[nose + 2] === 0) return;
    if (seconds - this.#lastSeconds > FORGET_SECONDS) this.#usual = this.#seenSeconds = 0;
    const height = Math.hypot(body[nose]!, body[nose + 1]!);
    const elapsed = Math.min(LONGEST_STEP_SECONDS, Math.max(0, seconds - this.#lastSeconds));
    this.#lastSeconds = seconds;
    this.#seenSeconds += elapsed;
    const share = elapsed / Math.min(USUAL_SECONDS, this.#seenSeconds || elapsed || 1);
    const known = Math.min(MOST, Math.max(LEAST, height));
    this.#usual = this.#usual === 0 ? known : this.#usual + share * (known - this.#usual);
  }

  /** Moves the head's points so that the usual height is the hosts' own. */
  apply(body: Float32Array): void {
    if (this.#usual === 0) return;
    const scale = -NOSE_Y / this.#usual;
    for (const joint of HEAD_JOINTS) {
      body[joint * 3] = body[joint * 3]! * scale;
      body[joint * 3 + 1] = body[joint * 3 + 1]! * scale;
    }
  }
}
