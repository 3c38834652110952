'use client';
import dynamic from 'next/dynamic';
import { whole } from '../lib/format.ts';
import { gradeLatency } from '../lib/health.ts';
import { useText } from '../lib/preferences.tsx';
import { useLatency } from '../lib/use-latency.ts';
import { useStudio } from '../lib/use-studio.tsx';
import type { Viewing } from '../lib/viewing.ts';
import { HealthNumbers } from './health-numbers.tsx';
import { LatencyBar, LatencyStages } from './latency-breakdown.tsx';
import { Card } from './ui/card.tsx';
import { Dot } from './ui/dot.tsx';

/** The plot's code is only needed while live. */
const LatencyGraph = dynamic(() => import('./latency-graph.tsx').then((m) => m.LatencyGraph), {
  ssr: false,
  loading: () => <div className="h-16" />,
});

export function HealthCard({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const studio = useStudio();
  const { now, history } = useLatency(viewing, studio.publishing);
  const grade = gradeLatency(now?.totalMs ?? null);
  return (
    <Card title={t.health.title} bare>
      <div className="flex items-center gap-4">
        <div className="shrink-0">
          <p className="text-[13px] text-ink-2">{t.health.latency}</p>
          <p className="mt-0.5 flex items-baseline gap-1 tabular-nums">
            <span data-testid="latency" className="text-[32px] leading-10 font-semibold">
              {whole(now?.totalMs ?? null)}
            </span>
            <span className="text-ink-2">ms</span>
          </p>
          <p className="flex items-center gap-1.5 text-[13px]">
            <Dot grade={grade} />
            {grade === 'unknown' ? t.health.measuring : t.health.words.latency[grade]}
          </p>
        </div>
        <div className="min-w-0 flex-1">
          <LatencyGraph history={history} label={t.health.graph} />
        </div>
      </div>
      <LatencyBar latency={now} />
      <HealthNumbers viewing={viewing} latencyGrade={grade} history={history} />
      <LatencyStages latency={now} viewing={viewing} />
    </Card>
  );
}
