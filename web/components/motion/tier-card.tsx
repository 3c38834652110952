'use client';
import { TIERS } from '../../../server/protocol/index.ts';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Card } from '../ui/card.tsx';
import { Segments } from '../ui/segments.tsx';

/** Pose control on or off, and what that means in one sentence. */
export function TierCard({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().motion.tier;
  const studio = useStudio();
  const tier = useStore(viewing.snapshot)?.tier ?? 'basic';
  const online = useStore(studio.client.connection) === 'online';
  return (
    <Card title={t.title} bare>
      <div className="flex items-center gap-4">
        <Segments
          label={t.title}
          values={TIERS}
          titles={t}
          chosen={tier}
          disabled={!online}
          onChoose={(next) => void studio.motion.setTier(next)}
        />
        <p className="min-w-0 flex-1 text-[13px] text-ink-2">{t.about[tier]}</p>
      </div>
    </Card>
  );
}
