/** What a session's pipeline is opened with, what it tells, and what is known about it. */
import type { Durations } from '../core/percentiles.ts';
import type { Logger } from '../core/log.ts';
import type { FeederPool } from '../outputs/feeder-pool.ts';
import type { Device } from '../protocol/device.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { Tier } from '../protocol/motion.ts';
import type { MediaServer } from '../rtc/media-server.ts';
import type { Mood } from '../speech/speech.ts';
import type { Engine } from './engine.ts';
import type {
  EngineMotion,
  EngineSessionOptions,
  EngineStats,
  FeederStats,
  Recorded,
  SlateOrder,
} from './wires.ts';

export type PipelineOptions = {
  readonly id: SessionId;
  readonly cast: EngineSessionOptions['cast'];
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly background: string;
  readonly tier: Tier;
  readonly slate: SlateOrder;
  readonly device?: Device | undefined;
  readonly encoder: string;
  readonly ffmpeg: string;
  readonly rtmpUrl: string;
  readonly media: MediaServer;
  readonly engine: Engine;
  readonly feeder: FeederPool;
  readonly log: Logger;
  readonly events: PipelineEvents;
};

export type PipelineEvents = {
  readonly onMicrophone: (connected: boolean) => void;
  readonly onMusic: (connected: boolean) => void;
  readonly onViewers: (count: number) => void;
  readonly onRebuilt: () => void;
  readonly onOpened: () => void;
  readonly onFailed: (code: ErrorCode, message: string) => void;
  readonly onEngineLost: (reason: string) => void;
  readonly onMood: (mood: Mood) => void;
  readonly onMotion: (state: EngineMotion) => void;
  /** The first avatar's pose, while `poseWatched`. */
  readonly onPose: (pose: Float32Array) => void;
  /** A scene could not be shown; the one before stays. */
  readonly onLookFailed: (reason: string) => void;
  /** A recording has ended; also during `close`. */
  readonly onRecorded: (recording: Recorded) => void;
};

/** What is known about the running pipeline, for the statistics. */
export type PipelineState = {
  readonly engine: EngineStats | undefined;
  readonly feeder: FeederStats | undefined;
  readonly pictureLatency: Durations;
  readonly send: Durations;
  readonly soundLatencyMs: number;
  readonly badPackets: number;
  readonly poses: { readonly accepted: number; readonly bad: number; readonly late: number };
};
