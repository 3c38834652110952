/**
 * A sentence in English or Chinese as a motion script: "wave hello, then point left while nodding",
 * 「挥手打招呼,然后指向左边」. Words it can't place are reported with the nearest templates; nothing
 * is dropped in silence. Pure; about a millisecond.
 */
import type { MotionScript, MotionStep } from '../../protocol/motion.ts';
import { MAX_TEXT_LENGTH } from '../../protocol/say.ts';
import { draft } from './grammar.ts';
import { offersFor } from './offers.ts';
import type { Lexeme, Sense } from './sense.ts';
import { read, type Reading } from './reader.ts';
import { writeScript } from './script.ts';
import { vocabularyOf, type Library, type Vocabulary } from './vocabulary.ts';

/** `from`, `to`: UTF-16 positions in the sentence. */
export type Understood = {
  readonly from: number;
  readonly to: number;
  /** What it became; null where it was said not to be done. */
  readonly step: MotionStep | null;
};
export type NotUnderstood = {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Ids of the nearest templates, at most three. */
  readonly offers: readonly string[];
};
export type Compiled = {
  /** Null when nothing is to move. */
  readonly script: MotionScript | null;
  readonly understood: readonly Understood[];
  readonly notUnderstood: readonly NotUnderstood[];
};

/** Throws nothing: a sentence without any sense is a report. Longer text is cut at 500. */
export function compileText(text: string, library: Library): Compiled {
  return new TextCompiler(library).compile(text);
}

/** The same for many sentences on one library. */
export class TextCompiler {
  readonly #vocabulary: Vocabulary;

  constructor(library: Library) {
    this.#vocabulary = vocabularyOf(library);
  }

  /** `regions`: middles of the slide's regions; without any, "region 2" is one of a grid of nine. */
  compile(text: string, regions: readonly Spot[] = []): Compiled {
    const said = text.slice(0, MAX_TEXT_LENGTH);
    const reading = read(said, this.#vocabulary);
    const { script, understood, gaps } = writeScript(
      draft(reading.lexemes.map((lexeme) => onSlide(lexeme, regions))),
      this.#vocabulary.library,
    );
    const cut = text.length > said.length ? [this.#report(text, said.length, text.length)] : [];
    return {
      script,
      understood: understood.map(({ from, to, step }) => ({ ...span(reading, from, to), step })),
      notUnderstood: [
        ...gaps.map((gap) => {
          const { from, to } = span(reading, gap.from, gap.to);
          return this.#report(text, from, to, gap.offer);
        }),
        ...cut,
      ],
    };
  }

  #report(text: string, from: number, to: number, known?: string): NotUnderstood {
    const words = text.slice(from, to);
    return { text: words, from, to, offers: offersFor(words, this.#vocabulary, known) };
  }
}

type Spot = { readonly x: number; readonly y: number };

/** A region's number as its place on the slide; one that the slide hasn't is not understood. */
function onSlide(lexeme: Lexeme, regions: readonly Spot[]): Lexeme {
  if (regions.length === 0) return lexeme;
  const inner = lexeme.inner.map((each) => onSlide(each, regions));
  if (lexeme.sense.kind !== 'region') return { ...lexeme, inner };
  const spot = regions[(lexeme.numbers[0] ?? 0) - 1];
  const sense: Sense = spot
    ? { kind: 'place', place: 'centre', at: { x: spot.x, y: spot.y } }
    : { kind: 'unknown' };
  return { ...lexeme, inner, sense };
}

function span({ atoms }: Reading, from: number, to: number) {
  return { from: atoms[from]?.from ?? 0, to: atoms[to - 1]?.to ?? 0 };
}
