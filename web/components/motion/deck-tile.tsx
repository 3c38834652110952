'use client';
import clsx from 'clsx';
import { Repeat, Star } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { TemplateSummary } from '../../../server/protocol/index.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { useNearby } from '../../lib/use-nearby.ts';
import { useWholeTemplate } from '../../lib/use-whole-template.ts';

/** Comes with the first template that it draws. */
const Figure = dynamic(() => import('../figure.tsx').then((m) => m.Figure), {
  loading: () => null,
});

type Props = {
  readonly template: TemplateSummary;
  readonly hotkey: string;
  readonly playing: boolean;
  readonly favourite: boolean;
  readonly onFavourite: () => void;
  readonly onPlay: () => void;
};

/** One gesture: it moves when looked at, and shows when it plays. */
export function DeckTile({ template, hotkey, playing, favourite, onFavourite, onPlay }: Props) {
  const { t, language } = usePreferences();
  const [looked, setLooked] = useState(false);
  const [place, nearby] = useNearby();
  const whole = useWholeTemplate(nearby ? template.id : null);
  const title = template.title[language] || template.title.en;
  return (
    <li ref={place} className="group relative">
      <button
        type="button"
        aria-label={t.motion.deck.play(title)}
        aria-pressed={playing}
        aria-keyshortcuts={hotkey.toUpperCase() || undefined}
        title={template.tags.join(', ')}
        onClick={onPlay}
        onPointerEnter={() => setLooked(true)}
        onPointerLeave={() => setLooked(false)}
        onFocus={() => setLooked(true)}
        onBlur={() => setLooked(false)}
        className={clsx(
          'block w-full overflow-hidden rounded-xl border text-left transition-colors',
          playing
            ? 'border-accent bg-accent-soft ring-1 ring-accent'
            : 'border-line bg-surface hover:border-line-strong',
        )}
      >
        <span className="block aspect-4/3 bg-sunken/60">
          {whole && (
            <Figure
              template={whole}
              moving={looked || playing}
              className="block aspect-4/3 w-full"
            />
          )}
        </span>
        <span className={clsx('flex items-center gap-1 py-1 pl-1.5', hotkey ? 'pr-6' : 'pr-1.5')}>
          <span className="min-w-0 flex-1 truncate text-[11px] font-medium">{title}</span>
          {template.loop && (
            <Repeat aria-label={t.motion.deck.loop} className="size-3 text-ink-3" />
          )}
        </span>
      </button>
      {hotkey && (
        <kbd
          aria-hidden
          className="pointer-events-none absolute right-1.5 bottom-1.5 rounded border border-line-strong px-1 font-mono text-[10px] leading-4 text-ink-2 uppercase"
        >
          {hotkey}
        </kbd>
      )}
      <button
        type="button"
        aria-label={t.motion.deck.favourite(title)}
        aria-pressed={favourite}
        onClick={onFavourite}
        className={clsx(
          'absolute top-1 right-1 grid size-6 place-items-center rounded-md transition-opacity hover:bg-raised',
          favourite
            ? 'text-fair'
            : 'text-ink-3 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100',
        )}
      >
        <Star aria-hidden className={clsx('size-3.5', favourite && 'fill-current')} />
      </button>
    </li>
  );
}
