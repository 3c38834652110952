/** What the health strip shows: each measure's value, its last minute and its grade. Pure. */
import type { SessionStats } from '../../server/protocol/index.ts';
import * as health from './health.ts';
import type { Grade } from './health.ts';
import type { Latency } from './latency.ts';
import type { WatchNumbers } from './stats.ts';

export const HISTORY_SECONDS = 60;

/** Of one second; null where it is not known. */
export type HealthPoint = {
  readonly stats: SessionStats;
  readonly numbers: WatchNumbers | null;
  readonly latency: Latency | null;
  /** Share of packets lost, the worse way of the two. */
  readonly loss: number | null;
  /** The same with the words for both ways. */
  readonly lossIn: number | null;
};

export const MEASURES = [
  'latency',
  'av',
  'fps',
  'frames',
  'loss',
  'quality',
  'cpu',
  'memory',
  'gpu',
] as const;
export type Measure = (typeof MEASURES)[number];

/** Faulty pictures count for their colour for this long. */
const FRAMES_SECONDS = 10;
const RUNGS = [
  'full',
  'half-rate',
  'lips-only',
  'held',
] as const satisfies readonly SessionStats['quality'][];

/** The measure as a number, as the graph draws it; null leaves a gap. */
export function valueOf(measure: Measure, point: HealthPoint, before?: HealthPoint): number | null {
  const { stats, numbers } = point;
  switch (measure) {
    case 'latency':
      return point.latency?.totalMs ?? null;
    case 'av':
      return numbers?.avOffsetMs ?? null;
    case 'fps':
      return numbers?.fps ?? null;
    case 'frames':
      return before ? health.troubled(stats) - health.troubled(before.stats) : null;
    case 'loss':
      return point.loss;
    case 'quality':
      return RUNGS.length - 1 - RUNGS.indexOf(stats.quality);
    case 'cpu':
      return stats.machine.cpuShare;
    case 'memory':
      return stats.memoryMb;
    case 'gpu':
      return stats.machine.gpu?.busyShare ?? null;
    default:
      return measure satisfies never;
  }
}

export function seriesOf(measure: Measure, points: readonly HealthPoint[]): (number | null)[] {
  return points.map((point, index) => valueOf(measure, point, points[index - 1]));
}

export function gradeOf(measure: Measure, points: readonly HealthPoint[], fps: number): Grade {
  const now = points.at(-1);
  if (!now) return 'unknown';
  const { stats, numbers } = now;
  switch (measure) {
    case 'latency':
      return health.gradeLatency(now.latency?.totalMs ?? null);
    case 'av':
      return health.gradeAvOffset(numbers?.avOffsetMs ?? null);
    case 'fps':
      return health.gradeFps(numbers?.fps ?? null, fps);
    case 'frames':
      return health.gradeFrames(
        health.troubledShare(pointBefore(points, FRAMES_SECONDS)?.stats ?? null, stats),
      );
    case 'loss':
      return health.gradeLoss(now.loss);
    case 'quality':
      return health.gradeQuality(stats.quality);
    case 'cpu':
      return health.gradeLoad(stats.machine.cpuShare);
    case 'memory':
      // A session that has just begun is still taking what it needs.
      return health.gradeMemory(
        points.length < HISTORY_SECONDS ? stats.memoryMb : points[0]!.stats.memoryMb,
        stats.memoryMb,
      );
    case 'gpu':
      return health.gradeGpu(stats.machine.gpu);
    default:
      return measure satisfies never;
  }
}

/** The point of `seconds` ago, or the oldest where there is none that old. */
function pointBefore(points: readonly HealthPoint[], seconds: number): HealthPoint | undefined {
  return points.at(-1 - seconds) ?? points[0];
}

/** The measure that is worst off, the first of several; undefined while all is well. */
export function worstOf(grades: Readonly<Record<Measure, Grade>>): Measure | undefined {
  return (
    MEASURES.find((measure) => grades[measure] === 'poor') ??
    MEASURES.find((measure) => grades[measure] === 'fair')
  );
}
