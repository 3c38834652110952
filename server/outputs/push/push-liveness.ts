/**
 * Looks every second whether a target still takes bytes: one that was cut off without a word, or
 * stopped reading, keeps its connection open for minutes. Feeder thread; owned by the push.
 */
import type { PushDoor } from './push-door.ts';

const LOOK_MS = 1000;
/** Longer than networks stutter; with what buffers hide at first, under fifteen seconds. */
const WEDGED_MS = 7000;
/** Weight of the newest second in the shown bit rate. */
const SHARE = 0.3;

export class PushLiveness {
  readonly #door: PushDoor;
  readonly #onWedged: (problem: string) => void;
  readonly #timer: NodeJS.Timeout;
  #taken = 0;
  #grewAtMs = performance.now();
  #lookedAtMs = performance.now();
  /** Kilobits a second that reach the target. */
  kbps = 0;

  constructor(door: PushDoor, onWedged: (problem: string) => void) {
    this.#door = door;
    this.#onWedged = onWedged;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const taken = await this.#door.taken();
    if (Number.isNaN(taken)) return;
    const now = performance.now();
    const grown = Math.max(0, taken - this.#taken);
    this.kbps += SHARE * ((grown * 8) / Math.max(1, now - this.#lookedAtMs) - this.kbps);
    this.#lookedAtMs = now;
    this.#taken = taken;
    if (grown > 0) this.#grewAtMs = now;
    else if (now - this.#grewAtMs > WEDGED_MS) {
      this.#grewAtMs = now;
      const words = this.#door.accepted ? 'took nothing more' : 'did not answer';
      this.#onWedged(`The target ${words} for ${WEDGED_MS / 1000} seconds`);
    }
  }
}
