/** What a number means: a grade for its colour, from which the dictionary takes a plain word. */
import type { SessionStats } from '../../server/protocol/index.ts';

export type Grade = 'good' | 'fair' | 'poor' | 'unknown';

/** Below 250 ms a talk with chat feels immediate; beyond 450 ms people talk over each other. */
export const gradeLatency = (ms: number | null): Grade => grade(ms, 250, 450);

/** ITU-R BT.1359: 45 ms of early sound is noticed, 90 ms disturbs. */
export const gradeAvOffset = (ms: number | null): Grade =>
  grade(ms === null ? null : Math.abs(ms), 45, 90);

export const gradeLoss = (share: number | null): Grade => grade(share, 0.01, 0.05);

/** Share of frames missing from the nominal rate. */
export function gradeFps(shown: number | null, nominal: number): Grade {
  return grade(shown === null ? null : 1 - shown / nominal, 0.08, 0.25);
}

/** Share of the last seconds' frames that were late, repeated or dropped. */
export const gradeFrames = (share: number | null): Grade => grade(share, 0.005, 0.05);

export function gradeQuality(quality: SessionStats['quality']): Grade {
  switch (quality) {
    case 'full':
      return 'good';
    case 'half-rate':
    case 'lips-only':
      return 'fair';
    case 'held':
      return 'poor';
    default:
      return quality satisfies never;
  }
}

/** Of the whole machine: pictures come late when nothing is left for them. */
export const gradeLoad = (share: number | null): Grade => grade(share, 0.85, 0.97);

/** A GPU that works hard is well; one whose memory is full fails at the next avatar. */
export function gradeGpu(gpu: SessionStats['machine']['gpu']): Grade {
  const { memoryUsedMb = null, memoryTotalMb = null } = gpu ?? {};
  if (memoryUsedMb === null || memoryTotalMb === null) return 'unknown';
  return grade(memoryUsedMb / memoryTotalMb, 0.9, 0.98);
}

/** Memory may breathe; a tenth more within a minute is growth. */
export function gradeMemory(oldestMb: number | null, nowMb: number): Grade {
  return oldestMb === null ? 'unknown' : grade(nowMb / oldestMb - 1, 0.1, 0.5);
}

/** How many of the frames between two stats came wrong, 0..1; null before the second. */
export function troubledShare(before: SessionStats | null, now: SessionStats): number | null {
  const frames = before === null ? 0 : now.frames - before.frames;
  if (before === null || frames <= 0) return null;
  return Math.max(0, troubled(now) - troubled(before)) / frames;
}

export const troubled = (stats: SessionStats): number =>
  stats.lateFrames + stats.repeatedFrames + stats.droppedFrames;

function grade(value: number | null, good: number, fair: number): Grade {
  if (value === null || !Number.isFinite(value)) return 'unknown';
  if (value <= good) return 'good';
  return value <= fair ? 'fair' : 'poor';
}
