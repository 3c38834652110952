/**
 * What is drawn when there is not time for everything: full → half-rate body → lips only → held
 * picture, decided from what drawing took, and back up again. Pure but for its memory: told of each
 * tick, it knows no clock. Engine thread; one per session, owned by the engine's session.
 *
 * Hysteresis: a rung is left downwards when it costs more than its ticks, or when the thread runs
 * behind for a good part of two seconds; upwards only after a stay, and when the rung above would
 * fit with room to spare. What is not drawn can't be measured, so an old measurement counts as
 * fitting and is tried; a try that fails doubles the stay, up to a minute.
 */
import { TICK_US, US_PER_MS } from '../core/time.ts';

export const RUNGS = ['full', 'half-rate', 'lips-only', 'held'] as const;
export type Rung = (typeof RUNGS)[number];

/** What a tick draws: everything, the mouth over the last picture, or nothing. */
export type Drawing = 'body' | 'lips' | 'nothing';

export type DrawnTick = {
  readonly drew: Drawing;
  /** How long that took. */
  readonly ms: number;
  /** The thread was so far behind that nothing could be drawn. */
  readonly behind: boolean;
};

const TICK_MS = TICK_US / US_PER_MS;
/** Weight of the newest measurement; one slow draw (a full collection) must not move a rung. */
const DRAW_SHARE = 0.1;
const LONGEST_COUNTED_MS = 4 * TICK_MS;
const BEHIND_SHARE = 1 / 50;
const TOO_OFTEN_BEHIND = 0.25;
const HARDLY_BEHIND = 0.03;
/** Shares of a tick: beyond the first a rung is too dear, below the second the one above fits. */
const TOO_DEAR = 0.95;
const WITH_ROOM = 0.75;
/** Ticks on a rung before it may be left, downwards and upwards. */
const SETTLE_TICKS = 12;
const STAY_TICKS = 125;
const LONGEST_STAY_TICKS = 1500;
/** Down again so soon after a climb: the climb was a mistake. */
const RELAPSE_TICKS = 100;
/** So long on one rung: old mistakes are forgotten. */
const STEADY_TICKS = 1500;

export class QualityLadder {
  readonly #rungs: readonly Rung[];
  #at = 0;
  #ticks = 0;
  #stay = STAY_TICKS;
  #climbed = false;
  #behind = 0;
  #bodyMs = 0;
  #lipsMs = 0;
  #bodyMeasured = 0;
  /** How often a rung was left downwards. */
  downs = 0;

  /** `lips`: whether the bodies can draw a mouth over their last picture. */
  constructor({ lips }: { readonly lips: boolean }) {
    this.#rungs = lips ? RUNGS : RUNGS.filter((rung) => rung !== 'lips-only');
  }

  get rung(): Rung {
    return this.#rungs[this.#at]!;
  }

  /** What the next tick draws. */
  get next(): Drawing {
    const between = this.#rungs.includes('lips-only') ? 'lips' : 'nothing';
    switch (this.rung) {
      case 'full':
        return 'body';
      case 'half-rate':
        return this.#ticks % 2 === 0 ? 'body' : between;
      case 'lips-only':
        return 'lips';
      case 'held':
        return 'nothing';
      default:
        return this.rung satisfies never;
    }
  }

  /** One tick is over. */
  tick({ drew, ms, behind }: DrawnTick): void {
    this.#ticks += 1;
    this.#bodyMeasured += 1;
    this.#behind += BEHIND_SHARE * (Number(behind) - this.#behind);
    const counted = Math.min(ms, LONGEST_COUNTED_MS);
    if (drew === 'body') {
      this.#bodyMs = mean(this.#bodyMs, counted);
      this.#bodyMeasured = 0;
    } else if (drew === 'lips') this.#lipsMs = mean(this.#lipsMs, counted);
    if (this.#tooDear) this.#move(1);
    else if (this.#mayClimb) this.#move(-1);
    else if (this.#ticks > STEADY_TICKS) this.#stay = STAY_TICKS;
  }

  get #tooDear(): boolean {
    if (this.#at === this.#rungs.length - 1 || this.#ticks < SETTLE_TICKS) return false;
    return this.#behind > TOO_OFTEN_BEHIND || this.#costMs(this.#at) > TOO_DEAR * TICK_MS;
  }

  get #mayClimb(): boolean {
    if (this.#at === 0 || this.#ticks < this.#stay || this.#behind > HARDLY_BEHIND) return false;
    const isOld = this.#bodyMeasured >= this.#stay;
    return isOld || this.#costMs(this.#at - 1) < WITH_ROOM * TICK_MS;
  }

  /** What a tick costs on a rung, on average. */
  #costMs(at: number): number {
    switch (this.#rungs[at]!) {
      case 'full':
        return this.#bodyMs;
      case 'half-rate':
        return (this.#bodyMs + this.#lipsMs) / 2;
      case 'lips-only':
        return this.#lipsMs;
      case 'held':
        return 0;
    }
  }

  #move(by: 1 | -1): void {
    const relapsed = by === 1 && this.#climbed && this.#ticks < RELAPSE_TICKS;
    if (relapsed) this.#stay = Math.min(LONGEST_STAY_TICKS, this.#stay * 2);
    if (by === 1) this.downs += 1;
    // Nobody knows what a body costs that was not drawn for so long: measure anew.
    else if (this.#bodyMeasured >= this.#stay) this.#bodyMs = 0;
    this.#climbed = by === -1;
    this.#at += by;
    this.#ticks = 0;
    this.#behind = 0;
  }
}

/** The first measurement counts in full. */
function mean(before: number, now: number): number {
  return before === 0 ? now : before + DRAW_SHARE * (now - before);
}
