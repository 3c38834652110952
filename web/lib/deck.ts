/** The order and the keys of the gesture deck. Pure. */
import type { TemplateId, TemplateSummary } from '../../server/protocol/index.ts';

/** The keys of the first gestures shown: the number row, then the alphabet. */
export const DECK_KEYS: readonly string[] = Array.from('1234567890abcdefghijklmnopqrstuvwxyz');

const MOST_TAGS = 12;

type Filter = {
  readonly query: string;
  /** '' for all. */
  readonly tag: string;
  readonly favourites: ReadonlySet<TemplateId>;
};

/** What fits all words of the query and the tag; favourites first, else as the server has them. */
export function arrange(
  list: readonly TemplateSummary[],
  { query, tag, favourites }: Filter,
): readonly TemplateSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = list.filter((template) => {
    if (tag !== '' && !template.tags.includes(tag)) return false;
    const { id, title, tags, emotion } = template;
    const text = [id, title.en, title.zh, emotion, ...tags].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const kept = fitting.filter(({ id }) => favourites.has(id));
  return [...kept, ...fitting.filter(({ id }) => !favourites.has(id))];
}

/** The tags most in use, of those in the script of the panel's language: templates bear both. */
export function tagsOf(list: readonly TemplateSummary[], language: 'en' | 'zh'): readonly string[] {
  const counts = new Map<string, number>();
  for (const { tags } of list) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .filter(([tag]) => /\p{Script=Han}/u.test(tag) === (language === 'zh'))
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .slice(0, MOST_TAGS)
    .map(([tag]) => tag);
}
