/**
 * The sound of a file, read through ffmpeg: 48 kHz mono in pieces of 20 ms, silence after its end.
 * ffmpeg waits while nobody reads, so memory does not grow with the file.
 */
import { AppError } from '../core/errors.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { LOST_SOUND, pcmFromFileCommand, type SoundInput } from '../outputs/render-command.ts';
import { NoiseMeter } from './noise-meter.ts';
import type { VirtualInput, VirtualParts } from './virtual-session.ts';

export const RATE_HZ = 48_000;
const PIECE_SAMPLES = 960;
const BYTES = 4;

/** What reading a file once says. */
export type MeasuredSound = {
  readonly samples: number;
  /** dBFS. */
  readonly noiseDb: number;
  /** What of it could not be read, as a sentence; empty where all could. */
  readonly damage: string;
};

export class SoundFile implements AsyncDisposable, VirtualInput {
  readonly moves = false;
  readonly #process: FfmpegProcess;
  readonly #path: string;
  readonly #chunks: AsyncIterator<Buffer, undefined>;
  /**
   * The first chunk is asked for at once: Node.js throws away what nobody has begun to read when a
   * process ends, and a short sound is all written by then.
   */
  #first: Promise<IteratorResult<Buffer, undefined>> | undefined;
  readonly #piece = new Float32Array(PIECE_SAMPLES);
  readonly #bytes: Buffer;
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;
  #any = false;

  private constructor(path: string, process: FfmpegProcess) {
    this.#path = path;
    this.#process = process;
    this.#chunks = process.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    this.#bytes = Buffer.from(this.#piece.buffer);
    this.#first = this.#chunks.next();
    // Told where it is awaited, if it is.
    this.#first.catch(() => undefined);
  }

  /** `round`: it goes on from its beginning for ever. */
  static async open(
    input: SoundInput,
    ffmpeg: string,
    pass: 'once' | 'round' = 'once',
  ): Promise<SoundFile> {
    const process = await FfmpegProcess.open(pcmFromFileCommand(input, pass), ffmpeg);
    process.stdin.end();
    return new SoundFile(input.path, process);
  }

  /**
   * By reading all of it once: its samples, the level of its steady noise, and what of it is damaged.
   * Throws `unreadable_media`.
   */
  static async measure(path: string, ffmpeg: string, signal?: AbortSignal): Promise<MeasuredSound> {
    await using file = await SoundFile.open({ path }, ffmpeg);
    const noise = new NoiseMeter();
    let bytes = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await file.#chunk();
      if (done) break;
      bytes += value.length;
      noise.push(value);
    }
    await file.#refuseFailure();
    if (bytes === 0) throw new AppError('unreadable_media', `${path} has no sound in it`);
    const lost = file.#process.stderrTail.filter((line) => LOST_SOUND.test(line)).at(-1);
    const damage =
      lost === undefined ? '' : `Parts of the sound could not be read: ${spoken(lost)}`;
    return { samples: Math.floor(bytes / BYTES), noiseDb: noise.levelDb, damage };
  }

  async before(_frameUs: number, neededUs: number, parts: VirtualParts): Promise<void> {
    while (parts.speech.heardUs < neededUs) {
      await parts.speech.hearSound(await this.next(), parts.meter);
    }
  }

  /** The next 20 ms, valid until the next call. Throws `unreadable_media`. */
  async next(): Promise<Float32Array> {
    let filled = 0;
    while (filled < this.#bytes.length) {
      if (this.#rest.length === 0 && !(await this.#refill())) break;
      const taken = this.#rest.copy(this.#bytes, filled);
      this.#rest = this.#rest.subarray(taken);
      filled += taken;
    }
    this.#bytes.fill(0, filled);
    return this.#piece;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  #chunk(): Promise<IteratorResult<Buffer, undefined>> {
    const chunk = this.#first ?? this.#chunks.next();
    this.#first = undefined;
    return chunk;
  }

  async #refill(): Promise<boolean> {
    if (this.#ended) return false;
    const { done, value } = await this.#chunk();
    if (!done) {
      this.#any = true;
      this.#rest = value;
      return true;
    }
    this.#ended = true;
    await this.#refuseFailure();
    if (!this.#any) throw new AppError('unreadable_media', `${this.#path} has no sound in it`);
    return false;
  }

  async #refuseFailure(): Promise<void> {
    const { code, signal } = await this.#process.exited;
    if (code === 0) return;
    const last = this.#process.stderrTail.at(-1);
    const reason =
      last === undefined ? `ffmpeg ended with ${signal ?? `code ${code}`}` : spoken(last);
    throw new AppError('unreadable_media', `Cannot read the sound of ${this.#path}: ${reason}`);
  }
}

/** A line of ffmpeg's without who says it and how grave it is. */
function spoken(line: string): string {
  return line.replace(/^(?:\[[^\]]*\] )+/, '');
}
