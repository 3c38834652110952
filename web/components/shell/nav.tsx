'use client';
import clsx from 'clsx';
import {
  Boxes,
  Clapperboard,
  Contact,
  Film,
  Images,
  Menu,
  PersonStanding,
  Radio,
  ScrollText,
  Send,
  Settings,
  Zap,
  type LucideIcon,
} from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useId } from 'react';
import { pageAt, PAGES, type Page, type PageName } from '../../lib/pages.ts';
import { useText } from '../../lib/preferences.tsx';

const ICONS: Readonly<Record<PageName, LucideIcon>> = {
  live: Radio,
  avatars: Contact,
  motions: PersonStanding,
  triggers: Zap,
  scenes: Images,
  targets: Send,
  videos: Clapperboard,
  recordings: Film,
  models: Boxes,
  logs: ScrollText,
  settings: Settings,
};

/** The rail of all pages on wide screens. Its links change the page and leave the stream alone. */
export function Rail() {
  const t = useText().shell;
  const here = pageAt(usePathname());
  return (
    <nav
      aria-label={t.nav}
      className="sticky top-12 hidden h-[calc(100dvh-48px)] w-[84px] shrink-0 flex-col gap-0.5 overflow-y-auto border-r border-line bg-surface px-1.5 py-2 lg:flex"
    >
      {PAGES.map((page) => (
        <PageLink key={page.name} page={page} current={page.name === here} look="rail" />
      ))}
    </nav>
  );
}

/** The same on narrow ones, behind a button; the browser's own popover closes on Escape and outside. */
export function PageMenu() {
  const t = useText().shell;
  const here = pageAt(usePathname());
  const id = useId();
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={t.menu}
        className="-ml-2 grid size-10 place-items-center rounded-lg text-ink-2 hover:bg-sunken lg:hidden"
      >
        <Menu aria-hidden className="size-5" />
      </button>
      <div
        id={id}
        popover="auto"
        className="fixed inset-auto top-13 left-2 m-0 w-64 rounded-2xl border border-line bg-surface p-2 text-ink shadow-float"
      >
        <nav
          aria-label={t.nav}
          className="grid gap-0.5"
          onClick={(event) => event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()}
        >
          {PAGES.map((page) => (
            <PageLink key={page.name} page={page} current={page.name === here} look="row" />
          ))}
        </nav>
      </div>
    </>
  );
}

const LOOKS = {
  rail: 'flex-col justify-center gap-1 px-1 py-1.5 text-[11px] leading-3',
  row: 'gap-3 px-3 py-2.5 text-sm',
} as const;

function PageLink({
  page,
  current,
  look,
}: {
  readonly page: Page;
  readonly current: boolean;
  readonly look: keyof typeof LOOKS;
}) {
  const t = useText().shell;
  const Icon = ICONS[page.name];
  return (
    <Link
      href={page.path}
      prefetch={false}
      aria-current={current ? 'page' : undefined}
      className={clsx(
        'flex items-center rounded-lg font-medium transition-colors focus-visible:-outline-offset-2',
        LOOKS[look],
        current ? 'bg-accent-soft text-accent' : 'text-ink-2 hover:bg-sunken hover:text-ink',
      )}
    >
      <Icon aria-hidden className="size-5 shrink-0" />
      <span className="max-w-full truncate">{t.pages[page.name]}</span>
    </Link>
  );
}
