/**
 * Whether a target still reads what it is sent, from two numbers of its connection: the bytes that
 * its machine has acknowledged, and how many more it has room for. Pure but for its memory.
 *
 * A kernel acknowledges for a program that has long stopped reading, for as long as its buffer lasts:
 * a minute of a small stream. But its room (the window of RFC 9293, 3.8.6) then shrinks with
 * every byte, where that of a program which reads stays as it is.
 */
export type TakenSample = {
  readonly atMs: number;
  /** Bytes acknowledged so far. */
  readonly taken: number;
  /** Bytes that may still be sent; undefined where the system doesn't say. */
  readonly room: number | undefined;
};

/** Longer than networks stutter; with what buffers hide, under fifteen seconds. */
const SILENT_MS = 7000;
/** The room is looked at over so long, and must have shrunk for so long. */
const SPAN_MS = 4000;
const SHRINKING_MS = 3000;
/** Of the bytes that were acknowledged, the share by which the room shrinks when nobody reads. */
const UNREAD_SHARE = 0.4;
const LEAST_BYTES = 4096;

export class TakenWatch {
  readonly #samples: TakenSample[] = [];
  #grewAtMs: number | undefined;
  #readAtMs: number | undefined;

  /** `silent`: nothing is acknowledged any more; `unread`: it is, but nobody reads it. */
  look(sample: TakenSample): 'well' | 'silent' | 'unread' {
    const { atMs, taken } = sample;
    const before = this.#samples.at(-1);
    if (!before || taken > before.taken) this.#grewAtMs = atMs;
    this.#samples.push(sample);
    while (this.#samples.length > 2 && this.#samples[1]!.atMs <= atMs - SPAN_MS) {
      this.#samples.shift();
    }
    if (!this.#shrinks(sample)) this.#readAtMs = atMs;
    if (atMs - (this.#grewAtMs ?? atMs) > SILENT_MS) return 'silent';
    if (atMs - (this.#readAtMs ?? atMs) > SHRINKING_MS) return 'unread';
    return 'well';
  }

  #shrinks({ taken, room }: TakenSample): boolean {
    const [oldest] = this.#samples;
    if (room === undefined || oldest?.room === undefined) return false;
    const lost = oldest.room - room;
    return lost > LEAST_BYTES && lost > UNREAD_SHARE * (taken - oldest.taken);
  }
}
