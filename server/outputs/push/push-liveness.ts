/**
 * Looks whether a target still takes what it is sent: one that was cut off without a word, or stopped
 * reading, keeps its connection open for minutes. Feeder thread; owned by the push.
 */
import type { PushDoor } from './push-door.ts';
import { TakenWatch } from './taken-watch.ts';

const LOOK_MS = 1000;
/** Every so many looks the room is asked for, which costs a process. */
const ROOM_EVERY = 2;
/** Weight of the newest second in the shown bit rate. */
const SHARE = 0.3;

export class PushLiveness {
  readonly #door: PushDoor;
  readonly #onWedged: (problem: string) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #watch = new TakenWatch();
  #looks = 0;
  #room: number | undefined;
  #taken = 0;
  #lookedAtMs = performance.now();
  #closed = false;
  /** Kilobits a second that reach the target. */
  kbps = 0;

  constructor(door: PushDoor, onWedged: (problem: string) => void) {
    this.#door = door;
    this.#onWedged = onWedged;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const taken = await this.#door.taken();
    if (Number.isNaN(taken)) return;
    if (this.#looks % ROOM_EVERY === 0) this.#room = await this.#door.room();
    this.#looks += 1;
    if (this.#closed) return;
    const atMs = performance.now();
    const grown = Math.max(0, taken - this.#taken);
    this.kbps += SHARE * ((grown * 8) / Math.max(1, atMs - this.#lookedAtMs) - this.kbps);
    this.#lookedAtMs = atMs;
    this.#taken = taken;
    const found = this.#watch.look({ atMs, taken, room: this.#room });
    if (found === 'well') return;
    this.close();
    this.#onWedged(this.#words(found));
  }

  #words(found: 'silent' | 'unread'): string {
    if (!this.#door.accepted) return 'The target did not answer for 7 seconds';
    return found === 'silent'
      ? 'The target took nothing more for 7 seconds'
      : 'The target took nothing more: it has stopped reading';
  }
}
