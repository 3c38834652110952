'use client';
import { decimal, megabytes, percent, signed } from '../lib/format.ts';
import * as health from '../lib/health.ts';
import type { Grade } from '../lib/health.ts';
import { useText } from '../lib/preferences.tsx';
import { HISTORY_SECONDS, statsBefore, type LatencyPoint } from '../lib/use-latency.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { Dot } from './ui/dot.tsx';

type Measure = 'latency' | 'av' | 'fps' | 'frames' | 'loss' | 'cpu' | 'memory';
type Row = {
  readonly label: string;
  readonly value: string;
  readonly detail?: string | undefined;
  /** Instead of the grade's word. */
  readonly word?: string | undefined;
};
/** Faulty pictures count for their colour for this long. */
const FRAMES_SECONDS = 10;

type Grades = Readonly<Record<Measure, Grade>>;

/** The live numbers, each with a colour and a plain word, and one sentence about the worst. */
export function HealthNumbers({
  viewing,
  latencyGrade,
  history,
}: {
  readonly viewing: Viewing;
  readonly latencyGrade: Grade;
  readonly history: readonly LatencyPoint[];
}) {
  const t = useText();
  const grades = { ...useGrades(viewing, history), latency: latencyGrade };
  const rows = useRows(viewing);
  return (
    <>
      <dl className="mt-3 grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line">
        {(Object.keys(rows) as (keyof typeof rows)[]).map((measure) => {
          const { label, value, detail, word } = rows[measure];
          const grade = grades[measure];
          return (
            <div key={measure} className="bg-surface px-3 py-1.5 max-sm:px-2.5">
              <dt className="truncate text-xs text-ink-2">{label}</dt>
              <dd data-testid={`number-${measure}`}>
                <span className="text-[15px] font-semibold tabular-nums">{value}</span>
                {detail && <span className="ml-1.5 text-xs text-ink-3 tabular-nums">{detail}</span>}
                <span className="mt-0.5 flex items-center gap-1.5 text-xs text-ink-2">
                  <Dot grade={grade} />
                  {grade === 'unknown'
                    ? t.health.measuring
                    : (word ?? t.health.words[measure][grade])}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
      <Advice grades={grades} />
    </>
  );
}

function useRows(viewing: Viewing): Readonly<Record<Exclude<Measure, 'latency'>, Row>> {
  const t = useText();
  const stats = useStore(viewing.stats);
  const numbers = useStore(viewing.numbers);
  const inwards = useStore(useStudio().publishing)?.loss ?? null;
  const av = signed(numbers?.avOffsetMs ?? null);
  return {
    av: { label: t.health.av, value: av === '–' ? av : `${av} ms` },
    fps: {
      label: t.health.fps,
      value: decimal(numbers?.fps ?? null),
      detail: t.health.fpsOf(decimal(stats?.fps ?? null)),
    },
    frames: {
      label: t.health.frames,
      value: stats ? `${stats.lateFrames} · ${stats.repeatedFrames} · ${stats.droppedFrames}` : '–',
    },
    loss: {
      label: t.health.loss,
      value: percent(worse(inwards, numbers?.loss ?? null)),
      detail: t.health.lossBoth(percent(inwards), percent(numbers?.loss ?? null)),
    },
    cpu: {
      label: t.health.cpu,
      value: t.health.cores(stats ? stats.cpuCores.toFixed(2) : '–'),
      detail: stats && stats.qualityDowns > 0 ? t.air.downs(stats.qualityDowns) : undefined,
      word: stats ? t.air.rungs[stats.quality] : undefined,
    },
    memory: { label: t.health.memory, value: stats ? megabytes(stats.memoryMb) : '–' },
  };
}

function useGrades(viewing: Viewing, history: readonly LatencyPoint[]): Omit<Grades, 'latency'> {
  const stats = useStore(viewing.stats);
  const numbers = useStore(viewing.numbers);
  const nominal = useStore(viewing.snapshot)?.fps ?? 25;
  const inwards = useStore(useStudio().publishing)?.loss ?? null;
  const oldestMb = statsBefore(history, HISTORY_SECONDS - 1)?.memoryMb ?? null;
  const before = statsBefore(history, FRAMES_SECONDS) ?? history[0]?.stats ?? null;
  return {
    av: health.gradeAvOffset(numbers?.avOffsetMs ?? null),
    fps: health.gradeFps(numbers?.fps ?? null, nominal),
    frames: health.gradeFrames(stats && health.troubledShare(before, stats)),
    loss: health.gradeLoss(worse(inwards, numbers?.loss ?? null)),
    cpu: stats ? health.gradeQuality(stats.quality) : 'unknown',
    memory: stats ? health.gradeMemory(oldestMb ?? stats.memoryMb, stats.memoryMb) : 'unknown',
  };
}

function Advice({ grades }: { readonly grades: Grades }) {
  const t = useText();
  const measures = Object.keys(grades) as Measure[];
  const worst =
    measures.find((measure) => grades[measure] === 'poor') ??
    measures.find((measure) => grades[measure] === 'fair');
  const measured = measures.some((measure) => grades[measure] !== 'unknown');
  return (
    <p
      role="status"
      className="mt-2.5 flex min-h-5 items-start gap-2 text-[13px] leading-5 text-ink-2"
    >
      <Dot grade={worst ? grades[worst] : measured ? 'good' : 'unknown'} className="mt-1.5" />
      {worst ? t.health.advice[worst] : measured ? t.health.allWell : t.health.measuring}
    </p>
  );
}

const worse = (one: number | null, other: number | null): number | null =>
  one === null ? other : Math.max(one, other ?? 0);
