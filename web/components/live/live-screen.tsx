'use client';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../../lib/preferences.tsx';
import { onceSettled } from '../../lib/settled.ts';
import { recall, remember } from '../../lib/storage.ts';
import { useDeck } from '../../lib/use-deck.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { useStudioKeys } from '../../lib/use-studio-keys.ts';
import type { Viewing } from '../../lib/viewing.ts';
import { DeckPanel } from '../deck/deck-panel.tsx';
import { HealthStrip } from '../health/health-strip.tsx';
import { Preview } from '../preview.tsx';
import { Problem } from '../problem.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { NowPlaying } from './now-playing.tsx';
import { InputsColumn } from './inputs-column.tsx';
import { OutputsColumn } from './outputs-column.tsx';

/** What one click shows is fetched before it is clicked, but after all that is seen. */
function useNextParts(): void {
  useEffect(
    () =>
      onceSettled(() => {
        const parts = [import('../input-door.tsx'), import('../latency-breakdown.tsx')];
        // Whoever clicks asks again.
        Promise.all(parts).catch(() => undefined);
      }),
    [],
  );
}

/**
 * The studio while live: what comes in at the left, what viewers see in the middle over the gesture
 * deck, what goes out at the right, how it is doing below. Nothing of it moves by itself.
 */
export function LiveScreen({ viewing }: { readonly viewing: Viewing }) {
  const t = useText().shell;
  const deck = useDeck();
  const [shown, setShown] = useState(() => recall('deck') !== 'hidden');
  useStudioKeys(viewing, deck);
  useNextParts();
  const toggle = () => {
    remember('deck', shown ? 'hidden' : 'shown');
    setShown(!shown);
  };
  const Chevron = shown ? ChevronDown : ChevronUp;
  const label = shown ? t.deckHide : t.deckShow;
  return (
    <div className="studio" data-deck={shown ? 'shown' : 'hidden'}>
      <div className="studio-stage">
        <Preview viewing={viewing} />
        <NowPlaying />
        <Troubles viewing={viewing} />
      </div>
      <section aria-label={t.deck} className="studio-deck">
        <DeckPanel
          viewing={viewing}
          deck={deck}
          shown={shown}
          onShow={() => !shown && toggle()}
          aside={
            <Button
              look="quiet"
              size="icon"
              className="max-lg:hidden"
              aria-expanded={shown}
              aria-label={label}
              title={label}
              onClick={toggle}
            >
              <Chevron aria-hidden className="size-4" />
            </Button>
          }
        />
      </section>
      <section aria-label={t.inputs} className="studio-column studio-in [&>section]:p-3">
        <InputsColumn viewing={viewing} />
      </section>
      <section aria-label={t.outputs} className="studio-column studio-out [&>section]:p-3">
        <OutputsColumn viewing={viewing} />
      </section>
      <HealthStrip viewing={viewing} />
    </div>
  );
}

/** Over the lower edge of the preview: what goes wrong there must not push anything around. */
function Troubles({ viewing }: { readonly viewing: Viewing }) {
  const t = useText();
  const studio = useStudio();
  const snapshot = useStore(viewing.snapshot);
  const viewingProblem = useStore(viewing.keeper.problem);
  const motionProblem = useStore(studio.motion.problem);
  const online = useStore(studio.client.connection) === 'online';
  useEffect(() => () => studio.motion.problem.set(null), [studio]);
  return (
    <div className="pointer-events-none absolute inset-x-3 bottom-14 z-10 space-y-2 *:pointer-events-auto *:shadow-float">
      {snapshot?.state === 'degraded' && (
        <Notice tone="fair" title={t.live.degradedTitle}>
          {snapshot.reason}
        </Notice>
      )}
      {viewingProblem && online && <Problem problem={viewingProblem} />}
      {motionProblem && (
        <Problem problem={motionProblem} onDismiss={() => studio.motion.problem.set(null)} />
      )}
    </div>
  );
}
