/**
 * The video encoder of one session: an ffmpeg process fed with raw frames, access units out, and
 * the restarts in between. Feeder thread; owned by the feeder session.
 */
import { nowUs } from '../core/time.ts';
import { backoffMs } from './backoff.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { encoderCommand, type EncoderName } from './encoder-command.ts';
import { FlvDemuxer, type FlvVideoTag } from './flv.ts';
import type { AvcConfig } from './h264.ts';
import { blockHeader, matroskaHeader, TICKS_PER_MS } from './matroska.ts';

export type EncodedFrame = {
  /** MediaTime, microseconds. */
  readonly timeUs: number;
  /** Server time at which it was drawn; 0 for one that stands in. */
  readonly sourceUs: number;
  /** Server time at which the frame was written to the encoder. */
  readonly writtenUs: number;
  readonly keyframe: boolean;
  /** NAL units, and the same as one length-prefixed access unit; valid only during the call. */
  readonly nalus: readonly Uint8Array[];
  readonly data: Uint8Array;
};

export type EncoderOptions = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly encoder: EncoderName;
  readonly ffmpeg: string;
  readonly onConfig: (config: AvcConfig, avcC: Uint8Array) => void;
  readonly onFrame: (frame: EncodedFrame) => void;
  /** The process ended by itself; it is started again. `reason`: the last it said. */
  readonly onRestart: (reason: string) => void;
};

export type RawFrame = {
  /** I420 planes; must stay untouched until `done`. */
  readonly pixels: Uint8Array;
  readonly timeUs: number;
  readonly sourceUs: number;
  readonly keyframe: boolean;
};

type Pending = {
  readonly timeUs: number;
  readonly sourceUs: number;
  readonly writtenUs: number;
  readonly atMs: number;
};

/** Frames inside the encoder; more means that it doesn't keep up. */
const MOST_PENDING = 8;
const TICK_US = 1000 / TICKS_PER_MS;
/** A process that ran this long was well: the next failure starts the waits anew. */
const STEADY_MS = 10_000;

export class Encoder {
  readonly #options: EncoderOptions;
  #process: FfmpegProcess | undefined;
  #pending: Pending[] = [];
  #baseUs: number | undefined;
  #attempt = 0;
  #startedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #starting: Promise<void>;

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#starting = this.#start();
  }

  /** Whether the encoder takes a frame now. */
  get ready(): boolean {
    return this.#process !== undefined && this.#pending.length < MOST_PENDING;
  }

  /**
   * Encodes one frame; `done` is called when its pixels are no longer needed. False when the
   * encoder can't take it: it is down, or behind.
   */
  write(frame: RawFrame, done: () => void): boolean {
    const stdin = this.#process?.stdin;
    if (!stdin || !this.ready) return false;
    const first = this.#baseUs === undefined;
    this.#baseUs ??= frame.timeUs;
    // Off the frame grid by one tick means "key frame here" (see encoderCommand).
    const mark = frame.keyframe && !first ? 1 : 0;
    const ticks = Math.round((frame.timeUs - this.#baseUs) / TICK_US) + mark;
    this.#pending.push({
      timeUs: frame.timeUs,
      sourceUs: frame.sourceUs,
      writtenUs: nowUs(),
      atMs: ticks / TICKS_PER_MS,
    });
    const header = blockHeader({
      track: 0,
      ticks,
      keyframe: true,
      payloadBytes: frame.pixels.length,
    });
    stdin.cork();
    stdin.write(header);
    stdin.write(frame.pixels, () => done());
    stdin.uncork();
    return true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#starting;
    await this.#process?.close();
  }

  async #start(): Promise<void> {
    const { width, height, fps, ffmpeg, onConfig } = this.#options;
    let process: FfmpegProcess;
    try {
      process = await FfmpegProcess.open(encoderCommand(this.#options), ffmpeg);
    } catch (error) {
      this.#retry(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#pending = [];
    this.#baseUs = undefined;
    this.#startedAtMs = performance.now();
    const demuxer = new FlvDemuxer((tag) => {
      if (tag.kind === 'config') onConfig(tag.config, tag.avcC);
      else this.#emit(tag);
    });
    process.stdout.on('data', (bytes: Buffer) => {
      try {
        demuxer.push(bytes);
      } catch {
        // Not FLV any more: only a new process helps, and its exit is told below.
        void process.close();
      }
    });
    process.stdin.write(matroskaHeader([{ kind: 'i420', width, height, fps }]));
    this.#process = process;
    void process.exited.then(() => this.#died(process));
  }

  #emit(tag: Extract<FlvVideoTag, { kind: 'frame' }>): void {
    // One frame out for each frame in, in order; timestamps guard against a lost one.
    while (this.#pending.length > 1 && this.#pending[1]!.atMs <= tag.timestampMs + 1) {
      this.#pending.shift();
    }
    const entry = this.#pending.shift();
    if (!entry) return;
    this.#options.onFrame({
      timeUs: entry.timeUs,
      sourceUs: entry.sourceUs,
      writtenUs: entry.writtenUs,
      keyframe: tag.keyframe,
      nalus: tag.nalus,
      data: tag.data,
    });
  }

  #died(process: FfmpegProcess): void {
    this.#process = undefined;
    this.#pending = [];
    if (this.#closing) return;
    if (performance.now() - this.#startedAtMs > STEADY_MS) this.#attempt = 0;
    this.#retry(process.stderrTail.at(-1) ?? 'it ended without a word');
  }

  #retry(reason: string): void {
    if (this.#closing) return;
    this.#options.onRestart(reason);
    const waitMs = backoffMs(this.#attempt, Math.random());
    this.#attempt += 1;
    this.#timer = setTimeout(() => {
      this.#starting = this.#start();
    }, waitMs);
  }
}
