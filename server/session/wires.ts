/**
 * The shared memory of one session and the messages between its threads: what main, engine and
 * feeder agree on. Media goes through the rings, control through the messages.
 */
import { createRing, type SharedRing } from '../core/slot-ring.ts';
import type { Percentiles } from '../core/percentiles.ts';
import type { RtmpAddress } from '../outputs/push/rtmp-address.ts';
import type { Device } from '../protocol/device.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { BodyHealth } from '../render/body.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { SessionId } from '../protocol/ids.ts';
import { TIERS, type Tier } from '../protocol/motion.ts';
import type { HandTempo } from '../motion/dance/tempo.ts';
import type { PlayScript } from '../motion/play-script.ts';
import type { CastMember, SessionStats } from '../protocol/session.ts';
import type { ReadyLook } from '../render/scene/look.ts';
import type { MotionState } from '../protocol/motion-state.ts';
import type { RecordingName, RecordingRequest, RecordingState } from '../protocol/recording.ts';
import type { PushState, SessionPush, TargetId } from '../protocol/target.ts';
import type { Mood } from '../speech/speech.ts';
import { POSE_RING } from './pose-ring.ts';

/** Opus packets of voice or music, main -> engine: RTP header and payload. 64 packets of 20 ms = 1.28 s. */
export const PACKET_RING = { slots: 64, slotBytes: 1504 } as const;
/** Frames, engine -> feeder; three are 120 ms, more would only be delay. */
export const FRAME_SLOTS = 3;
/** Delayed sound for RTMP and recordings, engine -> feeder: one tick of 48 kHz mono s16. */
export const SOUND_RING = { slots: 50, slotBytes: 3840 } as const;
/** Avatars without background (premultiplied RGBA), engine -> feeder, only while somebody wants them. */
export const PICTURE_SLOTS = 3;
/** Voice and music apart, engine -> feeder, for recordings of both: two ticks as in SOUND_RING. */
export const STEMS_RING = { slots: 50, slotBytes: 2 * SOUND_RING.slotBytes } as const;
/** Ready RTP packets of the picture, feeder -> main. A key frame at 720p is about 60 packets. */
export const VIDEO_RTP_RING = { slots: 512, slotBytes: 1504 } as const;

/** Opus packets of voice and music in one, feeder -> main, while somebody needs them: 1.28 s. */
export const MIX_RING = { slots: 64, slotBytes: 1504 } as const;

/** Flags of a packet record. */
export const PACKET_DISCONTINUITY = 1;
/** Flag of an RTP packet: its picture stands in for one of the engine, and measures no latency. */
export const STANDS_IN = 1;

export type Wires = {
  readonly packets: SharedRing;
  readonly music: SharedRing;
  /** Live poses, main -> engine. */
  readonly poses: SharedRing;
  readonly frames: SharedRing;
  readonly sound: SharedRing;
  readonly videoRtp: SharedRing;
  readonly pictures: SharedRing;
  readonly stems: SharedRing;
  readonly overlayRtp: SharedRing;
  readonly mix: SharedRing;
  readonly control: SharedArrayBuffer;
};

export function createWires(width: number, height: number): Wires {
  return {
    packets: createRing(PACKET_RING),
    music: createRing(PACKET_RING),
    poses: createRing(POSE_RING),
    frames: createRing({ slots: FRAME_SLOTS, slotBytes: (width * height * 3) / 2 }),
    sound: createRing(SOUND_RING),
    videoRtp: createRing(VIDEO_RTP_RING),
    // Memory that nobody writes to is not there yet.
    pictures: createRing({ slots: PICTURE_SLOTS, slotBytes: width * height * 4 }),
    stems: createRing(STEMS_RING),
    overlayRtp: createRing(VIDEO_RTP_RING),
    mix: createRing(MIX_RING),
    control: new SharedArrayBuffer(128),
  };
}

/** The few live values that threads look at every tick, each with one writer. */
export class Control {
  readonly #floats: Float64Array;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#floats = new Float64Array(memory, 0, 4);
    this.#words = new Int32Array(memory, 32, 24);
  }

  /** Server time of MediaTime 0, microseconds. Written by main. */
  get offsetUs(): number {
    return this.#floats[0]!;
  }
  set offsetUs(value: number) {
    this.#floats[0] = value;
  }

  /** Whether a microphone is there. Written by main. */
  get microphone(): boolean {
    return Atomics.load(this.#words, 0) === 1;
  }
  set microphone(value: boolean) {
    Atomics.store(this.#words, 0, value ? 1 : 0);
  }

  /** Asks the feeder for a key frame; any number of askers get one. */
  requestKeyframe(): void {
    Atomics.store(this.#words, 1, 1);
  }
  takeKeyframeRequest(): boolean {
    return Atomics.exchange(this.#words, 1, 0) === 1;
  }

  /** The same for the overlay's picture. */
  requestOverlayKeyframe(): void {
    Atomics.store(this.#words, 16, 1);
  }
  takeOverlayKeyframeRequest(): boolean {
    return Atomics.exchange(this.#words, 16, 0) === 1;
  }

  /** Next RTP sequence number of the overlay's picture. Written by the feeder. */
  get overlaySequence(): number {
    return Atomics.load(this.#words, 17);
  }
  set overlaySequence(value: number) {
    Atomics.store(this.#words, 17, value & 0xffff);
  }

  /** Whether somebody watches the overlay. Written by main. */
  get overlay(): boolean {
    return Atomics.load(this.#words, 18) === 1;
  }
  set overlay(value: boolean) {
    Atomics.store(this.#words, 18, value ? 1 : 0);
  }

  /** Whether the engine hands on avatars without background. Written by main. */
  get pictures(): boolean {
    return Atomics.load(this.#words, 19) === 1;
  }
  set pictures(value: boolean) {
    Atomics.store(this.#words, 19, value ? 1 : 0);
  }

  /** Whether the engine hands on voice and music apart. Written by main. */
  get stems(): boolean {
    return Atomics.load(this.#words, 20) === 1;
  }
  set stems(value: boolean) {
    Atomics.store(this.#words, 20, value ? 1 : 0);
  }

  /** Whether the feeder codes voice and music in one. Written by main. */
  get mix(): boolean {
    return Atomics.load(this.#words, 22) === 1;
  }
  set mix(value: boolean) {
    Atomics.store(this.#words, 22, value ? 1 : 0);
  }

  /** Whether somebody looks at the first avatar's pose. Written by main. */
  get poseWatched(): boolean {
    return Atomics.load(this.#words, 21) === 1;
  }
  set poseWatched(value: boolean) {
    Atomics.store(this.#words, 21, value ? 1 : 0);
  }

  /** Next RTP sequence number of the picture: survives the feeder. Written by the feeder. */
  get videoSequence(): number {
    return Atomics.load(this.#words, 2);
  }
  set videoSequence(value: number) {
    Atomics.store(this.#words, 2, value & 0xffff);
  }

  /** Whether more than idle and lips moves the avatar: survives the engine. Written by main. */
  get tier(): Tier {
    return TIERS[Atomics.load(this.#words, 3)] ?? 'basic';
  }
  set tier(value: Tier) {
    Atomics.store(this.#words, 3, TIERS.indexOf(value));
  }
}

export type StageTimes = Readonly<Record<string, Percentiles>>;

/** What the engine thread is given to open one session. */
export type EngineSessionOptions = {
  readonly id: SessionId;
  /** One avatar or several, drawn in this order. */
  readonly cast: readonly (CastMember & { readonly packDir: string })[];
  readonly width: number;
  readonly height: number;
  readonly background: string;
  /** The scene it shows; without one, the plain background. */
  readonly look?: ReadyLook | undefined;
  readonly seed: number;
  /** What the avatars' networks run on, where the session asks for another device than the server. */
  readonly device?: Device | undefined;
  readonly wires: Wires;
};

/** Another scene or slide, from the next frame on. */
export type LookChange = { readonly look: ReadyLook | undefined; readonly fadeMs: number };

/** What the engine is told about one session's motion; templates are shared, not copied. */
export type MotionCommand =
  | {
      readonly type: 'play';
      readonly script: PlayScript;
      /** The avatar that plays it; all that move together when absent. */
      readonly avatar: number | undefined;
    }
  /** One script by its number, or all. */
  | { readonly type: 'stop'; readonly script: number | undefined };

/** What the engine says of a session's motion; what only main knows is added there. */
export type EngineMotion = Omit<MotionState, 'sessionId' | 'dancing'>;

export type ToEngine =
  | { readonly type: 'open'; readonly options: EngineSessionOptions }
  | { readonly type: 'shut'; readonly id: SessionId }
  | { readonly type: 'motion'; readonly id: SessionId; readonly command: MotionCommand }
  | { readonly type: 'look'; readonly id: SessionId; readonly change: LookChange }
  /** Another prompt, strength or seed of the avatars that are told in words. */
  | { readonly type: 'restyle'; readonly id: SessionId; readonly change: DiffusionChange }
  /** The tempo set by hand, until it is taken back (undefined). */
  | { readonly type: 'tempo'; readonly id: SessionId; readonly tempo: HandTempo | undefined }
  | { readonly type: 'stop' };

export type EngineStats = {
  readonly stages: StageTimes;
  /** What a frame waits for beyond the sound that it shows. */
  readonly lookaheadMs: number;
  readonly frames: number;
  readonly lateFrames: number;
  readonly repeatedFrames: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly packetsLate: number;
  readonly ringDrops: number;
  readonly poseDrops: number;
  readonly poseToFrame: Percentiles;
  /** The rung of the quality ladder, and how often one was left downwards. */
  readonly quality: SessionStats['quality'];
  readonly qualityDowns: number;
  /** How the avatars' networks fare; undefined without any. */
  readonly body: BodyHealth | undefined;
};

export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'opened'; readonly id: SessionId }
  | { readonly type: 'shut'; readonly id: SessionId }
  | {
      readonly type: 'failed';
      readonly id: SessionId;
      readonly code: ErrorCode;
      readonly message: string;
    }
  | {
      readonly type: 'level';
      readonly id: SessionId;
      /** The voice as it is now, a copy. */
      readonly mood: Mood;
    }
  | {
      readonly type: 'motion';
      readonly id: SessionId;
      readonly state: EngineMotion;
    }
  /** The first avatar's pose, POSE_FLOATS numbers, while somebody looks at it. */
  | { readonly type: 'pose'; readonly id: SessionId; readonly pose: Float32Array }
  /** A scene that could not be shown: the one before stays. */
  | { readonly type: 'look-failed'; readonly id: SessionId; readonly message: string }
  | { readonly type: 'stats'; readonly id: SessionId; readonly stats: EngineStats };

export type FeederSessionOptions = {
  readonly id: SessionId;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly encoder: string;
  readonly ffmpeg: string;
  readonly video: { readonly ssrc: number; readonly payloadType: number; readonly rtpBase: number };
  /** Avatars with their matte, for whoever lays them over a picture of their own. */
  readonly overlay: FeederSessionOptions['video'];
  /** Where the FLV goes; the URL carries a secret and is never logged. */
  readonly rtmpUrl: string;
  readonly wires: Wires;
  readonly pushes: readonly PushOrder[];
  readonly recordings: readonly RecordOrder[];
  readonly slate: SlateOrder;
};

/** What is shown while the engine gives no pictures; the name also where a file can't be read. */
export type SlateOrder = { readonly name: string; readonly ground: string } & (
  | { readonly show: 'frame' }
  | { readonly show: 'name' }
  | { readonly show: 'file'; readonly path: string }
);

/** One recording of a session. */
export type RecordOrder = RecordingRequest & {
  readonly name: RecordingName;
  readonly folder: string;
  /** So much of the disk stays free; the recording ends before. */
  readonly reserveBytes: number;
};

/** One push target of a session, with its key. */
export type PushOrder = {
  readonly target: TargetId;
  readonly name: string;
  readonly address: RtmpAddress;
  /** Whether it may lie in a private network. */
  readonly allowPrivate: boolean;
};

export type ToFeeder =
  | { readonly type: 'open'; readonly options: FeederSessionOptions }
  /** All pushes that the session has from now on. */
  | { readonly type: 'push'; readonly id: SessionId; readonly pushes: readonly PushOrder[] }
  | { readonly type: 'slate'; readonly id: SessionId; readonly slate: SlateOrder }
  /** All recordings that are made of it from now on. */
  | {
      readonly type: 'record';
      readonly id: SessionId;
      readonly recordings: readonly RecordOrder[];
    }
  | { readonly type: 'shut'; readonly id: SessionId }
  | { readonly type: 'stop' };

/** A recording that has ended, and the files it left in its folder, in order. */
export type Recorded = RecordingState & { readonly files: readonly RecordingName[] };

export type FeederStats = {
  readonly stages: StageTimes;
  readonly encodedFrames: number;
  readonly droppedFrames: number;
  readonly heldFrames: number;
  /** Whether the slate is to be seen now. */
  readonly slateShown: boolean;
  readonly encoderRestarts: number;
  readonly videoKbps: number;
  /** Of the overlay: frames sent; those that took longer than a tick, or were left out. */
  readonly overlayFrames: number;
  readonly overlayLateFrames: number;
  readonly rtmp: PushState['state'];
  readonly pushes: readonly SessionPush[];
  readonly recordings: readonly RecordingState[];
  readonly problem: string;
};

export type FromFeeder =
  | { readonly type: 'ready' }
  /** A recording's last file is closed: it was stopped, or ended by itself. */
  | { readonly type: 'recorded'; readonly id: SessionId; readonly recording: Recorded }
  | { readonly type: 'shut'; readonly id: SessionId }
  | { readonly type: 'stats'; readonly id: SessionId; readonly stats: FeederStats };
