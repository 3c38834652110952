'use client';
import { TIERS } from '../../../server/protocol/words.ts';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Segments } from '../ui/segments.tsx';

/** Pose control on or off; what that means is said when pointed at. */
export function TierSwitch({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().motion.tier;
  const studio = useStudio();
  const tier = useStore(viewing.snapshot)?.tier ?? 'basic';
  const online = useStore(studio.client.connection) === 'online';
  return (
    <div className="flex items-center gap-2 text-xs text-ink-2" title={t.about[tier]}>
      <span aria-hidden className="max-xl:hidden">
        {t.title}
      </span>
      <Segments
        label={t.title}
        values={TIERS}
        titles={t}
        chosen={tier}
        disabled={!online}
        onChoose={(next) => void studio.motion.setTier(next)}
      />
    </div>
  );
}
