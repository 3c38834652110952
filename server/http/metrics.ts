/**
 * Prometheus text exposition. Gauges and counters only, no labels but the session.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import type { Gpu } from '../core/machine.ts';
import type { SessionStats } from '../protocol/index.ts';
import type { HttpHouse } from './house.ts';

type Metric = {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly value: (stats: SessionStats) => number;
};

const METRICS: readonly Metric[] = [
  metric(
    'picture_latency_ms',
    'gauge',
    'Microphone to picture, median',
    (s) => s.pictureLatencyMs.p50,
  ),
  metric('sound_latency_ms', 'gauge', 'Delay put on the voice', (s) => s.soundLatencyMs),
  metric('frames_total', 'counter', 'Frames sent', (s) => s.frames),
  metric('late_frames_total', 'counter', 'Frames that missed their time', (s) => s.lateFrames),
  metric('repeated_frames_total', 'counter', 'Frames shown twice', (s) => s.repeatedFrames),
  metric('dropped_frames_total', 'counter', 'Frames thrown away', (s) => s.droppedFrames),
  metric('packets_received_total', 'counter', 'Voice packets in', (s) => s.packetsReceived),
  metric('packets_lost_total', 'counter', 'Voice packets concealed', (s) => s.packetsLost),
  metric('encoder_restarts_total', 'counter', 'Encoders started again', (s) => s.encoderRestarts),
];

export function metricsText(house: HttpHouse): string {
  const { cpuCores, memoryMb, machine } = house.usage();
  const lines = [
    ...describe('sessions', 'gauge', 'Sessions on this node'),
    `posecast_sessions ${house.registry.size}`,
    ...describe('cpu_cores', 'gauge', 'Cores used by the process tree'),
    `posecast_cpu_cores ${cpuCores}`,
    ...describe('memory_mb', 'gauge', 'Resident memory of the process tree'),
    `posecast_memory_mb ${memoryMb}`,
    ...describe('machine_cpu_share', 'gauge', 'Of all cores, by everybody on this machine'),
    `posecast_machine_cpu_share ${machine.cpuShare}`,
    ...gpuLines(machine.gpu),
  ];
  const statistics = house.registry.statistics;
  for (const { name, type, help, value } of METRICS) {
    lines.push(...describe(name, type, help));
    for (const stats of statistics) {
      lines.push(`posecast_${name}{session="${stats.sessionId}"} ${value(stats)}`);
    }
  }
  return lines.join('\n') + '\n';
}

function describe(name: string, type: Metric['type'], help: string): string[] {
  return [`# HELP posecast_${name} ${help}`, `# TYPE posecast_${name} ${type}`];
}

function metric(name: string, type: Metric['type'], help: string, value: Metric['value']): Metric {
  return { name, type, help, value };
}

/** Nothing where there is no NVIDIA GPU, or where it doesn't tell. */
function gpuLines(gpu: Gpu | null): string[] {
  if (!gpu) return [];
  const line = (name: string, help: string, value: number | null): string[] =>
    value === null ? [] : [...describe(name, 'gauge', help), `posecast_${name} ${value}`];
  return [
    ...line('gpu_busy_share', 'Of the first NVIDIA GPU', gpu.busyShare),
    ...line('gpu_memory_mb', 'Memory of the first NVIDIA GPU in use', gpu.memoryUsedMb),
  ];
}
