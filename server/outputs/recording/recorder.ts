/**
 * One recording of a live session: an ffmpeg process that is fed with what goes out anyway (the one
 * encoder's H.264) or with the avatar alone (RGBA), and with its sound. Feeder thread; owned by the
 * recorders of the feeder session. Nothing here holds up anybody else: what the disk or the machine
 * does not take is left out and counted. A process that dies is followed by another one, in a
 * further file; a disk that fills up ends the recording before it is full.
 */
import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { US_PER_SECOND } from '../../core/time.ts';
import { RecordingName, type RecordingState } from '../../protocol/recording.ts';
import { SOUND_RING, type Recorded, type RecordOrder } from '../../session/wires.ts';
import { backoffMs } from '../backoff.ts';
import { FfmpegProcess } from '../ffmpeg-process.ts';
import { blockHeader, matroskaHeader, TICKS_PER_MS, type MatroskaTrack } from '../matroska.ts';
import type { TappedPicture } from '../picture-tap.ts';
import { recordCommand } from './record-command.ts';

export type RecorderOptions = {
  readonly order: RecordOrder;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly ffmpeg: string;
  /** A file can only begin with a key frame. */
  readonly onWantsKeyframe: () => void;
  /** It has ended by itself; `close` is still to be called. */
  readonly onEnded: () => void;
};

const SOUND_RATE_HZ = 48_000;
const US_PER_TICK = 1000 / TICKS_PER_MS;
/** Unwritten bytes at which encoded pictures wait for the next key frame. */
const SLOW_BYTES = 4 * 1024 * 1024;
/** Pictures without background on their way to the process. */
const MOST_HELD = 3;
const LOOK_MS = 1000;
const FINISH_MS = 5000;
const MOST_PARTS = 20;
const SOUNDS = ['Mix', 'Voice', 'Music'] as const;

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #files: RecordingName[] = [];
  readonly #timer: NodeJS.Timeout;
  #avcC: Uint8Array | undefined;
  #process: FfmpegProcess | undefined;
  #baseUs: number | undefined;
  /** Of the files that are whole. */
  #earlierUs = 0;
  #earlierBytes = 0;
  #newestUs = 0;
  #bytes = 0;
  #held = 0;
  #skipping = false;
  #dropped = 0;
  #problem = '';
  #ended = false;
  #starting: Promise<void>;
  #retry: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#starting = this.#start();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  get state(): RecordingState {
    const { name, format, tracks } = this.#options.order;
    const state = this.#ended ? 'ended' : this.#baseUs === undefined ? 'starting' : 'recording';
    return {
      ...{ name, format, tracks, state },
      seconds: Math.floor((this.#earlierUs + this.#currentUs) / US_PER_SECOND),
      bytes: this.#earlierBytes + this.#bytes,
      droppedFrames: this.#dropped,
      problem: this.#problem,
    };
  }

  get recorded(): Recorded {
    return { ...this.state, state: 'ended', files: this.#files };
  }

  /** The encoder's `avcC` record; another one than before needs another file. */
  setConfig(avcC: Uint8Array): void {
    const changed = this.#avcC !== undefined && Buffer.compare(this.#avcC, avcC) !== 0;
    this.#avcC = avcC.slice();
    if (changed && this.#isEncoded && this.#baseUs !== undefined) this.#process?.stdin.end();
  }

  /** `accessUnit`: length-prefixed; copied. */
  video(timeUs: number, keyframe: boolean, accessUnit: Uint8Array): void {
    if (!this.#isEncoded || !this.#process?.stdin.writable || !this.#avcC) return;
    if (this.#baseUs === undefined && !keyframe) return;
    const slow = this.#process.stdin.writableLength > SLOW_BYTES;
    this.#skipping = slow || (this.#skipping && !keyframe);
    if (this.#skipping) {
      this.#dropped += 1;
      return;
    }
    this.#begin(timeUs);
    this.#write({ track: 0, timeUs, keyframe, payload: accessUnit.slice() });
  }

  /** The avatar alone; held until it is written. */
  picture(picture: TappedPicture): void {
    const { rgba, timeUs } = picture;
    if (this.#isEncoded || !this.#process?.stdin.writable) return;
    if (this.#held >= MOST_HELD) {
      this.#dropped += 1;
      return;
    }
    this.#begin(timeUs);
    const release = picture.hold();
    this.#held += 1;
    this.#write({ track: 0, timeUs, keyframe: true, payload: rgba }, () => {
      this.#held -= 1;
      release();
    });
  }

  /** Signed 16-bit mono at 48 kHz. */
  sound(timeUs: number, pcm: Uint8Array): void {
    this.#sound(1, timeUs, pcm);
  }

  /** Voice, then music, each as `sound` takes it; where the order asks for tracks. */
  stems(timeUs: number, pcm: Uint8Array): void {
    if (!this.#options.order.tracks) return;
    this.#sound(2, timeUs, pcm.subarray(0, SOUND_RING.slotBytes));
    this.#sound(3, timeUs, pcm.subarray(SOUND_RING.slotBytes));
  }

  /** Resolves when its last file is closed. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  get #isEncoded(): boolean {
    return this.#options.order.format === 'mp4';
  }

  get #currentUs(): number {
    return this.#baseUs === undefined ? 0 : this.#newestUs - this.#baseUs;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    await this.#starting;
    const process = this.#process;
    await process?.finish(FINISH_MS);
    await this.#measure();
  }

  async #start(): Promise<void> {
    const { order, fps, ffmpeg, onWantsKeyframe } = this.#options;
    const { folder, format, tracks } = order;
    const low = await this.#lowDisk();
    if (low) {
      this.#end(low);
      return;
    }
    const name = nextName(folder, order.name, this.#files);
    const sounds = tracks ? SOUNDS : SOUNDS.slice(0, 1);
    const command = recordCommand({ format, fps, sounds, path: join(folder, name) });
    let process: FfmpegProcess;
    try {
      process = await FfmpegProcess.open(command, ffmpeg);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
      return;
    }
    process.stdout.resume();
    this.#files.push(name);
    this.#process = process;
    onWantsKeyframe();
    void process.exited.then(() => this.#died(process));
  }

  /** The next file begins; one that would be the twentieth does not. */
  async #died(process: FfmpegProcess): Promise<void> {
    await this.#measure();
    this.#earlierUs += this.#currentUs;
    this.#earlierBytes += this.#bytes;
    this.#bytes = 0;
    this.#baseUs = undefined;
    this.#process = undefined;
    this.#skipping = false;
    if (this.#closing || this.#ended) return;
    const reason = process.stderrTail.at(-1) ?? 'ffmpeg ended without a word';
    if (/No space left/i.test(process.stderrTail.join(' '))) this.#end('The disk is full');
    else if (this.#files.length >= MOST_PARTS) this.#end(`The recording broke off: ${reason}`);
    else {
      this.#problem = `The recording broke off and goes on in a further file: ${reason}`;
      const waitMs = backoffMs(this.#files.length - 1, Math.random());
      this.#retry = setTimeout(() => {
        this.#starting = this.#start();
      }, waitMs);
    }
  }

  async #look(): Promise<void> {
    await this.#measure();
    const low = await this.#lowDisk();
    if (low && !this.#ended && !this.#closing) this.#end(low);
  }

  /** Why the disk takes no more; undefined while there is room. */
  async #lowDisk(): Promise<string | undefined> {
    const { folder, reserveBytes } = this.#options.order;
    const disk = await statfs(folder).catch(() => undefined);
    if (!disk) return `The folder of recordings can't be reached: ${folder}`;
    const free = disk.bavail * disk.bsize;
    if (free > reserveBytes) return undefined;
    return `The disk is nearly full: ${megabytes(free)} are free, ${megabytes(reserveBytes)} are kept free`;
  }

  async #measure(): Promise<void> {
    const name = this.#files.at(-1);
    if (name === undefined || !this.#process) return;
    const found = await stat(join(this.#options.order.folder, name)).catch(() => undefined);
    this.#bytes = found?.size ?? this.#bytes;
  }

  /** By itself, with a reason. */
  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#problem = reason;
    this.#options.onEnded();
  }

  #begin(timeUs: number): void {
    this.#newestUs = timeUs;
    if (this.#baseUs !== undefined) return;
    this.#baseUs = timeUs;
    const { width, height, fps, order } = this.#options;
    const picture: MatroskaTrack = this.#isEncoded
      ? { kind: 'h264', width, height, fps, avcC: this.#avcC! }
      : { kind: 'rgba', width, height, fps };
    const sounds = Array.from({ length: order.tracks ? SOUNDS.length : 1 }, () => {
      return { kind: 'pcm16', rateHz: SOUND_RATE_HZ } as const;
    });
    this.#process!.stdin.write(matroskaHeader([picture, ...sounds]));
  }

  #sound(track: number, timeUs: number, pcm: Uint8Array): void {
    if (this.#baseUs === undefined || timeUs < this.#baseUs) return;
    if (!this.#process?.stdin.writable || this.#process.stdin.writableLength > 2 * SLOW_BYTES)
      return;
    this.#write({ track, timeUs, keyframe: true, payload: Uint8Array.from(pcm) });
  }

  #write(
    block: {
      readonly track: number;
      readonly timeUs: number;
      readonly keyframe: boolean;
      readonly payload: Uint8Array;
    },
    written?: () => void,
  ): void {
    const { stdin } = this.#process!;
    const { track, keyframe, payload } = block;
    const ticks = Math.max(0, Math.round((block.timeUs - this.#baseUs!) / US_PER_TICK));
    stdin.write(blockHeader({ track, ticks, keyframe, payloadBytes: payload.length }));
    stdin.write(payload, written && (() => written()));
  }
}

/** The name itself, or with the number of the first that is free. */
function nextName(folder: string, name: RecordingName, own: readonly string[]): RecordingName {
  const [, stem, ending] = /^(.*)\.([^.]+)$/.exec(name)!;
  for (let part = own.length + 1; ; part += 1) {
    const tried = part === 1 ? name : `${stem!}-${part}.${ending!}`;
    if (!existsSync(join(folder, tried))) return RecordingName.parse(tried);
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
