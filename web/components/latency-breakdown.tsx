'use client';
import clsx from 'clsx';
import { decimal, whole } from '../lib/format.ts';
import {
  groupMs,
  LATENCY_GROUPS,
  LATENCY_PARTS,
  isServerStage,
  type Latency,
  type LatencyGroup,
} from '../lib/latency.ts';
import { useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import type { Viewing } from '../lib/viewing.ts';

const GROUPS = Object.keys(LATENCY_GROUPS) as LatencyGroup[];

const COLOURS: Readonly<Record<LatencyGroup, string>> = {
  network: 'bg-stage-6',
  hearing: 'bg-stage-2',
  lips: 'bg-stage-1',
  drawing: 'bg-stage-3',
  encoding: 'bg-stage-4',
  viewer: 'bg-stage-5',
};

/** Where the time goes: at a glance, then every stage by itself. */
export function LatencyBreakdown({
  latency,
  viewing,
}: {
  readonly latency: Latency | null;
  readonly viewing: Viewing;
}) {
  return (
    <>
      <LatencyBar latency={latency} />
      <LatencyStages latency={latency} viewing={viewing} />
    </>
  );
}

function LatencyBar({ latency }: { readonly latency: Latency | null }) {
  const t = useText();
  return (
    <div className="mt-3">
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full bg-sunken">
        {latency &&
          GROUPS.map((group) => (
            <span
              key={group}
              className={clsx('min-w-px transition-[flex-grow]', COLOURS[group])}
              style={{ flexGrow: groupMs(latency, group) }}
            />
          ))}
      </div>
      <ul className="mt-2.5 grid grid-cols-3 gap-x-3 gap-y-1 text-xs text-ink-2">
        {GROUPS.map((group) => (
          <li key={group} className="flex items-center gap-1.5">
            <span aria-hidden className={clsx('size-2 rounded-[3px]', COLOURS[group])} />
            <span className="truncate">{t.health.groups[group]}</span>
            <span className="ml-auto text-ink tabular-nums">
              {whole(latency && groupMs(latency, group))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** With the server's spread. */
function LatencyStages({
  latency,
  viewing,
}: {
  readonly latency: Latency | null;
  readonly viewing: Viewing;
}) {
  const t = useText();
  const stages = useStore(viewing.stats)?.stages;
  return (
    <>
      <table className="mt-3 w-full text-[13px] tabular-nums">
        <thead className="text-xs text-ink-3">
          <tr>
            <th className="py-1 text-left font-normal">{t.health.stage}</th>
            <th className="text-right font-normal">{t.health.now}</th>
            <th className="text-right font-normal">p95</th>
            <th className="text-right font-normal">p99</th>
          </tr>
        </thead>
        <tbody>
          {LATENCY_PARTS.map((part) => {
            const spread = isServerStage(part) ? stages?.[part] : undefined;
            return (
              <tr key={part} className="border-t border-line">
                <th className="py-1 text-left font-normal text-ink-2">{t.health.parts[part]}</th>
                <td className="text-right">{decimal(latency?.parts[part] ?? null)}</td>
                <td className="text-right text-ink-3">{decimal(spread?.p95 ?? null)}</td>
                <td className="text-right text-ink-3">{decimal(spread?.p99 ?? null)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="mt-2 text-xs text-ink-3">{t.health.latencyNote}</p>
    </>
  );
}
