'use client';
import { PreferencesProvider, useText } from '../lib/preferences.tsx';
import { Logo } from './logo.tsx';

export function NotFound() {
  return (
    <PreferencesProvider>
      <Words />
    </PreferencesProvider>
  );
}

function Words() {
  const t = useText();
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-6">
      <Logo />
      <h1 className="text-2xl font-semibold">{t.notFound.title}</h1>
      <a href="/" className="font-medium text-accent underline underline-offset-4">
        {t.notFound.home}
      </a>
    </main>
  );
}
