/** A measure in words and figures, as the strip writes it. Pure. */
import { decimal, megabytes, percent, signed, whole } from '../../lib/format.ts';
import type { HealthPoint, Measure } from '../../lib/health-measures.ts';
import type { Dictionary } from '../../lib/i18n/index.ts';

export type Reading = {
  readonly label: string;
  readonly value: string;
  readonly unit?: string;
  /** More of it, where it is pointed at. */
  readonly detail?: string;
  /** Instead of the grade's word. */
  readonly word?: string;
};

const NONE = '–';

export function readingOf(measure: Measure, now: HealthPoint | undefined, t: Dictionary): Reading {
  const words = t.health;
  const stats = now?.stats;
  const numbers = now?.numbers ?? null;
  switch (measure) {
    case 'latency':
      return { label: words.latency, value: whole(now?.latency?.totalMs ?? null), unit: 'ms' };
    case 'av':
      return { label: words.av, value: signed(numbers?.avOffsetMs ?? null), unit: 'ms' };
    case 'fps':
      return {
        label: words.fps,
        value: decimal(numbers?.fps ?? null),
        unit: '/s',
        detail: words.fpsOf(decimal(stats?.fps ?? null)),
      };
    case 'frames':
      return {
        label: words.frames,
        value: stats ? `${stats.lateFrames}·${stats.repeatedFrames}·${stats.droppedFrames}` : NONE,
      };
    case 'loss':
      return {
        label: words.loss,
        value: percent(now?.loss ?? null),
        detail: words.lossBoth(percent(now?.lossIn ?? null), percent(numbers?.loss ?? null)),
      };
    case 'quality':
      return {
        label: words.quality,
        value: stats ? words.rungs[stats.quality] : NONE,
        ...(stats && { word: t.air.rungs[stats.quality], detail: t.air.downs(stats.qualityDowns) }),
      };
    case 'cpu':
      return {
        label: words.cpu,
        value: percent(stats?.machine.cpuShare ?? null),
        detail: words.cores(stats ? stats.cpuCores.toFixed(2) : NONE),
      };
    case 'memory':
      return { label: words.memory, value: stats ? megabytes(stats.memoryMb) : NONE };
    case 'gpu': {
      const gpu = stats?.machine.gpu;
      if (!gpu) return { label: words.gpu, value: NONE };
      const [used, total] = [gpu.memoryUsedMb, gpu.memoryTotalMb].map((mb) =>
        mb === null ? NONE : megabytes(mb),
      );
      return {
        label: words.gpu,
        value: percent(gpu.busyShare),
        detail: words.vram(`${used} / ${total}`),
      };
    }
    default:
      return measure satisfies never;
  }
}
