'use client';
import { ExternalLink } from 'lucide-react';
import type { SessionSnapshot } from '../../server/protocol/index.ts';
import { usePreferences, useText } from '../lib/preferences.tsx';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Button } from './ui/button.tsx';
import { Card } from './ui/card.tsx';
import { Dot } from './ui/dot.tsx';

const MINUTE_MS = 60_000;

/** The server's other sessions, where there are any. */
export function SessionList({ sessions }: { readonly sessions: readonly SessionSnapshot[] }) {
  const t = useText();
  const running = sessions.filter(({ state }) => state !== 'stopped' && state !== 'stopping');
  if (running.length === 0) return null;
  return (
    <Card title={t.sessions.title}>
      <ul className="divide-y divide-line">
        {running.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
    </Card>
  );
}

function SessionRow({ session }: { readonly session: SessionSnapshot }) {
  const { t, language } = usePreferences();
  const studio = useStudio();
  const { avatars } = useStore(studio.catalog);
  const title = avatars?.find(({ name }) => name === session.avatar)?.title[language];
  const minutes = Math.floor((Date.now() - Date.parse(session.createdAt)) / MINUTE_MS);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5 first:pt-0 last:pb-0">
      <Dot grade={session.state === 'degraded' ? 'fair' : 'good'} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{title ?? session.avatar}</span>
        <span className="block text-[13px] text-ink-2 tabular-nums">
          {t.live.states[session.state]} · {t.sessions.since(minutes)} ·{' '}
          {t.live.viewers(session.viewers)}
        </span>
      </span>
      <a
        href={session.watchPath}
        target="_blank"
        rel="noreferrer"
        className="inline-flex h-8 items-center gap-1.5 rounded-lg px-3 text-[13px] font-medium text-ink-2 hover:bg-sunken hover:text-ink"
      >
        {t.sessions.watch}
        <ExternalLink aria-hidden className="size-3.5" />
      </a>
      <Button size="small" title={t.sessions.openHint} onClick={() => studio.attach(session.id)}>
        {t.sessions.open}
      </Button>
    </li>
  );
}
