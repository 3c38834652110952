/** Puts what the stages measured into the one shape that panel, REST and metrics read. Pure. */
import type { Machine } from '../core/machine.ts';
import type { Percentiles } from '../core/percentiles.ts';
import type { Usage } from '../core/usage.ts';
import { STAGES, type SessionId, type SessionStats, type Stage } from '../protocol/index.ts';
import type { BodyHealth } from '../render/body.ts';
import type { PipelineState } from './pipeline-options.ts';

/** Of the server's processes, and of the machine they run on. */
export type SystemUsage = Usage & { readonly machine: Machine };

export type StatsInput = {
  readonly id: SessionId;
  readonly createdAtMs: number;
  readonly state: PipelineState;
  readonly usage: SystemUsage;
  /** Frames at the last call, one second ago. */
  readonly framesBefore: number;
};

const NOTHING: Percentiles = { p50: 0, p95: 0, p99: 0 };
/** Of the lips, until the engine says what its bodies need. */
const LOOKAHEAD_MS = 40;

export function sessionStats(input: StatsInput): SessionStats {
  const { engine, feeder, pictureLatency, send, soundLatencyMs } = input.state;
  const measured: Readonly<Record<string, Percentiles>> = {
    ...engine?.stages,
    ...feeder?.stages,
    send: send.summary(),
  };
  const stages = Object.fromEntries(
    STAGES.map((stage) => [stage, rounded(measured[stage] ?? NOTHING)]),
  ) as Record<Stage, Percentiles>;
  const frames = feeder?.encodedFrames ?? 0;
  return {
    sessionId: input.id,
    uptimeSeconds: Math.round((Date.now() - input.createdAtMs) / 1000),
    stages,
    pictureLatencyMs: rounded(pictureLatency.summary()),
    soundLatencyMs: round(soundLatencyMs),
    lookaheadMs: round(engine?.lookaheadMs ?? LOOKAHEAD_MS),
    fps: Math.max(0, frames - input.framesBefore),
    frames,
    lateFrames: engine?.lateFrames ?? 0,
    repeatedFrames: (engine?.repeatedFrames ?? 0) + (feeder?.heldFrames ?? 0),
    droppedFrames: feeder?.droppedFrames ?? 0,
    packetsReceived: engine?.packetsReceived ?? 0,
    packetsLost: engine?.packetsLost ?? 0,
    packetsLate: engine?.packetsLate ?? 0,
    ringDrops: engine?.ringDrops ?? 0,
    poses: input.state.poses.accepted,
    badPoses: input.state.poses.bad,
    latePoses: input.state.poses.late + (engine?.poseDrops ?? 0),
    poseToFrameMs: rounded(engine?.poseToFrame ?? NOTHING),
    encoderRestarts: feeder?.encoderRestarts ?? 0,
    overlayFrames: feeder?.overlayFrames ?? 0,
    overlayLateFrames: feeder?.overlayLateFrames ?? 0,
    videoKbps: Math.round(feeder?.videoKbps ?? 0),
    cpuCores: round(input.usage.cpuCores, 2),
    memoryMb: Math.round(input.usage.memoryMb),
    machine: { ...input.usage.machine, cpuShare: round(input.usage.machine.cpuShare, 3) },
    quality: engine?.quality ?? 'held',
    qualityDowns: engine?.qualityDowns ?? 0,
    body: engine?.body ? bodyStats(engine.body) : null,
  };
}

function bodyStats(body: BodyHealth): SessionStats['body'] {
  const stages = Object.entries(body.stages).map(([name, times]) => [name, rounded(times)]);
  return { ...body, stages: Object.fromEntries(stages) as Record<string, Percentiles> };
}

function rounded(value: Percentiles): Percentiles {
  return { p50: round(value.p50), p95: round(value.p95), p99: round(value.p99) };
}

function round(value: number, digits = 1): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
