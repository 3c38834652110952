'use client';
import { Pencil, Search, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { TemplateId, TemplateSummary } from '../../../server/protocol/index.ts';
import { arrange, DECK_KEYS, tagsOf } from '../../lib/deck.ts';
import { usePreferences } from '../../lib/preferences.tsx';
import { useFavourites } from '../../lib/use-favourites.ts';
import { useHotkeys } from '../../lib/use-hotkeys.ts';
import { useStore } from '../../lib/use-store.ts';
import { useStudio } from '../../lib/use-studio.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';
import { Segments } from '../ui/segments.tsx';
import { DeckTile } from './deck-tile.tsx';

const LOOPS = ['endless', 'once'] as const;
type Loops = (typeof LOOPS)[number];

/** All gestures at hand: search, tags, keys, favourites, and what is playing. */
export function DeckCard() {
  const { t } = usePreferences();
  const words = t.motion.deck;
  const { templates, motion } = useStudio();
  const list = useStore(templates.list);
  const [query, setQuery] = useState('');
  const [tag, setTag] = useState('');
  const [loops, setLoops] = useState<Loops>('endless');
  const favourites = useFavourites();
  useEffect(() => void templates.refresh(), [templates]);
  const shown = arrange(list ?? [], { query, tag, favourites: favourites.ids });
  const play = ({ id, loop }: TemplateSummary) =>
    void motion.play([{ template: id, ...(loop && loops === 'once' && { repeat: 1 }) }]);
  useHotkeys((key) => {
    if (key === 'escape') void motion.stop();
    const template = shown[DECK_KEYS.indexOf(key)];
    if (template) play(template);
    return key === 'escape' || template !== undefined;
  });
  return (
    <Card title={words.title} aside={<EditLink label={words.edit} />}>
      <div className="space-y-2.5">
        <NowPlaying list={list ?? []} />
        <label className="relative block">
          <span className="sr-only">{words.search}</span>
          <Search
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3"
          />
          <input
            type="search"
            value={query}
            placeholder={words.search}
            onChange={(event) => setQuery(event.target.value)}
            className="h-9 w-full rounded-lg border border-line-strong bg-surface pr-3 pl-9 text-sm"
          />
        </label>
        <Tags list={list ?? []} chosen={tag} onChoose={setTag} />
        {shown.some(({ loop }) => loop) && <LoopSwitch chosen={loops} onChoose={setLoops} />}
        <Tiles
          loading={list === null}
          shown={shown}
          empty={list?.length === 0}
          {...favourites}
          onPlay={play}
        />
        {shown.length > 0 && <p className="text-xs text-ink-3">{words.keysHint}</p>}
      </div>
    </Card>
  );
}

function EditLink({ label }: { readonly label: string }) {
  return (
    <a
      href="/motions"
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1.5 rounded-md px-1.5 py-0.5 text-[13px] text-ink-2 hover:bg-sunken hover:text-ink"
    >
      <Pencil aria-hidden className="size-3.5" />
      {label}
    </a>
  );
}

function NowPlaying({ list }: { readonly list: readonly TemplateSummary[] }) {
  const { t, language } = usePreferences();
  const { motion } = useStudio();
  const playing = useStore(motion.playing);
  const titles = playing.map(({ template, avatar }) => {
    const title = list.find((each) => each.id === template)?.title;
    const name = title?.[language] || title?.en || template;
    return avatar === 0 ? name : t.motion.deck.of(name, avatar + 1);
  });
  return (
    <div className="flex min-h-8 items-center gap-2">
      <p role="status" className="min-w-0 flex-1 truncate text-[13px] text-ink-2">
        {titles.length > 0 ? t.motion.deck.playing(titles.join(' + ')) : t.motion.deck.still}
      </p>
      <Button size="small" disabled={titles.length === 0} onClick={() => void motion.stop()}>
        <Square aria-hidden className="size-3 fill-current" />
        {t.motion.deck.stop}
      </Button>
    </div>
  );
}

/** How gestures that loop are played from here. */
function LoopSwitch(props: { readonly chosen: Loops; readonly onChoose: (loops: Loops) => void }) {
  const words = usePreferences().t.motion.deck;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-2">
      <span aria-hidden>{words.loops}</span>
      <Segments label={words.loops} values={LOOPS} titles={words.loopsFor} {...props} />
    </div>
  );
}

function Tags(props: {
  readonly list: readonly TemplateSummary[];
  readonly chosen: string;
  readonly onChoose: (tag: string) => void;
}) {
  const { t, language } = usePreferences();
  const tags = tagsOf(props.list, language);
  if (tags.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-1.5">
      <Chip chosen={props.chosen === ''} onClick={() => props.onChoose('')}>
        {t.motion.deck.all}
      </Chip>
      {tags.map((tag) => (
        <Chip
          key={tag}
          chosen={props.chosen === tag}
          onClick={() => props.onChoose(props.chosen === tag ? '' : tag)}
        >
          {tag}
        </Chip>
      ))}
    </div>
  );
}

function Tiles(props: {
  readonly loading: boolean;
  readonly empty: boolean;
  readonly shown: readonly TemplateSummary[];
  readonly ids: ReadonlySet<TemplateId>;
  readonly toggle: (id: TemplateId) => void;
  readonly onPlay: (template: TemplateSummary) => void;
}) {
  const { t } = usePreferences();
  const { motion } = useStudio();
  const playing = useStore(motion.playing);
  const words = t.motion.deck;
  if (props.loading) {
    return (
      <p role="status" className="py-6 text-center text-[13px] text-ink-2">
        {words.loading}
      </p>
    );
  }
  if (props.empty) {
    return (
      <p className="rounded-xl bg-sunken px-4 py-6 text-center text-[13px] text-ink-2">
        <span className="block font-medium text-ink">{words.empty}</span>
        {words.emptyText}
      </p>
    );
  }
  if (props.shown.length === 0) {
    return <p className="py-6 text-center text-[13px] text-ink-2">{words.none}</p>;
  }
  return (
    <ul className="-mx-1 grid max-h-[25rem] grid-cols-3 gap-2 overflow-y-auto p-1 sm:grid-cols-4 lg:grid-cols-3">
      {props.shown.map((template, index) => (
        <DeckTile
          key={template.id}
          template={template}
          hotkey={DECK_KEYS[index] ?? ''}
          playing={playing.some((each) => each.template === template.id)}
          favourite={props.ids.has(template.id)}
          onFavourite={() => props.toggle(template.id)}
          onPlay={() => props.onPlay(template)}
        />
      ))}
    </ul>
  );
}
