/**
 * Reads a take file a chunk at a time: memory does not grow with it. Everything in it is checked;
 * reading ends at the first chunk that is cut off or damaged, and what came before counts.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';
import type { CompiledTemplate } from '../../motion/template/compiled-template.ts';
import {
  CHUNK,
  CHUNK_HEAD_BYTES,
  checksum,
  MAX_CHUNK_BYTES,
  TAKE_MAGIC,
  TakeEnd,
  TakeHead,
  type Chunk,
} from './take-format.ts';
import { readJson, readRecord, readTrack, type TakeRecord } from './take-records.ts';

/** What a whole reading says about a take. */
export type TakeSummary = {
  readonly head: TakeHead;
  readonly seconds: number;
  /** Of each kind that were read. */
  readonly packets: number;
  readonly music: number;
  readonly poses: number;
  readonly commands: number;
  /** Records that were left out while recording, and commands that this version doesn't know. */
  readonly dropped: number;
  /** Why reading ended before the file's end; empty for a whole take. */
  readonly damage: string;
};

const FRAME_US = 20_000;
const US_PER_SECOND = 1_000_000;

export class TakeFile {
  readonly path: string;
  readonly head: TakeHead;
  #damage = '';
  #end: TakeEnd | undefined;
  #unknown = 0;

  private constructor(path: string, head: TakeHead) {
    this.path = path;
    this.head = head;
  }

  /** Throws `not_found` and, when not even the head can be read, `unreadable_media`. */
  static async open(path: string): Promise<TakeFile> {
    const chunks = readChunks(path, () => undefined);
    const first = await chunks.next();
    await chunks.return();
    const head =
      !first.done && first.value.kind === CHUNK.head && readJson(first.value.payload, TakeHead);
    if (!head) throw new AppError('unreadable_media', `${path} is damaged at its head`);
    return new TakeFile(path, head);
  }

  /** Whether this file begins as a take does. */
  static async is(path: string): Promise<boolean> {
    for await (const piece of createReadStream(path, { end: TAKE_MAGIC.length - 1 })) {
      return TAKE_MAGIC.equals(piece as Buffer);
    }
    return false;
  }

  /** All records in the order in which they came. */
  async *records(): AsyncGenerator<TakeRecord, void> {
    const tracks: CompiledTemplate[] = [];
    this.#damage = '';
    this.#unknown = 0;
    for await (const chunk of readChunks(this.path, (why) => (this.#damage = why))) {
      const { kind, payload } = chunk;
      if (kind === CHUNK.end) this.#end = readJson(payload, TakeEnd);
      else if (kind === CHUNK.track) tracks.push(await readTrack(payload));
      else if (kind !== CHUNK.head) {
        const record = readRecord(chunk, tracks);
        if (record) yield record;
        else this.#unknown += 1;
      }
    }
    if (!this.#end && this.#damage === '') this.#damage = 'The recording was cut off';
  }

  /** Reads all of it once. */
  async summary(): Promise<TakeSummary> {
    const counts = {
      packet: 0,
      music: 0,
      pose: 0,
      play: 0,
      stop: 0,
      tier: 0,
      tempo: 0,
      scene: 0,
      style: 0,
    };
    let lastUs = 0;
    for await (const record of this.records()) {
      counts[record.type] += 1;
      lastUs = Math.max(lastUs, record.arrivalUs);
      if (record.type === 'packet' || record.type === 'music') {
        lastUs = Math.max(lastUs, record.timeUs + FRAME_US);
      }
    }
    return {
      head: this.head,
      seconds: this.#end?.seconds ?? lastUs / US_PER_SECOND,
      packets: counts.packet,
      music: counts.music,
      poses: counts.pose,
      commands:
        counts.play + counts.stop + counts.tier + counts.tempo + counts.scene + counts.style,
      dropped: (this.#end?.dropped ?? 0) + this.#unknown,
      damage: this.#damage,
    };
  }
}

async function* readChunks(
  path: string,
  onDamage: (why: string) => void,
): AsyncGenerator<Chunk, void> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new AppError('not_found', `There is no take ${path}`, cause);
  });
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let started = false;
  for await (const piece of createReadStream(path)) {
    rest = Buffer.concat([rest, piece as Buffer]);
    if (!started) {
      if (rest.length < TAKE_MAGIC.length && size >= TAKE_MAGIC.length) continue;
      refuseOther(path, rest);
      rest = rest.subarray(TAKE_MAGIC.length);
      offset = TAKE_MAGIC.length;
      started = true;
    }
    for (;;) {
      const length = chunkLength(rest);
      const chunk = rest.subarray(0, length);
      const whole = length > 0 && chunk.length === length;
      const absurd = length > MAX_CHUNK_BYTES + CHUNK_HEAD_BYTES;
      if (absurd || (whole && chunk.readUInt32LE(8) !== checksum(chunk))) {
        onDamage(`The file is damaged at byte ${offset} of ${size}`);
        return;
      }
      if (!whole) break;
      yield { kind: chunk[0]!, payload: chunk.subarray(CHUNK_HEAD_BYTES) };
      offset += length;
      rest = rest.subarray(length);
    }
  }
  if (!started) refuseOther(path, rest);
  if (rest.length > 0) onDamage(`The file is cut off ${size - offset} bytes after byte ${offset}`);
}

/** 0 while not even that is known. */
function chunkLength(bytes: Buffer): number {
  return bytes.length < CHUNK_HEAD_BYTES ? 0 : CHUNK_HEAD_BYTES + bytes.readUInt32LE(4);
}

function refuseOther(path: string, bytes: Buffer): void {
  const [name, found] = [TAKE_MAGIC.subarray(0, 5), bytes.subarray(0, 5)];
  if (!name.equals(found)) throw new AppError('unreadable_media', `${path} is no take`);
  if (TAKE_MAGIC.equals(bytes.subarray(0, TAKE_MAGIC.length))) return;
  throw new AppError(
    'unreadable_media',
    `${path} is a take of version ${bytes[5] ?? 'unknown'}; this reads version 1`,
  );
}
