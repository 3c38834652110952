'use client';
import { Suspense, type ReactNode } from 'react';
import { PreferencesProvider, useText } from '../../lib/preferences.tsx';
import { StudioProvider } from '../../lib/use-studio.tsx';
import { TokenDialog } from '../token-dialog.tsx';
import { DropAnywhere } from './drop-anywhere.tsx';
import { Messages } from './messages.tsx';
import { Rail } from './nav.tsx';
import { PlainBar, TopBar } from './top-bar.tsx';

/**
 * The frame around every page of the panel, and the one studio behind them: it stays while pages
 * change, so a stream that runs is not disturbed by looking at another page.
 */
export function Shell({ children }: { readonly children: ReactNode }) {
  return (
    <PreferencesProvider>
      <StudioProvider>
        <SkipLink />
        <TopBar />
        <Body>{children}</Body>
        <Messages />
        <DropAnywhere />
        <TokenDialog />
      </StudioProvider>
    </PreferencesProvider>
  );
}

/** The same frame for a page that measures and wants nothing else going on. */
export function PlainShell({ children }: { readonly children: ReactNode }) {
  return (
    <PreferencesProvider>
      <SkipLink />
      <PlainBar />
      <Body>{children}</Body>
    </PreferencesProvider>
  );
}

function Body({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex">
      <Rail />
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        {/* Until a page's words are here. */}
        <Suspense>{children}</Suspense>
      </main>
    </div>
  );
}

function SkipLink() {
  return (
    <a
      href="#content"
      className="absolute top-1 left-1 z-50 -translate-y-20 rounded-lg bg-accent px-3 py-2 text-sm font-medium text-accent-ink focus:translate-y-0"
    >
      {useText().shell.skip}
    </a>
  );
}
