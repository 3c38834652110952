/**
 * Hands on the avatars without background while somebody wants them: reads the engine's ring into a
 * few buffers that their takers may hold for a while. Bounded: with every buffer held, the ring drops
 * the oldest. Feeder thread; owned by the feeder session.
 */
import { createMeta, RingReader, type SharedRing } from '../core/slot-ring.ts';

export type TappedPicture = {
  /** Premultiplied RGBA; valid during the call, or until what `hold` returned is called. */
  readonly rgba: Uint8Array;
  readonly timeUs: number;
  /** Server time at which the engine had drawn it. */
  readonly sourceUs: number;
  hold(): () => void;
};

const BUFFERS = 6;
const WAIT_MS = 100;

export class PictureTap {
  readonly #reader: RingReader;
  readonly #free: Uint8Array[];
  readonly #take: (picture: TappedPicture) => void;
  readonly #done: Promise<void>;
  #closed = false;

  constructor(ring: SharedRing, take: (picture: TappedPicture) => void) {
    this.#reader = new RingReader(ring);
    this.#free = Array.from({ length: BUFFERS }, () => new Uint8Array(ring.slotBytes));
    this.#take = take;
    this.#done = this.#pump();
  }

  /** Pictures that nobody could take. */
  get dropped(): number {
    return this.#reader.dropped;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#done;
  }

  async #pump(): Promise<void> {
    const meta = createMeta();
    while (!this.#closed) {
      await this.#reader.wait(WAIT_MS);
      for (;;) {
        const buffer = this.#free.pop();
        if (!buffer) break;
        if (!this.#reader.read(buffer, meta)) {
          this.#free.push(buffer);
          break;
        }
        const { timeUs, sourceUs, bytes } = meta;
        this.#give(buffer, { rgba: buffer.subarray(0, bytes), timeUs, sourceUs });
      }
    }
  }

  #give(buffer: Uint8Array, picture: Omit<TappedPicture, 'hold'>): void {
    let holders = 1;
    const release = (): void => {
      holders -= 1;
      if (holders === 0) this.#free.push(buffer);
    };
    const hold = (): (() => void) => {
      holders += 1;
      return release;
    };
    this.#take({ ...picture, hold });
    release();
  }
}
