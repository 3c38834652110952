/**
 * The words that motion is asked for in, as data: one file a language. The grammar in this folder
 * knows kinds of words, the files know the words. In a phrase, `~` stands for words that may come
 * between ("shake your head", 点三下头), `#` for a number and a last `*` for whatever follows.
 */
import { z } from 'zod';
import { EMOTIONS } from '../../protocol/template.ts';
import english from './lexicon.en.json' with { type: 'json' };
import chinese from './lexicon.zh.json' with { type: 'json' };

const phrases = z.array(z.string());
const byName = z.record(z.string(), phrases);

export const POINTING = ['any', 'left', 'right', 'up'] as const;
export const COUNTING = ['show', 'to', 'span', 'down', 'list'] as const;
export const SIDES = ['left', 'right', 'both'] as const;
export const SPEEDS = { slow: 0.6, fast: 1.6, 'very-slow': 0.4, 'very-fast': 2.2 } as const;
export const SIZES = { small: 0.6, big: 1.4, tiny: 0.4, huge: 1.5 } as const;
/** Where words for places point to, 0..1 from the upper left of the canvas. */
export const PLACES = {
  'upper-left': { x: 1 / 6, y: 1 / 6 },
  top: { x: 1 / 2, y: 1 / 6 },
  'upper-right': { x: 5 / 6, y: 1 / 6 },
  left: { x: 1 / 6, y: 1 / 2 },
  centre: { x: 1 / 2, y: 1 / 2 },
  right: { x: 5 / 6, y: 1 / 2 },
  'lower-left': { x: 1 / 6, y: 5 / 6 },
  bottom: { x: 1 / 2, y: 5 / 6 },
  'lower-right': { x: 5 / 6, y: 5 / 6 },
  up: { x: 1 / 2, y: 1 / 12 },
  slide: { x: 5 / 6, y: 1 / 3 },
} as const;
export type Place = keyof typeof PLACES;
/** Regions 1 to 9 in reading order. */
export const REGIONS: readonly Place[] = Object.keys(PLACES).slice(0, 9) as Place[];

export const JOINERS = [
  'then',
  'and',
  'while',
  'alongside',
  'together',
  'before',
  'after',
  'postBefore',
  'postAfter',
  'not',
  'but',
  'again',
] as const;
export type Joiner = (typeof JOINERS)[number];

const names = <Name extends string>(keys: readonly Name[]) => z.record(z.enum(keys), phrases);
const keysOf = <Name extends string>(table: Readonly<Record<Name, unknown>>) =>
  Object.keys(table) as Name[];

export const Lexicon = z.object({
  /** Template id -> phrases that ask for it. */
  actions: byName,
  /** Template id -> why one does it: a step of its own only where nothing else is said. */
  purposes: byName,
  pointing: names(POINTING),
  counting: names(COUNTING),
  moods: z.record(
    z.enum(EMOTIONS),
    z.object({ looks: phrases, manners: phrases, states: phrases }),
  ),
  /** What follows a look to make it a manner: 开心 + 地. */
  mannerSuffixes: phrases,
  /** What precedes a look to make it a state: "look" + "happy". */
  moodVerbs: phrases,
  sides: names(SIDES),
  intensifiers: phrases,
  speeds: names(keysOf(SPEEDS)),
  sizes: names(keysOf(SIZES)),
  repeats: byName,
  places: z.record(z.enum([...keysOf(PLACES), '#']), phrases),
  joiners: names(JOINERS),
  fillers: phrases,
  /** What lies at a place: said of one, it adds nothing; alone, its place is not known. */
  things: phrases,
  numbers: z.record(z.string(), z.number()),
  /** Template id -> things no template can do, for which it is the nearest offer. */
  related: byName,
  /** Character -> others that sound alike and are typed for it. */
  homophones: z.record(z.string(), z.string()).default({}),
  /** Pairs of a traditional and a simplified character. */
  traditional: z.string().default(''),
});
export type Lexicon = z.infer<typeof Lexicon>;

export const LEXICONS: readonly Lexicon[] = [Lexicon.parse(english), Lexicon.parse(chinese)];
