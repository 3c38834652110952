/** Processor time and memory of a process and all it started, from /proc (Linux). */
import {
  descendants,
  MEBIBYTE,
  PAGE_BYTES,
  readProcesses,
  TICKS_PER_SECOND,
} from '../core/usage.ts';

export type TreeSample = {
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
};

/** CPU seconds of processes that ended since the last sample are lost, which no stage here does. */
export async function sampleTree(pid: number): Promise<TreeSample> {
  const stats = await readProcesses();
  let ticks = 0;
  let pages = 0;
  for (const member of descendants(stats, pid)) {
    const stat = stats.get(member)!;
    ticks += stat.ticks;
    pages += stat.rssPages;
  }
  return {
    atMs: performance.now(),
    cpuSeconds: ticks / TICKS_PER_SECOND,
    rssMb: (pages * PAGE_BYTES) / MEBIBYTE,
  };
}

/** Cores used between two samples. */
export function coresBetween(before: TreeSample, after: TreeSample): number {
  return (after.cpuSeconds - before.cpuSeconds) / ((after.atMs - before.atMs) / 1000);
}

/** Slope of the least-squares line through the memory samples, MB a minute. */
export function rssSlope(samples: readonly TreeSample[]): number {
  if (samples.length < 2) return 0;
  const minutes = samples.map(({ atMs }) => (atMs - samples[0]!.atMs) / 60_000);
  const meanX = mean(minutes);
  const meanY = mean(samples.map(({ rssMb }) => rssMb));
  let covariance = 0;
  let variance = 0;
  samples.forEach(({ rssMb }, i) => {
    covariance += (minutes[i]! - meanX) * (rssMb - meanY);
    variance += (minutes[i]! - meanX) ** 2;
  });
  return covariance / variance;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
