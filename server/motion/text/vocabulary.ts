/**
 * Phrases of the lexicons and of a library's templates, indexed by their first word for the
 * reader. Made once per library; pure.
 */
import { EMOTIONS, type TemplateSummary } from '../../protocol/template.ts';
import { atomsOf, stem, type Spelling } from './atoms.ts';
import {
  COUNTING,
  JOINERS,
  LEXICONS,
  PLACES,
  POINTING,
  SIDES,
  SIZES,
  SPEEDS,
  type Lexicon,
  type Place,
} from './lexicon.ts';
import type { Sense } from './sense.ts';
import { pairsOf } from './spelling.ts';

export type Element = { readonly key: string } | '~' | '#' | '*';
export type Phrase = {
  readonly elements: readonly Element[];
  readonly sense: Sense;
  /** Words that must stand there literally. */
  readonly literals: number;
};

export type Library = readonly TemplateSummary[];

/** What a template is called, with its letter pairs for comparing. */
export type Name = {
  readonly id: string;
  readonly text: string;
  readonly pairs: readonly string[];
};

export type Vocabulary = {
  readonly library: ReadonlyMap<string, TemplateSummary>;
  /** First word -> phrases; `#` for those that begin with a number. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>;
  readonly spelling: Spelling;
  /** Character typed -> character meant, where it makes an action of what was none. */
  readonly homophones: Spelling;
  readonly numbers: ReadonlyMap<string, number>;
  /** Every word for every template, to be near to. */
  readonly names: readonly Name[];
  /** Latin words worth finding in a misspelt one. */
  readonly words: readonly string[];
};

export function vocabularyOf(library: Library, lexicons = LEXICONS): Vocabulary {
  const spelling = new Map(lexicons.flatMap((lexicon) => pairs(lexicon.traditional)));
  const phrases = new Map<string, Phrase[]>();
  const add = (text: string, sense: Sense): void => {
    const phrase = parsePhrase(text, sense, spelling);
    const first = phrase.elements[0];
    if (first === undefined || first === '~' || first === '*') return;
    const key = first === '#' ? '#' : first.key;
    const bucket = phrases.get(key);
    if (bucket) bucket.push(phrase);
    else phrases.set(key, [phrase]);
  };
  // Where two phrases are equal the first one counts: the lexicon before titles and tags.
  for (const lexicon of lexicons) addLexicon(lexicon, add);
  addLibrary(library, add);
  return {
    library: new Map(library.map((template) => [template.id, template])),
    phrases,
    spelling,
    homophones: new Map(
      lexicons.flatMap(({ homophones }) =>
        Object.entries(homophones).flatMap(([meant, typed]) =>
          Array.from(typed, (character) => [character, meant] as const),
        ),
      ),
    ),
    numbers: new Map(lexicons.flatMap(({ numbers }) => numberKeys(numbers))),
    names: namesOf(library, lexicons),
    words: latinWords(lexicons, library),
  };
}

type Add = (text: string, sense: Sense) => void;

function addLexicon(lexicon: Lexicon, add: Add): void {
  const addAll = (texts: readonly string[], sense: Sense): void => {
    for (const text of texts) add(text, sense);
  };
  for (const [template, texts] of Object.entries(lexicon.actions)) {
    addAll(texts, { kind: 'action', template, purpose: false });
  }
  for (const [template, texts] of Object.entries(lexicon.purposes)) {
    addAll(texts, { kind: 'action', template, purpose: true });
  }
  for (const towards of POINTING) addAll(lexicon.pointing[towards], { kind: 'point', towards });
  for (const how of COUNTING) addAll(lexicon.counting[how], { kind: 'count', how });
  for (const joiner of JOINERS) addAll(lexicon.joiners[joiner], { kind: 'joiner', joiner });
  for (const side of SIDES) addAll(lexicon.sides[side], { kind: 'side', side });
  for (const place of Object.keys(PLACES) as Place[]) {
    addAll(lexicon.places[place], { kind: 'place', place });
  }
  addAll(lexicon.places['#'], { kind: 'region' });
  for (const [times, texts] of Object.entries(lexicon.repeats)) {
    const fixed = { kind: 'repeat', value: Number(times) } as const;
    addAll(texts, times === '#' ? { kind: 'times' } : fixed);
  }
  addMoods(lexicon, addAll);
  addDegrees(lexicon, addAll);
  for (const [offer, texts] of Object.entries(lexicon.related)) {
    addAll(texts, { kind: 'wish', offer });
  }
  addAll(lexicon.things, { kind: 'thing' });
  addAll(lexicon.fillers, { kind: 'filler' });
}

type AddAll = (texts: readonly string[], sense: Sense) => void;

function addMoods({ moods, moodVerbs, mannerSuffixes }: Lexicon, addAll: AddAll): void {
  for (const emotion of EMOTIONS) {
    const { looks, manners, states } = moods[emotion];
    const manner = { kind: 'mood', emotion, manner: true } as const;
    const state = { kind: 'mood', emotion, manner: false } as const;
    addAll(manners, manner);
    addAll(
      looks.flatMap((look) => mannerSuffixes.map((suffix) => look + suffix)),
      manner,
    );
    addAll(states, state);
    addAll(
      looks.flatMap((look) => moodVerbs.map((verb) => `${verb} ~ ${look}`)),
      state,
    );
    addAll(looks, state);
  }
}

function addDegrees({ speeds, sizes, intensifiers }: Lexicon, addAll: AddAll): void {
  const very = (texts: readonly string[]): string[] =>
    intensifiers.flatMap((word) => texts.map((text) => `${word} ${text}`));
  const speed = (name: keyof typeof SPEEDS): Sense => ({ kind: 'speed', value: SPEEDS[name] });
  const size = (name: keyof typeof SIZES): Sense => ({ kind: 'size', value: SIZES[name] });
  addAll([...speeds['very-slow'], ...very(speeds.slow)], speed('very-slow'));
  addAll([...speeds['very-fast'], ...very(speeds.fast)], speed('very-fast'));
  addAll([...sizes.tiny, ...very(sizes.small)], size('tiny'));
  addAll([...sizes.huge, ...very(sizes.big)], size('huge'));
  addAll(speeds.slow, speed('slow'));
  addAll(speeds.fast, speed('fast'));
  addAll(sizes.small, size('small'));
  addAll(sizes.big, size('big'));
}

/** Every template by its title and id; people's own ones by their tags too. */
function addLibrary(library: Library, add: Add): void {
  for (const { id, title, tags, builtIn } of library) {
    const sense = senseOf(id);
    for (const text of [title.en, title.zh, id.replaceAll('-', ' ')]) {
      add(spoken(text), sense);
      // "Dance: arm wave" is also asked for as "arm wave".
      for (const part of text.split(/[:：]/u).slice(1)) add(spoken(part), sense);
    }
    if (!builtIn) for (const tag of tags) add(spoken(tag), sense);
  }
}

/** A title as people say it, without marks. */
function spoken(title: string): string {
  return title.replaceAll(/[^\p{L}\p{N}]+/gu, ' ');
}

/** "Point left" is pointing, so that "and right" can follow. */
function senseOf(id: string): Sense {
  const towards = POINTING.find((name) => id === `point-${name === 'any' ? 'at' : name}`);
  if (towards) return { kind: 'point', towards };
  return { kind: 'action', template: id, purpose: false };
}

function parsePhrase(text: string, sense: Sense, spelling: Spelling): Phrase {
  const elements = atomsOf(text, spelling).map(({ key }): Element => {
    return key === '~' || key === '#' || key === '*' ? key : { key };
  });
  return { elements, sense, literals: elements.filter((e) => typeof e === 'object').length };
}

function pairs(characters: string): [string, string][] {
  return Array.from(characters.matchAll(/(.)(.)/gu), ([, from = '', to = '']) => [from, to]);
}

function numberKeys(numbers: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(numbers).map(([word, value]) => [stem(word), value]);
}

function namesOf(library: Library, lexicons: readonly Lexicon[]): Name[] {
  return library.flatMap(({ id, title, tags }) => {
    const phrases = lexicons.flatMap(({ actions }) => actions[id] ?? []);
    const plain = phrases.map((phrase) => phrase.replaceAll(/ ?[~#*]/g, ''));
    const texts = new Set([title.en, title.zh, id, ...tags, ...plain].map((t) => t.toLowerCase()));
    texts.delete('');
    return [...texts].map((text) => ({ id, text, pairs: pairsOf(text) }));
  });
}

function latinWords(lexicons: readonly Lexicon[], library: Library): string[] {
  const texts = lexicons.flatMap(({ actions, pointing, places, sides, speeds, sizes, repeats }) =>
    [actions, pointing, places, sides, speeds, sizes, repeats].flatMap((table) =>
      Object.values(table).flat(),
    ),
  );
  const titles = library.map(({ title }) => title.en);
  const words = [...texts, ...titles].flatMap(
    (text) => text.toLowerCase().match(/[a-z]{4,}/g) ?? [],
  );
  return [...new Set(words)];
}
