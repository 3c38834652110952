'use client';
import dynamic from 'next/dynamic';
import { useId, useState } from 'react';
import type { Latency } from '../../lib/latency.ts';
import { useText } from '../../lib/preferences.tsx';
import type { Viewing } from '../../lib/viewing.ts';

const LatencyBreakdown = dynamic(
  () => import('../latency-breakdown.tsx').then((m) => m.LatencyBreakdown),
  { loading: () => null },
);

/** Where the time goes, stage by stage, over the studio's lower left corner. */
export function HealthDetails({
  viewing,
  latency,
}: {
  readonly viewing: Viewing;
  readonly latency: Latency | null;
}) {
  const t = useText().health;
  const id = useId();
  // A table that nobody sees need not be drawn each second.
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        className="self-start rounded text-xs font-medium text-accent hover:underline"
      >
        {t.stages}
      </button>
      <div
        id={id}
        popover="auto"
        aria-label={t.stages}
        role="dialog"
        onToggle={(event) => setOpen(event.newState === 'open')}
        className="fixed inset-auto bottom-24 left-2 m-0 max-h-[calc(100dvh-10rem)] w-[min(94vw,26rem)] overflow-y-auto rounded-2xl border border-line bg-surface p-4 text-ink shadow-float lg:left-24"
      >
        {open && <LatencyBreakdown latency={latency} viewing={viewing} />}
      </div>
    </>
  );
}
