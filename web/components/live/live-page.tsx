'use client';
import { LoaderCircle } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { useText } from '../../lib/preferences.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { usePageTitle } from '../shell/page.tsx';

/** Before going live and while live: one of the two is needed at a time. */
const SetupScreen = dynamic(() => import('../setup-screen.tsx').then((m) => m.SetupScreen), {
  loading: () => <Waiting />,
});
const LiveScreen = dynamic(() => import('./live-screen.tsx').then((m) => m.LiveScreen), {
  loading: () => <Waiting />,
});

/** The page to go live on. */
export function LivePage() {
  const t = useText();
  const studio = useStudio();
  const phase = useStore(studio.phase);
  usePageTitle(t.shell.pages.live);
  useEffect(() => studio.engage(), [studio]);
  return (
    <>
      <h1 className="sr-only">{t.shell.pages.live}</h1>
      {phase.name === 'restoring' && <Waiting words={t.live.restoring} />}
      {(phase.name === 'setup' || phase.name === 'starting') && <SetupScreen />}
      {(phase.name === 'live' || phase.name === 'stopping') && (
        <LiveScreen key={phase.viewing.sessionId} viewing={phase.viewing} />
      )}
    </>
  );
}

function Waiting({ words }: { readonly words?: string }) {
  return (
    <p
      role="status"
      className="grid min-h-[60vh] place-content-center justify-items-center gap-3 text-ink-2"
    >
      <LoaderCircle aria-hidden className="size-6 animate-spin" />
      {words}
    </p>
  );
}
