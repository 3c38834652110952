/**
 * Copies the encoded picture, with the sound as AAC, into one RTMP target: an ffmpeg process that
 * starts at a key frame and is started again when it ends or wedges. Feeder thread; owned by the
 * feeder session. Nothing here can hold up the encoder: what the target doesn't take is dropped
 * with the process.
 */
import { backoffMs } from './backoff.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { muxCommand } from './ffmpeg.ts';
import { blockHeader, matroskaHeader, TICKS_PER_MS } from './matroska.ts';

export type RtmpPushOptions = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly url: string;
  readonly ffmpeg: string;
  /** Asks for a key frame: the stream can only start with one. */
  readonly onWantsKeyframe: () => void;
};

const SOUND_RATE_HZ = 48_000;
const AUDIO_KBPS = 128;
/** Unsent bytes at which the target counts as wedged: about eight seconds at 4 Mb/s. */
const WEDGED_BYTES = 4 * 1024 * 1024;
const STEADY_MS = 10_000;
const US_PER_TICK = 1000 / TICKS_PER_MS;

export class RtmpPush {
  readonly #options: RtmpPushOptions;
  #avcC: Uint8Array | undefined;
  #process: FfmpegProcess | undefined;
  #baseUs: number | undefined;
  #attempt = 0;
  #startedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #starting: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: RtmpPushOptions) {
    this.#options = options;
  }

  get state(): 'connecting' | 'live' {
    return this.#baseUs === undefined ? 'connecting' : 'live';
  }

  /** The encoder's `avcC` record; the first starts the push, another one starts it again. */
  setConfig(avcC: Uint8Array): void {
    // An encoder that is being closed may still give its first frame.
    if (this.#closing) return;
    const changed = this.#avcC !== undefined && Buffer.compare(this.#avcC, avcC) !== 0;
    this.#avcC = avcC;
    if (changed) void this.#process?.close();
    else if (!this.#process && !this.#timer) this.#starting = this.#start();
  }

  /** `accessUnit`: length-prefixed; copied. */
  video(timeUs: number, keyframe: boolean, accessUnit: Uint8Array): void {
    if (!this.#process) return;
    if (this.#baseUs === undefined) {
      if (!keyframe) return;
      this.#open(timeUs);
    }
    this.#write({ track: 0, timeUs, keyframe, payload: accessUnit.slice() });
  }

  /** Signed 16-bit mono at 48 kHz. */
  sound(timeUs: number, pcm: Uint8Array): void {
    if (this.#baseUs === undefined || timeUs < this.#baseUs) return;
    this.#write({ track: 1, timeUs, keyframe: true, payload: Uint8Array.from(pcm) });
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#starting;
    await this.#process?.finish(1000);
  }

  async #start(): Promise<void> {
    const target = { kind: 'rtmp', url: this.#options.url } as const;
    let process: FfmpegProcess;
    try {
      const command = muxCommand({ target, audioBitrateKbps: AUDIO_KBPS });
      process = await FfmpegProcess.open(command, this.#options.ffmpeg);
    } catch {
      // ffmpeg can't be started at all: the encoder says so, here it is only tried again.
      this.#retry();
      return;
    }
    process.stdout.resume();
    this.#process = process;
    this.#startedAtMs = performance.now();
    this.#baseUs = undefined;
    this.#options.onWantsKeyframe();
    void process.exited.then(() => {
      this.#process = undefined;
      this.#baseUs = undefined;
      this.#retry();
    });
  }

  #open(timeUs: number): void {
    const { width, height, fps } = this.#options;
    this.#baseUs = timeUs;
    const header = matroskaHeader([
      { kind: 'h264', width, height, fps, avcC: this.#avcC! },
      { kind: 'pcm16', rateHz: SOUND_RATE_HZ },
    ]);
    this.#process!.stdin.write(header);
  }

  #write(block: {
    readonly track: number;
    readonly timeUs: number;
    readonly keyframe: boolean;
    readonly payload: Uint8Array;
  }): void {
    const stdin = this.#process!.stdin;
    if (stdin.writableLength > WEDGED_BYTES) {
      void this.#process!.close();
      return;
    }
    const ticks = Math.max(0, Math.round((block.timeUs - this.#baseUs!) / US_PER_TICK));
    stdin.write(
      blockHeader({
        track: block.track,
        ticks,
        keyframe: block.keyframe,
        payloadBytes: block.payload.length,
      }),
    );
    stdin.write(block.payload);
  }

  #retry(): void {
    if (this.#closing) return;
    if (performance.now() - this.#startedAtMs > STEADY_MS) this.#attempt = 0;
    const waitMs = backoffMs(this.#attempt, Math.random());
    this.#attempt += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#starting = this.#start();
    }, waitMs);
  }
}
