/**
 * Makes frames leave evenly. Drawing and encoding take now 10 and now 30 ms, and the microphone's
 * packets wander too. A browser that sees frames come unevenly buffers for the worst of them and a
 * good deal more; so a frame that is ready early waits until nine in ten would be. Measured with
 * one session on two busy cores: the server's part grows by 15 ms, Chromium's buffer shrinks by
 * 40 ms, and sound and picture stay together. Pure; times come from outside.
 */
import { Durations } from '../core/percentiles.ts';

const EVEN_PERCENT = 90;
/** What the slowest tenth may cost the others at most. */
const MOST_WAIT_MS = 20;
const UPDATE_EVERY_FRAMES = 25;
/** Frames of the start, while the encoder opens, say nothing about the others. */
const START_FRAMES = 50;

export class EvenPace {
  readonly #ready = new Durations();
  #paceMs = 0;
  #frames = 0;

  /** How long a frame that is ready `readyMs` after its MediaTime must wait, ms. */
  next(readyMs: number): number {
    this.#frames += 1;
    if (this.#frames <= START_FRAMES) return 0;
    this.#ready.add(readyMs);
    if (this.#ready.count % UPDATE_EVERY_FRAMES === 0) {
      const usual = this.#ready.percentile(50);
      this.#paceMs = Math.min(this.#ready.percentile(EVEN_PERCENT), usual + MOST_WAIT_MS);
    }
    return Math.max(0, this.#paceMs - readyMs);
  }
}
