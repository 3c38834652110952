'use client';
import { Pencil, Repeat, Repeat1 } from 'lucide-react';
import Link from 'next/link';
import { tagsOf } from '../../lib/deck.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import type { Deck } from '../../lib/use-deck.ts';
import type { Viewing } from '../../lib/viewing.ts';
import { MoodBar } from '../motion/mood-bar.tsx';
import { SayBox } from '../motion/say-box.tsx';
import { WhoBar } from '../motion/who-bar.tsx';
import { Button } from '../ui/button.tsx';
import { GestureSearch, GestureTiles } from './gesture-tiles.tsx';

/** The grid of gestures, and beside it words and moods. */
export function GesturesTab({ viewing, deck }: { readonly viewing: Viewing; readonly deck: Deck }) {
  return (
    <div className="flex h-full min-h-0 gap-4 max-md:flex-col">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
        <Filter deck={deck} />
        <GestureTiles deck={deck} size="studio" />
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
      <GestureSearch deck={deck} size="studio" />
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
