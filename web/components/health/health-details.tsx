'use client';
import * as Popover from '@radix-ui/react-popover';
import type { Latency } from '../../lib/latency.ts';
import { useText } from '../../lib/preferences.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { LatencyBar, LatencyStages } from '../latency-breakdown.tsx';

/** Where the time goes, stage by stage. */
export function HealthDetails({
  viewing,
  latency,
}: {
  readonly viewing: Viewing;
  readonly latency: Latency | null;
}) {
  const t = useText().health;
  return (
    <Popover.Root>
      <Popover.Trigger className="self-start rounded text-xs font-medium text-accent hover:underline">
        {t.stages}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          sideOffset={8}
          collisionPadding={8}
          aria-label={t.stages}
          className="z-40 max-h-[var(--radix-popover-content-available-height)] w-[min(92vw,26rem)] overflow-y-auto rounded-2xl border border-line bg-surface p-4 shadow-float"
        >
          <LatencyBar latency={latency} />
          <LatencyStages latency={latency} viewing={viewing} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
