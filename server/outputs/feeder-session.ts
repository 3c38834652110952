/**
 * One session on the feeder thread: takes frames from the engine's ring, keeps the encoder fed,
 * and sends what comes out both ways, as RTP packets to the main thread and as FLV to the RTMP
 * server. When the engine falls silent it goes on with the last frame, so that viewers never see
 * the stream stop.
 */
import { setTimeout } from 'node:timers/promises';
import { Durations } from '../core/percentiles.ts';
import { createMeta, RingReader } from '../core/slot-ring.ts';
import { nowUs, TICK_US, US_PER_MS } from '../core/time.ts';
import {
  Control,
  SOUND_RING,
  STEMS_RING,
  type FeederSessionOptions,
  type FeederStats,
  type PushOrder,
  type Recorded,
  type RecordOrder,
  type SlateOrder,
} from '../session/wires.ts';
import { Encoder, type EncodedFrame } from './encoder.ts';
import type { EncoderName } from './encoder-command.ts';
import { MixOut } from './mix/mix-out.ts';
import { OverlayOut } from './overlay/overlay-out.ts';
import { PictureTap } from './picture-tap.ts';
import { directDoor, type PushDoor } from './push/push-door.ts';
import { PushFan } from './push/push-fan.ts';
import { Recorders } from './recording/recorders.ts';
import { RtmpPush } from './rtmp-push.ts';
import { RtpOut } from './rtp-out.ts';
import { StandIn } from './slate/stand-in.ts';

/** Frame buffers: one being written, one waiting, one free. */
const BUFFERS = 3;
/** Pause while the encoder has every buffer. */
const FULL_MS = 2;
/** An engine this long without a frame is not just late. */
const SILENT_US = 400_000;
/** So long a first picture may take before something is shown instead. */
const FIRST_US = 1_500_000;

export class FeederSession {
  readonly #options: FeederSessionOptions;
  readonly #control: Control;
  readonly #frames: RingReader;
  readonly #sound: RingReader;
  readonly #stems: RingReader;
  readonly #rtp: RtpOut;
  readonly #frameMeta = createMeta();
  readonly #soundMeta = createMeta();
  readonly #soundBytes = new Uint8Array(SOUND_RING.slotBytes);
  readonly #stemsBytes = new Uint8Array(STEMS_RING.slotBytes);
  readonly #free: Uint8Array[];
  readonly #encode = new Durations();
  readonly #encoder: Encoder;
  /** To our own RTMP server, and to whatever else the session is pushed to. */
  readonly #push: RtmpPush;
  readonly #fan: PushFan;
  readonly #recorders: Recorders;
  readonly #standIn: StandIn;
  readonly #openedUs = nowUs();
  readonly #overlayCounts = { frames: 0, late: 0 };
  /** While somebody wants the avatars without background. */
  #tap: PictureTap | undefined;
  #overlay: OverlayOut | undefined;
  /** While somebody hears music and voice in one sound. */
  #mix: MixOut | undefined;
  readonly #leaving = new Set<Promise<unknown>>();
  readonly #done: Promise<void>;
  #last: Uint8Array;
  #lastTimeUs = -Infinity;
  /** Of the newest sound that went out. */
  #soundUs = -Infinity;
  /** Server time at which the engine's newest picture came; undefined before the first. */
  #drawnUs: number | undefined;
  #wantsKeyframe = true;
  #encodedFrames = 0;
  #droppedFrames = 0;
  #heldFrames = 0;
  #encoderRestarts = 0;
  #encodedBytes = 0;
  #bytesBefore = 0;
  #problem = '';
  #closed = false;

  /** `onRecorded` hears of recordings that have ended. */
  constructor(options: FeederSessionOptions, onRecorded: (recording: Recorded) => void) {
    const { wires, width, height } = options;
    this.#options = options;
    this.#control = new Control(wires.control);
    this.#frames = new RingReader(wires.frames);
    this.#sound = new RingReader(wires.sound);
    this.#stems = new RingReader(wires.stems);
    this.#rtp = new RtpOut({
      ring: wires.videoRtp,
      stream: options.video,
      takeSequence: () => {
        const sequence = this.#control.videoSequence;
        this.#control.videoSequence = sequence + 1;
        return sequence;
      },
    });
    const frameBytes = (width * height * 3) / 2;
    this.#free = Array.from({ length: BUFFERS }, () => new Uint8Array(wires.frames.slotBytes));
    this.#last = new Uint8Array(frameBytes);
    this.#standIn = new StandIn(options, options.slate);
    this.#encoder = new Encoder({
      ...options,
      encoder: options.encoder as EncoderName,
      onConfig: (config, avcC) => {
        this.#rtp.setParameterSets(config);
        this.#push.setConfig(avcC);
        this.#fan.setConfig(avcC);
        this.#recorders.setConfig(avcC);
      },
      onFrame: (frame) => this.#send(frame),
      onRestart: (reason) => this.#restarted(reason),
    });
    const picture = { ...options, onWantsKeyframe: () => (this.#wantsKeyframe = true) };
    const openDoor = (): Promise<PushDoor> => Promise.resolve(directDoor(options.rtmpUrl));
    this.#push = new RtmpPush({ ...picture, openDoor });
    this.#fan = new PushFan(picture);
    this.#fan.set(options.pushes);
    this.#recorders = new Recorders({ ...picture, onRecorded });
    this.#recorders.set(options.recordings);
    this.#done = this.#run();
  }

  /** What happened so far; bit rate since the last call, which comes once a second. */
  stats(): FeederStats {
    const bytes = this.#encodedBytes - this.#bytesBefore;
    this.#bytesBefore = this.#encodedBytes;
    return {
      stages: { encode: this.#encode.summary() },
      encodedFrames: this.#encodedFrames,
      droppedFrames: this.#droppedFrames + this.#frames.dropped,
      heldFrames: this.#heldFrames,
      slateShown: this.#standIn.visible,
      encoderRestarts: this.#encoderRestarts,
      videoKbps: (bytes * 8) / 1000,
      overlayFrames: this.#overlayCounts.frames,
      overlayLateFrames: this.#overlayCounts.late,
      rtmp: this.#push.state.state,
      pushes: this.#fan.state,
      recordings: this.#recorders.state,
      problem: this.#problem,
    };
  }

  /** Pushes to these targets from now on, and to no other. */
  setPushes(pushes: readonly PushOrder[]): void {
    this.#fan.set(pushes);
  }

  /** What is shown from now on while there are no pictures. */
  setSlate(slate: SlateOrder): void {
    this.#standIn.order = slate;
  }

  /** Makes these recordings from now on, and no other. */
  setRecordings(recordings: readonly RecordOrder[]): void {
    this.#recorders.set(recordings);
  }

  /** Resolves when the session's processes are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#done;
    const overlay = [
      this.#tap?.close(),
      this.#overlay?.close(),
      this.#mix?.close(),
      ...this.#leaving,
    ];
    await this.#standIn.close();
    await Promise.all([
      ...overlay,
      ...[this.#encoder.close(), this.#push.close(), this.#fan.close(), this.#recorders.close()],
    ]);
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      if (this.#free.length > 0) await this.#frames.wait(TICK_US / US_PER_MS);
      else await setTimeout(FULL_MS);
      this.#takeFrames();
      this.#takeSound();
      this.#holdIfSilent();
      this.#followWishes();
    }
  }

  /** Opens and closes what runs only while somebody wants it. */
  #followWishes(): void {
    const { pictures, overlay, mix } = this.#control;
    if (overlay) {
      this.#overlay ??= new OverlayOut(this.#options, this.#control, this.#overlayCounts);
    } else if (this.#overlay) {
      this.#leave(this.#overlay);
      this.#overlay = undefined;
    }
    if (mix) {
      const { wires, ffmpeg } = this.#options;
      this.#mix ??= new MixOut({ ring: wires.mix, ffmpeg });
    } else if (this.#mix) {
      this.#leave(this.#mix);
      this.#mix = undefined;
    }
    if (pictures) {
      this.#tap ??= new PictureTap(this.#options.wires.pictures, (picture) => {
        this.#overlay?.take(picture);
        this.#recorders.picture(picture);
      });
    } else if (this.#tap) {
      this.#leave(this.#tap);
      this.#tap = undefined;
    }
  }

  #leave(part: { close(): Promise<unknown> }): void {
    const gone = part.close().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  #takeFrames(): void {
    while (this.#frames.pending > 0) {
      const buffer = this.#free.pop();
      if (!buffer) {
        // The encoder has every buffer: it is behind, and the ring drops the oldest for us.
        return;
      }
      if (!this.#frames.read(buffer, this.#frameMeta)) {
        this.#free.push(buffer);
        return;
      }
      const { timeUs, sourceUs } = this.#frameMeta;
      const frame = buffer.subarray(0, this.#last.length);
      // After a hold the engine may come back with frames whose time has been shown.
      if (timeUs <= this.#lastTimeUs) this.#free.push(buffer);
      else {
        this.#drawnUs = nowUs();
        this.#standIn.fade(frame);
        this.#feed(frame, { timeUs, sourceUs }, () => this.#keep(buffer));
      }
    }
  }

  #feed(
    pixels: Uint8Array,
    at: { readonly timeUs: number; readonly sourceUs: number },
    done: () => void,
  ): void {
    if (this.#control.takeKeyframeRequest()) this.#wantsKeyframe = true;
    const frame = { pixels, ...at, keyframe: this.#wantsKeyframe };
    if (!this.#encoder.write(frame, done)) {
      this.#droppedFrames += 1;
      done();
      return;
    }
    this.#wantsKeyframe = false;
    this.#lastTimeUs = at.timeUs;
  }

  /** Keeps the newest picture for holding, and frees its buffer. */
  #keep(buffer: Uint8Array): void {
    this.#last.set(buffer.subarray(0, this.#last.length));
    this.#free.push(buffer);
  }

  #takeSound(): void {
    while (this.#sound.read(this.#soundBytes, this.#soundMeta)) {
      this.#sendSound(this.#soundMeta.timeUs, this.#soundBytes.subarray(0, this.#soundMeta.bytes));
    }
    while (this.#stems.read(this.#stemsBytes, this.#soundMeta)) {
      this.#recorders.stems(this.#soundMeta.timeUs, this.#stemsBytes);
    }
  }

  /** The engine is silent: something stands in, at the time it is now, with silence. */
  #holdIfSilent(): void {
    const now = nowUs();
    const isFirst = this.#lastTimeUs === -Infinity;
    if (isFirst && now - this.#openedUs < FIRST_US) return;
    const mediaNowUs = now - this.#control.offsetUs;
    if (mediaNowUs - this.#lastTimeUs < SILENT_US) return;
    const onGrid = Math.floor((mediaNowUs - SILENT_US) / TICK_US) * TICK_US;
    const timeUs = isFirst ? onGrid : this.#lastTimeUs + TICK_US;
    const last = this.#drawnUs === undefined ? undefined : this.#last;
    const picture = this.#standIn.fill(last, now - (this.#drawnUs ?? 0));
    this.#heldFrames += 1;
    this.#feed(picture, { timeUs, sourceUs: 0 }, () => undefined);
    this.#lastTimeUs = timeUs;
    this.#soundBytes.fill(0);
    this.#sendSound(timeUs, this.#soundBytes);
  }

  /** An engine that comes back is heard from where silence has stood in for it: never twice. */
  #sendSound(timeUs: number, pcm: Uint8Array): void {
    if (timeUs <= this.#soundUs) return;
    this.#soundUs = timeUs;
    this.#push.sound(timeUs, pcm);
    this.#fan.sound(timeUs, pcm);
    this.#recorders.sound(timeUs, pcm);
    this.#mix?.sound(timeUs, pcm);
  }

  #send(frame: EncodedFrame): void {
    this.#encodedFrames += 1;
    this.#encode.add((nowUs() - frame.writtenUs) / US_PER_MS);
    this.#encodedBytes += this.#rtp.send(frame);
    this.#push.video(frame.timeUs, frame.keyframe, frame.data);
    this.#fan.video(frame.timeUs, frame.keyframe, frame.data);
    this.#recorders.video(frame.timeUs, frame.keyframe, frame.data);
  }

  #restarted(reason: string): void {
    this.#encoderRestarts += 1;
    this.#problem = `The encoder stopped and was started again: ${reason}`;
    this.#wantsKeyframe = true;
  }
}
