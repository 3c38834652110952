'use client';
import { Pencil, Repeat, Repeat1, Search } from 'lucide-react';
import Link from 'next/link';
import { DECK_KEYS, tagsOf } from '../../lib/deck.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import type { Deck } from '../../lib/use-deck.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import type { Viewing } from '../../lib/viewing.ts';
import { DeckTile } from '../motion/deck-tile.tsx';
import { MoodBar } from '../motion/mood-bar.tsx';
import { SayBox } from '../motion/say-box.tsx';
import { WhoBar } from '../motion/who-bar.tsx';
import { Button } from '../ui/button.tsx';

/** The grid of gestures, and beside it words and moods. */
export function GesturesTab({ viewing, deck }: { readonly viewing: Viewing; readonly deck: Deck }) {
  return (
    <div className="flex h-full min-h-0 gap-4 max-md:flex-col">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
        <Filter deck={deck} />
        <Tiles deck={deck} />
      </div>
      <div className="flex w-full shrink-0 flex-col gap-3 overflow-y-auto p-0.5 md:w-57">
        <WhoBar viewing={viewing} />
        <SayBox />
        <MoodBar />
      </div>
    </div>
  );
}

function Filter({ deck }: { readonly deck: Deck }) {
  const { t, language } = usePreferences();
  const words = t.motion.deck;
  const tags = tagsOf(deck.list ?? [], language);
  return (
    <div className="flex items-center gap-2">
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
          className="h-8 w-full rounded-lg border border-line-strong bg-surface pr-2 pl-8 text-[13px]"
        />
      </label>
      {tags.length > 0 && (
        <select
          aria-label={words.tags}
          value={deck.tag}
          onChange={(event) => deck.setTag(event.target.value)}
          className="h-8 max-w-32 rounded-lg border border-line-strong bg-surface px-2 text-[13px]"
        >
          <option value="">{words.all}</option>
          {tags.map((tag) => (
            <option key={tag} value={tag}>
              {tag}
            </option>
          ))}
        </select>
      )}
      <LoopSwitch deck={deck} />
      <Link
        href="/motions"
        prefetch={false}
        aria-label={words.edit}
        title={words.edit}
        className="-mx-1 grid size-9 shrink-0 place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink"
      >
        <Pencil aria-hidden className="size-4" />
      </Link>
    </div>
  );
}

/** Whether gestures that loop go on from here or play once. */
function LoopSwitch({ deck }: { readonly deck: Deck }) {
  const words = usePreferences().t.motion.deck;
  const once = deck.loops === 'once';
  const label = `${words.loops}: ${words.loopsFor[deck.loops]}`;
  const Icon = once ? Repeat1 : Repeat;
  return (
    <Button
      look="quiet"
      size="icon"
      className="-mx-1"
      aria-label={label}
      title={label}
      onClick={() => deck.setLoops(once ? 'endless' : 'once')}
    >
      <Icon aria-hidden className="size-4" />
    </Button>
  );
}

function Tiles({ deck }: { readonly deck: Deck }) {
  const { t } = usePreferences();
  const { motion } = useStudio();
  const playing = useStore(motion.playing);
  const words = t.motion.deck;
  const { list, shown, favourites } = deck;
  if (list === null) return <Said status>{words.loading}</Said>;
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
      title={words.keysHint}
      className="-m-1 grid min-h-0 flex-1 auto-rows-min grid-cols-[repeat(auto-fill,minmax(82px,1fr))] gap-2 overflow-y-auto p-1 max-lg:max-h-[22rem]"
    >
      {shown.map((template, index) => (
        <DeckTile
          key={template.id}
          template={template}
          hotkey={DECK_KEYS[index] ?? ''}
          playing={playing.some((each) => each.template === template.id)}
          favourite={favourites.ids.has(template.id)}
          onFavourite={() => favourites.toggle(template.id)}
          onPlay={() => deck.play(template)}
        />
      ))}
    </ul>
  );
}

function Said({
  status,
  children,
}: {
  readonly status?: true;
  readonly children: React.ReactNode;
}) {
  return (
    <p
      {...(status && { role: 'status' })}
      className="rounded-xl bg-sunken px-4 py-6 text-center text-[13px] text-ink-2"
    >
      {children}
    </p>
  );
}
