'use client';
import { ChevronLeft, ChevronRight, LoaderCircle, Square } from 'lucide-react';
import { Suspense, useEffect, useState } from 'react';
import type { SessionSnapshot } from '../../../server/protocol/index.ts';
import { PreferencesProvider, usePagePreferences, usePageText } from '../../lib/preferences.tsx';
import { Remote } from '../../lib/remote.ts';
import { useDeck } from '../../lib/use-deck.ts';
import { useStore } from '../../lib/use-store.ts';
import { StudioProvider, useStudio } from '../../lib/use-studio.tsx';
import { useTemplateTitle } from '../../lib/use-template-title.ts';
import { GestureSearch, GestureTiles } from '../deck/gesture-tiles.tsx';
import { MoodBar } from '../motion/mood-bar.tsx';
import { SayBox } from '../motion/say-box.tsx';
import { Problem } from '../problem.tsx';
import { usePageTitle } from '../shell/page.tsx';
import { TokenDialog } from '../token-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Dot } from '../ui/dot.tsx';

/** The gesture deck for a thumb: a page of its own for a phone beside the keyboard. */
export function RemoteDeck() {
  return (
    <PreferencesProvider>
      <StudioProvider>
        <Suspense>
          <Deck />
        </Suspense>
        <TokenDialog />
      </StudioProvider>
    </PreferencesProvider>
  );
}

function Deck() {
  const t = usePageText();
  const studio = useStudio();
  const [remote] = useState(() => new Remote(studio));
  const snapshot = useStore(remote.snapshot);
  usePageTitle(t.shell.deck);
  useEffect(() => {
    remote.open();
    return () => remote.close();
  }, [remote]);
  return (
    <div className="mx-auto flex min-h-dvh max-w-2xl flex-col">
      <Top snapshot={snapshot} />
      <main className="flex-1 space-y-3 p-3">
        {snapshot ? (
          <Gestures />
        ) : (
          <p role="status" className="grid justify-items-center gap-3 pt-24 text-center text-ink-2">
            <LoaderCircle aria-hidden className="size-6 animate-spin" />
            {t.shell.nobodyLive}
          </p>
        )}
      </main>
      {snapshot && <Bottom snapshot={snapshot} />}
    </div>
  );
}

function Top({ snapshot }: { readonly snapshot: SessionSnapshot | null }) {
  const { t, language } = usePagePreferences();
  const studio = useStudio();
  const connection = useStore(studio.client.connection);
  const { avatars } = useStore(studio.catalog);
  const title = avatars?.find(({ name }) => name === snapshot?.avatar)?.title[language];
  const online = connection === 'online';
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-line bg-surface px-3">
      <h1 className="min-w-0 flex-1 truncate text-sm font-semibold">{title ?? t.shell.deck}</h1>
      <p role="status" className="flex items-center gap-2 text-[13px] text-ink-2">
        <Dot grade={!online ? 'poor' : snapshot ? 'good' : 'unknown'} />
        {online && snapshot ? t.live.states[snapshot.state] : t.connection[connection]}
      </p>
    </header>
  );
}

function Gestures() {
  const { motion } = useStudio();
  const deck = useDeck();
  const problem = useStore(motion.problem);
  return (
    <>
      {problem && <Problem problem={problem} onDismiss={() => motion.problem.set(null)} />}
      <SayBox />
      <MoodBar />
      <GestureSearch deck={deck} size="thumb" />
      <GestureTiles deck={deck} size="thumb" />
    </>
  );
}

/** Always under the thumb: stop, and the slides where there are any. */
function Bottom({ snapshot }: { readonly snapshot: SessionSnapshot }) {
  const t = usePageText();
  const { motion, scenes } = useStudio();
  const titleOf = useTemplateTitle();
  const { slide, slides } = snapshot.scene;
  const titles = useStore(motion.playing).map(({ template }) => titleOf(template));
  return (
    <footer className="sticky bottom-0 z-20 flex flex-wrap items-center gap-2 border-t border-line bg-surface p-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <p role="status" className="min-w-32 flex-1 truncate text-[13px] text-ink-2">
        {titles.length > 0 ? t.motion.deck.playing(titles.join(' + ')) : t.motion.deck.still}
      </p>
      {slides > 0 && (
        <div className="flex items-center gap-1">
          <Button
            size="icon"
            aria-label={t.scene.previous}
            onClick={() => void scenes.turn('previous')}
          >
            <ChevronLeft aria-hidden className="size-5" />
          </Button>
          <span className="px-1 text-[13px] tabular-nums">{t.scene.slide(slide, slides)}</span>
          <Button size="icon" aria-label={t.scene.next} onClick={() => void scenes.turn('next')}>
            <ChevronRight aria-hidden className="size-5" />
          </Button>
        </div>
      )}
      <Button className="h-11" disabled={titles.length === 0} onClick={() => void motion.stop()}>
        <Square aria-hidden className="size-3 fill-current" />
        {t.motion.deck.stop}
      </Button>
    </footer>
  );
}
