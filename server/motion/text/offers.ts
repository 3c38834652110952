/** What comes nearest to words that no template answers to. Pure. */
import { editDistance, likeness } from './spelling.ts';
import type { Vocabulary } from './vocabulary.ts';

const MOST_OFFERS = 3;
/** Names are shorter than this; comparing more would only take time. */
const MOST_LETTERS = 40;
/** Offered where nothing is near: what nearly every sentence means. */
const COMMON = ['wave', 'nod', 'point-at'];

/** Template ids, the nearest first; always some where the library has any. */
export function offersFor(
  words: string,
  vocabulary: Vocabulary,
  known: string | undefined,
): readonly string[] {
  const said = words.slice(0, MOST_LETTERS).toLowerCase();
  const scored = [...vocabulary.library.values()]
    .map(({ id, title, tags }) => {
      const names = [title.en.toLowerCase(), title.zh, id, ...tags];
      const phrases = vocabulary.names.get(id) ?? [];
      return { id, score: Math.max(...[...names, ...phrases].map((name) => nearness(said, name))) };
    })
    .filter(({ score }) => score >= 0.3)
    .sort((a, b) => b.score - a.score)
    .map(({ id }) => id as string);
  const all = [...(known ? [known] : []), ...scored, ...COMMON];
  return [...new Set(all)].filter((id) => vocabulary.library.has(id)).slice(0, MOST_OFFERS);
}

function nearness(said: string, name: string): number {
  if (name === '') return 0;
  const longer = Math.max(said.length, name.length);
  const alike = likeness(said, name);
  if (Math.abs(said.length - name.length) > longer / 2) return alike;
  return Math.max(alike, 1 - editDistance(said, name) / longer);
}
