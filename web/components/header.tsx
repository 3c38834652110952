'use client';
import clsx from 'clsx';
import {
  Clapperboard,
  Contact,
  Film,
  Gauge,
  Languages,
  Moon,
  Sun,
  type LucideIcon,
} from 'lucide-react';
import { usePreferences } from '../lib/preferences.tsx';
import type { Connection } from '../lib/socket.ts';
import { useStore } from '../lib/use-store.ts';
import { useStudio } from '../lib/use-studio.tsx';
import { Logo } from './logo.tsx';
import { Button } from './ui/button.tsx';

export function Header() {
  const { t } = usePreferences();
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-[1400px] items-center justify-between gap-3 px-4">
        <h1>
          <Logo />
        </h1>
        <div className="flex items-center gap-1">
          <ConnectionState />
          <PageLink href="/avatars" title={t.avatars.title} icon={Contact} />
          <PageLink href="/recordings" title={t.air.recordings} icon={Film} />
          <PageLink href="/studio" title={t.studio.open} icon={Clapperboard} />
          <PageLink href="/measure" title={t.measure.title} icon={Gauge} />
          <PreferenceButtons />
        </div>
      </div>
    </header>
  );
}

/** In a tab of its own: the stream must go on. */
function PageLink({
  href,
  title,
  icon: Icon,
}: {
  readonly href: string;
  readonly title: string;
  readonly icon: LucideIcon;
}) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      aria-label={title}
      title={title}
      className="inline-flex size-9 items-center justify-center rounded-lg text-ink-2 transition-colors hover:bg-sunken hover:text-ink"
    >
      <Icon aria-hidden className="size-[18px]" />
    </a>
  );
}

export function PreferenceButtons() {
  const { t, language, setLanguage, theme, setTheme } = usePreferences();
  const ThemeIcon = theme === 'dark' ? Sun : Moon;
  return (
    <>
      <Button
        look="quiet"
        aria-label={t.language.switchTo}
        onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}
        className="px-2.5"
      >
        <Languages aria-hidden className="size-[18px]" />
        <span className="text-[13px] max-sm:hidden">{t.language.other}</span>
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
    <p role="status" className="mr-2 flex items-center gap-2 text-[13px] text-ink-2">
      <span aria-hidden className={clsx('size-2 rounded-full', LAMPS[connection])} />
      {t.connection[connection]}
    </p>
  );
}
