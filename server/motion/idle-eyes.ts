/**
 * When idle eyes blink and where they look: two small schedules over MediaTime, drawn from a
 * seeded generator. Owned by IdleMotion.
 */

/** People blink every 2-6 s; lids close faster than they open. */
const BLINK_MIN_SECONDS = 2;
const BLINK_SPREAD_SECONDS = 4;
const CLOSING_SECONDS = 0.06;
const OPENING_SECONDS = 0.1;
const DOUBLE_CHANCE = 0.15;
const DOUBLE_GAP_SECONDS = 0.26;

export class Blinks {
  readonly #random: () => number;
  #start = Number.NaN;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Lid closure 0..1 at this time; times must not go back (after `restart` they may). */
  at(timeSeconds: number): number {
    if (Number.isNaN(this.#start)) this.restart(timeSeconds);
    let since = timeSeconds - this.#start;
    if (since > CLOSING_SECONDS + OPENING_SECONDS) {
      this.#start = timeSeconds + this.#pause();
      since = timeSeconds - this.#start;
    }
    if (since <= 0) return 0;
    if (since < CLOSING_SECONDS) return ease(since / CLOSING_SECONDS);
    return ease(1 - (since - CLOSING_SECONDS) / OPENING_SECONDS);
  }

  restart(timeSeconds: number): void {
    this.#start = timeSeconds + 1 + this.#random() * 2;
  }

  #pause(): number {
    if (this.#random() < DOUBLE_CHANCE) return DOUBLE_GAP_SECONDS;
    return BLINK_MIN_SECONDS + this.#random() * BLINK_SPREAD_SECONDS;
  }
}

const SACCADE_SECONDS = 0.08;
/** Share of fixations that are on the camera. */
const CAMERA_CHANCE = 0.6;

/** Fixations joined by saccades; x towards the avatar's left, y up, -1..1. */
export class Gaze {
  x = 0;
  y = 0;
  /** The current fixation: the head turns after it slowly. */
  targetX = 0;
  targetY = 0;
  readonly #random: () => number;
  #fromX = 0;
  #fromY = 0;
  #start = Number.NaN;
  #next = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  update(timeSeconds: number): void {
    if (Number.isNaN(this.#start)) this.restart(timeSeconds);
    if (timeSeconds >= this.#next) this.#glance(timeSeconds);
    const part = ease((timeSeconds - this.#start) / SACCADE_SECONDS);
    this.x = this.#fromX + (this.targetX - this.#fromX) * part;
    this.y = this.#fromY + (this.targetY - this.#fromY) * part;
  }

  restart(timeSeconds: number): void {
    this.#start = timeSeconds - SACCADE_SECONDS;
    this.#next = timeSeconds + 1 + this.#random() * 2;
    this.targetX = 0;
    this.targetY = 0;
  }

  #glance(timeSeconds: number): void {
    const atCamera = this.#random() < CAMERA_CHANCE;
    const reach = atCamera ? 0.06 : 0.4;
    this.#fromX = this.x;
    this.#fromY = this.y;
    this.targetX = (this.#random() * 2 - 1) * reach;
    this.targetY = (this.#random() * 1.6 - 1) * reach * 0.6;
    this.#start = timeSeconds;
    this.#next = timeSeconds + (atCamera ? 1.2 + this.#random() * 2.4 : 0.5 + this.#random() * 0.9);
  }
}

/** Smooth 0..1. */
export function ease(value: number): number {
  const t = Math.max(0, Math.min(1, value));
  return t * t * (3 - 2 * t);
}
