/** Words of manner (how, how often, with which hand, where to), and numbers to be shown. Pure. */
import { REGIONS } from './lexicon.ts';
import type { Lexeme } from './sense.ts';

const HIGHEST_COUNT = 5;
const MANNERS: ReadonlySet<string> = new Set(['side', 'speed', 'size', 'repeat', 'place', 'mood']);

/** Numbers and regions as the repeats and places they mean; undefined for what is no manner. */
export function asManner(lexeme: Lexeme): Lexeme | undefined {
  const { sense, numbers } = lexeme;
  if (MANNERS.has(sense.kind)) return lexeme;
  const number = numbers[0];
  if (number === undefined) return undefined;
  if (sense.kind === 'times' || sense.kind === 'number') {
    return { ...lexeme, sense: { kind: 'repeat', value: number } };
  }
  const place = sense.kind === 'region' ? REGIONS[number - 1] : undefined;
  return place ? { ...lexeme, sense: { kind: 'place', place } } : undefined;
}

/** What was said in the gaps of a phrase. */
export function manners({ inner }: Lexeme): Lexeme[] {
  return inner.flatMap((lexeme) => asManner(lexeme) ?? []);
}

/** The numbers to show one after another; empty where a hand can't show one of them. */
export function counted({ sense, numbers }: Lexeme): readonly number[] {
  const [first = 0, second = 0] = numbers;
  const how = sense.kind === 'count' ? sense.how : 'list';
  const shown = {
    show: () => [first],
    to: () => range(1, first),
    down: () => range(first, 1),
    span: () => range(first, second),
    list: () => numbers,
  }[how]();
  return shown.every((number) => number >= 1 && number <= HIGHEST_COUNT) ? shown : [];
}

function range(from: number, to: number): number[] {
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
}
