'use client';
import clsx from 'clsx';
import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { DECK_KEYS } from '../../lib/deck.ts';
import { useText } from '../../lib/preferences.tsx';
import type { Deck } from '../../lib/use-deck.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { DeckTile } from '../motion/deck-tile.tsx';

/** `thumb`: for a phone beside the keyboard. */
type Size = 'studio' | 'thumb';

const SEARCH: Readonly<Record<Size, string>> = {
  studio: 'h-8 rounded-lg pr-2 pl-8 text-[13px]',
  thumb: 'h-11 rounded-xl pr-3 pl-9 text-base',
};
const GRID: Readonly<Record<Size, string>> = {
  studio:
    '-m-1 min-h-0 flex-1 auto-rows-min grid-cols-[repeat(auto-fill,minmax(82px,1fr))] overflow-y-auto p-1 max-lg:max-h-[22rem]',
  thumb: 'grid-cols-[repeat(auto-fill,minmax(104px,1fr))]',
};

/** Finds gestures by their name or tag. */
export function GestureSearch({ deck, size }: { readonly deck: Deck; readonly size: Size }) {
  const words = useText().motion.deck;
  return (
    <label className="relative block min-w-0 flex-1">
      <span className="sr-only">{words.search}</span>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
      />
      <input
        type="search"
        value={deck.query}
        placeholder={words.search}
        onChange={(event) => deck.setQuery(event.target.value)}
        className={clsx('w-full border border-line-strong bg-surface', SEARCH[size])}
      />
    </label>
  );
}

/** The gestures that were found, or why there are none. Only the studio has keys for them. */
export function GestureTiles({ deck, size }: { readonly deck: Deck; readonly size: Size }) {
  const words = useText().motion.deck;
  const { motion } = useStudio();
  const playing = useStore(motion.playing);
  const { list, shown, favourites } = deck;
  if (list === null) return <Said role="status">{words.loading}</Said>;
  if (list.length === 0) {
    return (
      <Said>
        <span className="block font-medium text-ink">{words.empty}</span>
        {words.emptyText}
      </Said>
    );
  }
  if (shown.length === 0) return <Said>{words.none}</Said>;
  return (
    <ul
      {...(size === 'studio' && { title: words.keysHint })}
      className={clsx('grid gap-2', GRID[size])}
    >
      {shown.map((template, index) => (
        <DeckTile
          key={template.id}
          template={template}
          hotkey={size === 'studio' ? (DECK_KEYS[index] ?? '') : ''}
          playing={playing.some((each) => each.template === template.id)}
          favourite={favourites.ids.has(template.id)}
          onFavourite={() => favourites.toggle(template.id)}
          onPlay={() => deck.play(template)}
        />
      ))}
    </ul>
  );
}

function Said({ role, children }: { readonly role?: 'status'; readonly children: ReactNode }) {
  return (
    <p role={role} className="rounded-xl bg-sunken px-4 py-6 text-center text-[13px] text-ink-2">
      {children}
    </p>
  );
}
