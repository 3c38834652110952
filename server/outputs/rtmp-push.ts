/**
 * Copies the encoded picture, with the sound as AAC, into one RTMP target: an ffmpeg process that
 * starts at a key frame and is started again when it ends or wedges. Feeder thread; owned by the
 * feeder session. Nothing here can hold up the encoder: what the target doesn't take is dropped.
 */
import type { PushState } from '../protocol/target.ts';
import { AUDIO_KBPS } from './bit-rates.ts';
import { backoffMs } from './backoff.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { muxCommand } from './encoder-command.ts';
import { blockHeader, matroskaHeader, TICKS_PER_MS } from './matroska.ts';
import type { PushDoor } from './push/push-door.ts';
import { PushLiveness } from './push/push-liveness.ts';

export type RtmpPushOptions = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly ffmpeg: string;
  /** Opens the way to the target, anew for every attempt. */
  readonly openDoor: () => Promise<PushDoor>;
  /** Asks for a key frame: the stream can only start with one. */
  readonly onWantsKeyframe: () => void;
};

const SOUND_RATE_HZ = 48_000;
/** Unsent bytes at which pictures are left out until the next key frame, and at which it ends. */
const SLOW_BYTES = 1024 * 1024;
const WEDGED_BYTES = 4 * 1024 * 1024;
const STEADY_MS = 10_000;
const US_PER_TICK = 1000 / TICKS_PER_MS;
/** How long a target is given to take the last bytes. */
const FINISH_MS = 1000;

export class RtmpPush {
  readonly #options: RtmpPushOptions;
  #avcC: Uint8Array | undefined;
  #door: PushDoor | undefined;
  #process: FfmpegProcess | undefined;
  #liveness: PushLiveness | undefined;
  #baseUs: number | undefined;
  /** The target is slow: pictures wait for the next key frame. */
  #skipping = false;
  #attempt = 0;
  #startedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #starting: Promise<void> = Promise.resolve();
  #left: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #everLive = false;
  #dropped = 0;
  #restarts = 0;
  #problem = '';
  /** Why the last steady stream broke. */
  #outage = '';
  /** Why we ended an attempt ourselves. */
  #told: string | undefined;

  constructor(options: RtmpPushOptions) {
    this.#options = options;
  }

  get state(): PushState {
    const live = this.#baseUs !== undefined && this.#door?.accepted === true;
    return {
      state: live ? 'live' : this.#timer ? 'waiting' : 'connecting',
      kbps: live ? (this.#liveness?.kbps ?? 0) : 0,
      liveSeconds: live ? Math.round((performance.now() - this.#startedAtMs) / 1000) : 0,
      droppedFrames: this.#dropped,
      restarts: this.#restarts,
      problem: this.#problem,
    };
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
    if (!this.#mayWrite(keyframe)) {
      if (this.#everLive) this.#dropped += 1;
      return;
    }
    if (this.#baseUs === undefined) this.#begin(timeUs);
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
    await this.#process?.finish(FINISH_MS);
    await this.#leave();
  }

  async #start(): Promise<void> {
    let process: FfmpegProcess;
    try {
      this.#door = await this.#options.openDoor();
      const command = muxCommand({ target: this.#door.target, audioBitrateKbps: AUDIO_KBPS });
      process = await FfmpegProcess.open(command, this.#options.ffmpeg);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      await this.#leave();
      this.#retry();
      return;
    }
    process.stdout.resume();
    this.#process = process;
    this.#startedAtMs = performance.now();
    this.#liveness = new PushLiveness(this.#door, (problem) => {
      this.#told = problem;
      void process.close();
    });
    this.#options.onWantsKeyframe();
    void process.exited.then(() => this.#ended(process));
  }

  async #ended(process: FfmpegProcess): Promise<void> {
    const door = this.#door;
    if (!this.#closing) this.#fail(this.#told ?? door?.problem ?? lastWords(process, door));
    this.#told = undefined;
    this.#process = undefined;
    this.#baseUs = undefined;
    this.#skipping = false;
    await this.#leave();
    this.#retry();
  }

  /** What broke a steady stream is told until it runs again, with what is tried since. */
  #fail(reason: string): void {
    const steady = performance.now() - this.#startedAtMs > STEADY_MS && this.#door?.accepted;
    if (steady) this.#outage = reason;
    const news = this.#outage === '' || this.#outage === reason;
    this.#problem = news ? reason : `${this.#outage}. Since then: ${reason}`;
  }

  #leave(): Promise<void> {
    this.#liveness?.close();
    this.#liveness = undefined;
    if (this.#door) this.#left = this.#door.close();
    this.#door = undefined;
    return this.#left;
  }

  /** A stream starts with a key frame; a slow target gets none but those until it has caught up. */
  #mayWrite(keyframe: boolean): boolean {
    if (!this.#process) return false;
    if (this.#baseUs === undefined) return keyframe;
    const slow = this.#process.stdin.writableLength > SLOW_BYTES;
    this.#skipping = slow || (this.#skipping && !keyframe);
    return !this.#skipping;
  }

  #begin(timeUs: number): void {
    const { width, height, fps } = this.#options;
    this.#baseUs = timeUs;
    this.#everLive = true;
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
      this.#told = 'The target takes the stream too slowly';
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
    this.#restarts += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#starting = this.#start();
    }, waitMs);
  }
}

/** ffmpeg's last line without the address, which is only our own relay's. */
function lastWords(process: FfmpegProcess, door: PushDoor | undefined): string {
  if (door && !door.accepted) return 'The target did not answer';
  const line = process.stderrTail.at(-1) ?? 'ffmpeg ended without a word';
  return line.replace(/rtmps?:\/\/\S+/g, 'the target');
}
