/** What `posecast bench live` reports; with --json this is the one object on stdout. */
import type { Percentiles } from '../core/percentiles.ts';
import type { Spread } from '../protocol/index.ts';

export type LoadStep = {
  readonly sessions: number;
  readonly lateFrames: number;
  readonly cpuCores: number;
  readonly rssMb: number;
};

export type LiveReport = {
  /** Microphone track to the first shown frame whose mouth moves. */
  readonly micToViewerMs: Spread | null;
  /** Microphone track to the viewer's sound. */
  readonly micToSoundMs: Spread | null;
  /** Microphone track to the microphone's sound through mediasoup alone, in the same run. */
  readonly floorMs: Spread | null;
  /** Picture minus sound; above 0 the picture is late. */
  readonly avOffsetMs: Spread | null;
  /** From the later of "transport connected" and "consumers resumed" to the first shown frame. */
  readonly joinMs: Spread | null;
  /** From opening the viewer page to its first shown frame. */
  readonly pageToPictureMs: Spread | null;
  readonly lateFrames: number;
  readonly repeatedFrames: number;
  readonly droppedFrames: number;
  readonly packetsLost: number;
  /** Measured time, after the first three seconds. */
  readonly seconds: number;
  /** Bursts of voice that were followed to the viewer. */
  readonly bursts: number;
  readonly voice: 'human' | 'synthetic';
  /** The server's own stages, ms; `features` and the net are one ONNX graph: see `lips`. */
  readonly stages: Readonly<Record<string, Percentiles>>;
  /** MediaTime of a frame to its last packet handed to the network, ms. */
  readonly pictureLatencyMs: Percentiles;
  readonly coresPerSession: Readonly<Record<string, number>>;
  /** Sessions at once at 512x512 without a late frame in ten seconds. */
  readonly maxSessions: number;
  readonly load: readonly LoadStep[];
  readonly rssPerSessionMb: number;
  readonly rssSlopeMbPerMin: number;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly os: string;
    /** One-minute load averages before and after: above the cores, the numbers are of others. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly versions: Readonly<Record<string, string>>;
};
