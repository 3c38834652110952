'use client';
import clsx from 'clsx';
import { Languages, Moon, Sun } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { clock } from '../../lib/format.ts';
import { usePreferences, useText } from '../../lib/preferences.tsx';
import type { Connection } from '../../lib/socket.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { Logo } from '../logo.tsx';
import { Button } from '../ui/button.tsx';
import { PageMenu } from './nav.tsx';

/** What every page has on top: where one is, whether one is live, and how the connection is. */
export function TopBar() {
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-b border-line bg-surface px-3 lg:px-4">
      <PageMenu />
      <Link href="/" prefetch={false} className="rounded-lg">
        <Logo />
      </Link>
      <OnAir />
      <div className="ml-auto flex items-center gap-1">
        <ConnectionState />
        <PreferenceButtons />
      </div>
    </header>
  );
}

/** The page of one part alone, without a studio behind it. */
export function PlainBar() {
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-b border-line bg-surface px-3 lg:px-4">
      <PageMenu />
      <a href="/" className="rounded-lg">
        <Logo />
      </a>
      <div className="ml-auto flex items-center gap-1">
        <PreferenceButtons />
      </div>
    </header>
  );
}

/** On the other pages: the stream goes on, and the way back to it. */
function OnAir() {
  const t = useText().shell;
  const studio = useStudio();
  const phase = useStore(studio.phase);
  const { sessions } = useStore(studio.catalog);
  const away = usePathname() !== '/';
  const mine = phase.name === 'live' || phase.name === 'stopping' ? phase.viewing : null;
  if (!away || (!mine && sessions.length === 0)) return null;
  const words = mine ? t.backToLive : t.elsewhere;
  return (
    <Link
      href="/"
      prefetch={false}
      title={words}
      className={clsx(
        'flex h-7 items-center gap-2 rounded-md px-2.5 text-[13px] font-semibold',
        mine
          ? 'bg-live text-live-ink hover:bg-live-hover'
          : 'border border-line-strong text-ink hover:bg-sunken',
      )}
    >
      <span
        aria-hidden
        className={clsx('size-1.5 rounded-full', mine ? 'bg-current' : 'bg-live')}
      />
      <span className="sr-only">{words}</span>
      <span aria-hidden className="flex gap-2">
        {t.onAir}
        {mine && <Uptime viewing={mine} />}
      </span>
    </Link>
  );
}

function Uptime({ viewing }: { readonly viewing: Viewing }) {
  const stats = useStore(viewing.stats);
  return <span className="tabular-nums">{clock(stats?.uptimeSeconds ?? 0)}</span>;
}

export function PreferenceButtons() {
  const { t, language, setLanguage, theme, setTheme } = usePreferences();
  const ThemeIcon = theme === 'dark' ? Sun : Moon;
  return (
    <>
      <Button
        look="quiet"
        title={t.language.switchTo}
        onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}
        className="px-2.5"
      >
        <Languages aria-hidden className="size-[18px]" />
        <span className="sr-only">{t.language.switchTo}</span>
        <span aria-hidden className="text-[13px] max-sm:hidden">
          {t.language.other}
        </span>
      </Button>
      <Button
        look="quiet"
        size="icon"
        aria-label={theme === 'dark' ? t.theme.toLight : t.theme.toDark}
        onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
      >
        <ThemeIcon aria-hidden className="size-[18px]" />
      </Button>
    </>
  );
}

const LAMPS: Readonly<Record<Connection, string>> = {
  connecting: 'bg-ink-3 animate-pulse',
  online: 'bg-good',
  offline: 'bg-poor animate-pulse',
  unauthorized: 'bg-fair',
};

function ConnectionState() {
  const { t } = usePreferences();
  const connection = useStore(useStudio().client.connection);
  return (
    <p role="status" className="mr-1 flex items-center gap-2 text-[13px] text-ink-2">
      <span aria-hidden className={clsx('size-2 rounded-full', LAMPS[connection])} />
      <span className={clsx(connection === 'online' && 'max-sm:sr-only')}>
        {t.connection[connection]}
      </span>
    </p>
  );
}
