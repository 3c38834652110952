import { useEffect, useState } from 'react';
import type { TemplateSummary } from '../../server/protocol/index.ts';
import { arrange, DECK_KEYS } from './deck.ts';
import { useFavourites } from './use-favourites.ts';
import { useStore } from './use-store.ts';
import { useStudio } from './use-studio.tsx';

export type Loops = 'endless' | 'once';

/** The gesture deck's own state: it is kept while another of its tabs is looked at. */
export function useDeck() {
  const { templates, motion } = useStudio();
  const list = useStore(templates.list);
  const [query, setQuery] = useState('');
  const [tag, setTag] = useState('');
  const [loops, setLoops] = useState<Loops>('endless');
  const favourites = useFavourites();
  useEffect(() => void templates.refresh(), [templates]);
  const shown = arrange(list ?? [], { query, tag, favourites: favourites.ids });
  const play = ({ id, loop }: TemplateSummary): void =>
    void motion.play([{ template: id, ...(loop && loops === 'once' && { repeat: 1 }) }]);
  return {
    list,
    shown,
    query,
    setQuery,
    tag,
    setTag,
    loops,
    setLoops,
    favourites,
    play,
    /** Whether the key was a gesture's. */
    press: (key: string): boolean => {
      const template = shown[DECK_KEYS.indexOf(key)];
      if (template) play(template);
      return template !== undefined;
    },
  };
}

export type Deck = ReturnType<typeof useDeck>;
