'use client';
import { useEffect, useState } from 'react';
import { useText } from '../../lib/preferences.tsx';
import { Recordings } from '../../lib/recordings.ts';
import { useStore } from '../../lib/use-store.ts';
import { Problem } from '../problem.tsx';
import { Page } from '../shell/page.tsx';
import { Card } from '../ui/card.tsx';
import { RecordingRow } from './recording-row.tsx';

const LOOK_MS = 2000;

/** The page with everything that was recorded: to watch, take along or delete. */
export function RecordingsScreen() {
  const t = useText().air;
  const [recordings] = useState(() => new Recordings());
  useEffect(() => {
    void recordings.refresh();
    const timer = setInterval(() => void recordings.refresh(), LOOK_MS);
    return () => clearInterval(timer);
  }, [recordings]);
  return (
    <Page name="recordings" about={t.recordingsAbout}>
      <List recordings={recordings} />
    </Page>
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
