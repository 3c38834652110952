'use client';
import clsx from 'clsx';
import dynamic from 'next/dynamic';
import { useEffect, useMemo, useState } from 'react';
import type { Grade } from '../../lib/health.ts';
import type { HealthHistory } from '../../lib/health-history.ts';
import {
  gradeOf,
  MEASURES,
  seriesOf,
  worstOf,
  type HealthPoint,
  type Measure,
} from '../../lib/health-measures.ts';
import { usePreferences, useText } from '../../lib/preferences.tsx';
import { onceSettled } from '../../lib/settled.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Dot } from '../ui/dot.tsx';
import { HealthDetails } from './health-details.tsx';
import { readingOf } from './reading.ts';

/** The plot's code comes when everything else is there. */
const Sparkline = dynamic(() => import('./sparkline.tsx').then((m) => m.Sparkline), {
  ssr: false,
  loading: Unplotted,
});

function Unplotted() {
  return <div className="h-[26px]" />;
}

function usePlotted(): boolean {
  const [plotted, setPlotted] = useState(false);
  useEffect(() => onceSettled(() => setPlotted(true)), []);
  return plotted;
}

/** What each graph spans at least. */
const SPANS: Readonly<Record<Measure, readonly [number, number]>> = {
  latency: [0, 300],
  av: [-100, 100],
  fps: [0, 26],
  frames: [0, 5],
  loss: [0, 0.05],
  quality: [0, 3.2],
  cpu: [0, 1],
  memory: [0, 500],
  gpu: [0, 1],
};

/** How the stream is doing: one sentence, and each number with its last minute. */
export function HealthStrip({ viewing }: { readonly viewing: Viewing }) {
  const history = useStore(useStudio().health);
  return (
    <section
      aria-label={useText().health.title}
      className="studio-health flex items-stretch gap-px overflow-hidden rounded-card border border-line bg-line shadow-card max-lg:flex-wrap"
    >
      {history && <Cells viewing={viewing} history={history} />}
    </section>
  );
}

function Cells({
  viewing,
  history,
}: {
  readonly viewing: Viewing;
  readonly history: HealthHistory;
}) {
  const points = useStore(history.points);
  const fps = useStore(viewing.snapshot)?.fps ?? 25;
  const grades = Object.fromEntries(
    MEASURES.map((measure) => [measure, gradeOf(measure, points, fps)]),
  ) as Record<Measure, Grade>;
  const plotted = usePlotted();
  const hasGpu = points.at(-1)?.stats.machine.gpu != null;
  return (
    <>
      <Advice grades={grades} viewing={viewing} points={points} />
      <dl className="grid min-w-0 flex-1 grid-cols-[repeat(auto-fit,minmax(104px,1fr))] overflow-hidden bg-surface">
        {MEASURES.filter((measure) => measure !== 'gpu' || hasGpu).map((measure) => (
          <Cell
            key={measure}
            measure={measure}
            points={points}
            grade={grades[measure]}
            plotted={plotted}
          />
        ))}
      </dl>
    </>
  );
}

function Cell({
  measure,
  points,
  grade,
  plotted,
}: {
  readonly measure: Measure;
  readonly points: readonly HealthPoint[];
  readonly grade: Grade;
  readonly plotted: boolean;
}) {
  const { t } = usePreferences();
  const { label, value, unit, detail, word } = readingOf(measure, points.at(-1), t);
  const series = useMemo(() => seriesOf(measure, points), [measure, points]);
  const said = grade === 'unknown' ? t.health.measuring : (word ?? t.health.words[measure][grade]);
  return (
    <div
      className="min-w-0 px-2.5 pt-1.5 pb-1 shadow-[-1px_-1px_0_0_var(--line)]"
      title={[label, said, detail].filter(Boolean).join(' · ')}
    >
      <dt className="truncate text-[11px] leading-4 text-ink-2">{label}</dt>
      <dd data-testid={`number-${measure}`}>
        <span className="flex items-center gap-1.5">
          <Dot grade={grade} />
          <span className="min-w-0 truncate text-[13px] leading-5 font-semibold tabular-nums">
            <span {...(measure === 'latency' && { 'data-testid': 'latency' })}>{value}</span>
            {unit && <span className="font-normal text-ink-2"> {unit}</span>}
          </span>
          <span className="sr-only">{said}</span>
        </span>
        {plotted ? <Sparkline values={series} span={SPANS[measure]} /> : <Unplotted />}
      </dd>
    </div>
  );
}

/** What is wrong and what to do, or that all is well; in a box of steady size. */
function Advice({
  grades,
  viewing,
  points,
}: {
  readonly grades: Readonly<Record<Measure, Grade>>;
  readonly viewing: Viewing;
  readonly points: readonly HealthPoint[];
}) {
  const t = useText();
  const worst = worstOf(grades);
  const measured = MEASURES.some((measure) => grades[measure] !== 'unknown');
  const grade = worst ? grades[worst] : measured ? 'good' : 'unknown';
  return (
    <div
      className={clsx(
        'flex w-full flex-col justify-between px-3 py-1.5 lg:w-64',
        grade === 'poor' ? 'bg-poor-soft' : 'bg-surface',
      )}
    >
      <p role="status" className="flex h-12 items-start gap-2 overflow-hidden text-xs leading-4">
        <Dot grade={grade} className="mt-1" />
        <span>
          {worst ? t.health.advice[worst] : measured ? t.health.allWell : t.health.measuring}
        </span>
      </p>
      <HealthDetails viewing={viewing} latency={points.at(-1)?.latency ?? null} />
    </div>
  );
}
