/** What comes nearest to words that no template answers to. Pure. */
import { editDistance, likeness, pairsOf } from './spelling.ts';
import type { Vocabulary } from './vocabulary.ts';

const MOST_OFFERS = 3;
const LEAST_NEARNESS = 0.3;
/** Names are shorter than this; comparing more would only take time. */
const MOST_LETTERS = 40;
/** Offered where nothing is near: what most sentences mean. */
const COMMON = ['wave', 'nod', 'point-at'];

/** Template ids, the nearest first; `known` is the lexicon's own offer. */
export function offersFor(
  words: string,
  vocabulary: Vocabulary,
  known: string | undefined,
): readonly string[] {
  const said = words.slice(0, MOST_LETTERS).toLowerCase();
  const pairs = pairsOf(said);
  const nearest = new Map<string, number>();
  for (const { id, text, pairs: others } of vocabulary.names) {
    const nearness = Math.max(likeness(pairs, others), spelledLike(said, text));
    if (nearness > (nearest.get(id) ?? LEAST_NEARNESS)) nearest.set(id, nearness);
  }
  const scored = [...nearest].sort(([, a], [, b]) => b - a).map(([id]) => id);
  const all = [...(known === undefined ? [] : [known]), ...scored, ...COMMON];
  return [...new Set(all)].filter((id) => vocabulary.library.has(id)).slice(0, MOST_OFFERS);
}

function spelledLike(said: string, name: string): number {
  const longer = Math.max(said.length, name.length);
  // So different in length, they are not the same word misspelt.
  if (Math.abs(said.length - name.length) > longer / 3) return 0;
  return 1 - editDistance(said, name) / longer;
}
