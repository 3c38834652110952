'use client';
import { Gauge, Smartphone } from 'lucide-react';
import Link from 'next/link';
import { useState, type ReactNode } from 'react';
import { LANGUAGES } from '../../lib/i18n/index.ts';
import { usePagePreferences } from '../../lib/preferences.tsx';
import { recall } from '../../lib/storage.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Page } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { Segments } from '../ui/segments.tsx';

const THEMES = ['light', 'dark'] as const;

/** What this browser prefers, the phone's deck, the token, and what server this is. */
export function SettingsPage() {
  const { t, language, setLanguage, theme, setTheme } = usePagePreferences();
  const words = t.settings;
  return (
    <Page name="settings" about={words.about}>
      <div className="grid max-w-3xl gap-4">
        <Card title={words.look}>
          <Row label={words.language}>
            <Segments
              label={words.language}
              values={LANGUAGES}
              titles={words.languages}
              chosen={language}
              onChoose={setLanguage}
            />
          </Row>
          <Row label={words.theme}>
            <Segments
              label={words.theme}
              values={THEMES}
              titles={words.themes}
              chosen={theme}
              onChoose={setTheme}
            />
          </Row>
        </Card>
        <Card title={words.phone}>
          <p className="mb-2 flex items-start gap-2 text-[13px] text-ink-2">
            <Smartphone aria-hidden className="mt-0.5 size-4 shrink-0" />
            {words.phoneAbout}
          </p>
          <CopyField label={words.address} value={`${location.origin}/deck`} />
        </Card>
        <Card title={words.latency}>
          <div className="flex flex-wrap items-center gap-3">
            <p className="min-w-52 flex-1 text-[13px] text-ink-2">{words.latencyAbout}</p>
            <a
              href="/measure"
              target="_blank"
              rel="noreferrer"
              className="inline-flex h-9 items-center gap-2 rounded-lg border border-line-strong px-3.5 text-sm font-medium hover:bg-sunken"
            >
              <Gauge aria-hidden className="size-4" />
              {t.measure.title}
            </a>
          </div>
        </Card>
        <TokenCard />
        <ServerCard />
      </div>
    </Page>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 py-1.5">
      <span aria-hidden className="text-[13px]">
        {label}
      </span>
      {children}
    </div>
  );
}

/** The token of this browser can be forgotten, for a machine that others use too. */
function TokenCard() {
  const { t } = usePagePreferences();
  const { client, catalog } = useStudio();
  const { info } = useStore(catalog);
  const [kept, setKept] = useState(() => recall('token') !== null);
  const forget = () => {
    client.authorize('');
    setKept(false);
  };
  return (
    <Card title={t.token.title}>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-52 flex-1 text-[13px] text-ink-2">
          {info?.needsToken ? t.settings.tokenNeeded : t.settings.tokenUnneeded}
        </p>
        <Button disabled={!kept} onClick={forget}>
          {t.settings.tokenForget}
        </Button>
      </div>
    </Card>
  );
}

function ServerCard() {
  const { t } = usePagePreferences();
  const { info, avatars, sessions } = useStore(useStudio().catalog);
  const facts: readonly (readonly [string, string])[] = [
    [t.settings.version, info?.version ?? '–'],
    [t.settings.sessions, info ? `${sessions.length} / ${info.maxSessions}` : '–'],
    [t.settings.avatars, String(avatars?.length ?? '–')],
  ];
  return (
    <Card title={t.settings.server}>
      <dl className="grid gap-1 text-[13px]">
        {facts.map(([label, value]) => (
          <div key={label} className="flex justify-between gap-3">
            <dt className="text-ink-2">{label}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-[13px]">
        <Link href="/logs" prefetch={false} className="text-accent underline">
          {t.settings.toLogs}
        </Link>
      </p>
    </Card>
  );
}
