/**
 * Reads atoms as lexemes: at every place the phrase that explains most of the sentence, with what
 * may stand in its gaps; misspelt words as the nearest word that is known. Pure.
 */
import { atomsOf, stem, type Atom } from './atoms.ts';
import { nearestWord } from './spelling.ts';
import type { Lexeme, Sense } from './sense.ts';
import type { Element, Phrase, Vocabulary } from './vocabulary.ts';

/** Words that may stand in one gap of a phrase, and that a `*` takes. */
const LONGEST_GAP = 6;
const LONGEST_REST = 8;
const PUNCTUATION = /^[,.;:!?，。；：！？、…—\n-]$/u;

/** What may stand in a gap: how, how often, with which hand; nothing that moves by itself. */
const GAP_KINDS: ReadonlySet<Sense['kind']> = new Set([
  'side',
  'speed',
  'size',
  'repeat',
  'times',
  'place',
  'number',
  'filler',
  'mood',
]);

export type Reading = { readonly atoms: readonly Atom[]; readonly lexemes: readonly Lexeme[] };

export function read(text: string, vocabulary: Vocabulary): Reading {
  const atoms = atomsOf(text, vocabulary.spelling);
  const first = new Reader(atoms, vocabulary).all();
  const mended = mend(atoms, first, vocabulary);
  return mended ?? { atoms, lexemes: first };
}

class Reader {
  readonly #atoms: readonly Atom[];
  readonly #vocabulary: Vocabulary;
  readonly #found = new Map<number, Lexeme | undefined>();

  constructor(atoms: readonly Atom[], vocabulary: Vocabulary) {
    this.#atoms = atoms;
    this.#vocabulary = vocabulary;
  }

  all(): Lexeme[] {
    const lexemes: Lexeme[] = [];
    for (let at = 0; at < this.#atoms.length;) {
      const lexeme = this.#at(at) ?? leaf('unknown', at);
      lexemes.push(lexeme);
      at = lexeme.to;
    }
    return lexemes;
  }

  /** The longest phrase that begins here; among equals the one with more literal words. */
  #at(at: number): Lexeme | undefined {
    // Gaps ask for the same place again and again.
    if (!this.#found.has(at)) this.#found.set(at, this.#find(at));
    return this.#found.get(at);
  }

  #find(at: number): Lexeme | undefined {
    const { key, word } = this.#atoms[at]!;
    if (PUNCTUATION.test(word)) return leaf('comma', at);
    const { phrases } = this.#vocabulary;
    let best: Lexeme | undefined;
    let literals = 0;
    const candidates = [phrases.get(key) ?? [], this.#number(at) ? (phrases.get('#') ?? []) : []];
    for (const phrase of candidates.flat()) {
      const found = this.#match(phrase, 0, blank(phrase, at));
      if (!found) continue;
      const longer = best === undefined || found.to > best.to;
      if (longer || (found.to === best?.to && phrase.literals > literals)) {
        best = found;
        literals = phrase.literals;
      }
    }
    const number = this.#number(at);
    return (
      best ??
      (number ? { ...leaf('number', at), numbers: [number.value], to: number.to } : undefined)
    );
  }

  #match(phrase: Phrase, index: number, sofar: Lexeme): Lexeme | undefined {
    const element = phrase.elements[index];
    if (element === undefined) return sofar;
    const next = this.#atoms[sofar.to];
    if (element === '~') return this.#gap(phrase, index, sofar);
    if (!next) return undefined;
    if (element === '#') {
      const number = this.#number(sofar.to);
      if (!number) return undefined;
      const numbers = [...sofar.numbers, number.value];
      return this.#match(phrase, index + 1, { ...sofar, to: number.to, numbers });
    }
    if (element === '*') return { ...sofar, to: this.#restEnd(sofar.to) };
    if (element.key !== next.key) return undefined;
    return this.#match(phrase, index + 1, { ...sofar, to: sofar.to + 1 });
  }

  /** The shortest gap that lets the rest follow. */
  #gap(phrase: Phrase, index: number, sofar: Lexeme, begin = sofar.to): Lexeme | undefined {
    const found = this.#match(phrase, index + 1, sofar);
    const atom = this.#atoms[sofar.to];
    if (found || !atom || sofar.to - begin >= LONGEST_GAP) return found;
    const before: Element | undefined = phrase.elements[index - 1];
    if (typeof before === 'object' && atom.key === before.key) {
      // A character said twice: 点点头, 想一想.
      return this.#gap(phrase, index, { ...sofar, to: sofar.to + 1 }, begin);
    }
    for (const word of [this.#at(sofar.to), this.#single(sofar.to)]) {
      if (!word || !GAP_KINDS.has(word.sense.kind)) continue;
      const wider = { ...sofar, to: word.to, inner: [...sofar.inner, word] };
      const rest = this.#gap(phrase, index, wider, begin);
      if (rest) return rest;
    }
    return undefined;
  }

  /** One atom by itself: 左 of 左手, where the phrase wants the 手. */
  #single(at: number): Lexeme | undefined {
    const phrases = this.#vocabulary.phrases.get(this.#atoms[at]!.key) ?? [];
    const phrase = phrases.find(({ elements }) => elements.length === 1);
    return phrase && { ...blank(phrase, at), to: at + 1 };
  }

  /** What is explained or thought about: words that mean nothing to a body. */
  #restEnd(from: number): number {
    let to = from;
    while (to < this.#atoms.length && to - from < LONGEST_REST) {
      const word = this.#at(to);
      if (word && word.sense.kind !== 'filler' && word.sense.kind !== 'thing') break;
      to = word?.to ?? to + 1;
    }
    return to;
  }

  #number(at: number): { readonly value: number; readonly to: number } | undefined {
    const atom = this.#atoms[at];
    if (!atom) return undefined;
    if (/^\d{1,3}$/.test(atom.word)) return { value: Number(atom.word), to: at + 1 };
    const value = this.#vocabulary.numbers.get(atom.key);
    return value === undefined ? undefined : { value, to: at + 1 };
  }
}

function leaf(kind: 'unknown' | 'comma' | 'number', at: number): Lexeme {
  return { sense: { kind }, from: at, to: at + 1, numbers: [], inner: [] };
}

function blank({ sense }: Phrase, at: number): Lexeme {
  return { sense, from: at, to: at, numbers: [], inner: [] };
}

/**
 * Reads once more with unknown Latin words as the nearest known ones, and unknown characters as
 * those that sound alike; keeps what became understood by it.
 */
function mend(
  atoms: readonly Atom[],
  lexemes: readonly Lexeme[],
  vocabulary: Vocabulary,
): Reading | undefined {
  const doubtful = doubtfulAtoms(lexemes);
  if (doubtful.size === 0) return undefined;
  const mended = atoms.map((atom, i) => (doubtful.has(i) ? mendAtom(atom, vocabulary) : atom));
  if (mended.every((atom, i) => atom === atoms[i])) return undefined;
  const again = new Reader(mended, vocabulary).all();
  return unknownAtoms(again) < unknownAtoms(lexemes)
    ? { atoms: mended, lexemes: again }
    : undefined;
}

/** Unknown atoms, and single characters beside them that may be half of a broken word. */
function doubtfulAtoms(lexemes: readonly Lexeme[]): Set<number> {
  const doubtful = new Set<number>();
  for (const { sense, from, to } of lexemes) {
    if (sense.kind === 'unknown') for (let i = from; i < to; i += 1) doubtful.add(i);
  }
  return doubtful;
}

function mendAtom(atom: Atom, vocabulary: Vocabulary): Atom {
  const { homophones, words } = vocabulary;
  const word =
    homophones.get(atom.word) ??
    nearestWord(atom.word, words) ??
    nearestWord(atom.key, words) ??
    atom.word;
  return word === atom.word ? atom : { ...atom, word, key: stem(word) };
}

function unknownAtoms(lexemes: readonly Lexeme[]): number {
  let count = 0;
  for (const { sense, from, to } of lexemes) if (sense.kind === 'unknown') count += to - from;
  return count;
}
