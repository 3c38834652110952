'use client';
import { LoaderCircle } from 'lucide-react';
import { PreferencesProvider, useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { StudioProvider, useStudio } from '../lib/use-studio.tsx';
import { Header } from './header.tsx';
import { LiveScreen } from './live-screen.tsx';
import { Problem } from './problem.tsx';
import { SetupScreen } from './setup-screen.tsx';
import { TokenDialog } from './token-dialog.tsx';
import { Notice } from './ui/notice.tsx';

export function Panel() {
  return (
    <PreferencesProvider>
      <StudioProvider>
        <Header />
        <main className="mx-auto max-w-[1400px] p-4">
          <Messages />
          <Screen />
        </main>
        <TokenDialog />
      </StudioProvider>
    </PreferencesProvider>
  );
}

function Screen() {
  const t = useText();
  const phase = useStore(useStudio().phase);
  switch (phase.name) {
    case 'restoring':
      return (
        <p
          role="status"
          className="grid min-h-[60vh] place-content-center justify-items-center gap-3 text-ink-2"
        >
          <LoaderCircle aria-hidden className="size-6 animate-spin" />
          {t.live.restoring}
        </p>
      );
    case 'setup':
    case 'starting':
      return <SetupScreen />;
    case 'live':
    case 'stopping':
      return <LiveScreen key={phase.viewing.sessionId} viewing={phase.viewing} />;
    default:
      return phase satisfies never;
  }
}

/** What everybody should read first: no server, an error, or how the last stream ended. */
function Messages() {
  const t = useText();
  const studio = useStudio();
  const offline = useStore(studio.client.connection) === 'offline';
  const problem = useStore(studio.problem);
  const ending = useStore(studio.ending);
  const dismiss = { label: t.dismiss, onClick: () => studio.dismiss() };
  return (
    <div className="pointer-events-none sticky top-3 z-20 h-0">
      <div className="mx-2 space-y-2 pt-2 *:pointer-events-auto *:shadow-float lg:mr-[29rem]">
        {offline && (
          <Notice tone="poor" title={t.connection.offlineTitle}>
            {t.connection.offlineText}
          </Notice>
        )}
        {problem && !offline && <Problem problem={problem} onDismiss={dismiss.onClick} />}
        {ending && (
          <Notice tone="info" title={t.live.ended} dismiss={dismiss}>
            {ending.reason || t.live.endedByYou}
          </Notice>
        )}
      </div>
    </div>
  );
}
