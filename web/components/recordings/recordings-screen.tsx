'use client';
import { useEffect, useState } from 'react';
import { PreferencesProvider, useText } from '../../lib/preferences.tsx';
import { Recordings } from '../../lib/recordings.ts';
import { useStore } from '../../lib/use-store.ts';
import { PreferenceButtons } from '../header.tsx';
import { Logo } from '../logo.tsx';
import { Problem } from '../problem.tsx';
import { Card } from '../ui/card.tsx';
import { RecordingRow } from './recording-row.tsx';

const LOOK_MS = 2000;

/** The page with everything that was recorded: to watch, take along or delete. */
export function RecordingsScreen() {
  const [recordings] = useState(() => new Recordings());
  useEffect(() => {
    void recordings.refresh();
    const timer = setInterval(() => void recordings.refresh(), LOOK_MS);
    return () => clearInterval(timer);
  }, [recordings]);
  return (
    <PreferencesProvider>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-[900px] items-center justify-between px-4">
          <a href="/" className="rounded-lg">
            <Logo />
          </a>
          <div className="flex gap-1">
            <PreferenceButtons />
          </div>
        </div>
      </header>
      <main className="mx-auto max-w-[900px] space-y-3 p-4">
        <List recordings={recordings} />
      </main>
    </PreferencesProvider>
  );
}

function List({ recordings }: { readonly recordings: Recordings }) {
  const t = useText().air;
  const list = useStore(recordings.list);
  const problem = useStore(recordings.problem);
  return (
    <Card title={t.recordings}>
      {problem && <Problem problem={problem} onDismiss={() => recordings.problem.set(null)} />}
      {list?.length === 0 && <p className="text-[13px] text-ink-2">{t.none}</p>}
      <ul className="divide-y divide-line">
        {list?.map((entry) => (
          <RecordingRow key={entry.name} entry={entry} recordings={recordings} />
        ))}
      </ul>
    </Card>
  );
}
