/** What a word or phrase can mean, and a sentence as a row of meanings. */
import type { Emotion } from '../../protocol/template.ts';
import type { COUNTING, Joiner, Place, POINTING, SIDES } from './lexicon.ts';

export type Modifier =
  | { readonly kind: 'side'; readonly side: (typeof SIDES)[number] }
  | { readonly kind: 'speed'; readonly value: number }
  | { readonly kind: 'size'; readonly value: number }
  | { readonly kind: 'repeat'; readonly value: number }
  | {
      readonly kind: 'place';
      readonly place: Place;
      /** Where exactly, in shares of the picture, where it is a region of a slide. */
      readonly at?: { readonly x: number; readonly y: number };
    }
  | { readonly kind: 'mood'; readonly emotion: Emotion; readonly manner: boolean };

export type Sense =
  | Modifier
  | { readonly kind: 'action'; readonly template: string; readonly purpose: boolean }
  | { readonly kind: 'point'; readonly towards: (typeof POINTING)[number] }
  | { readonly kind: 'count'; readonly how: (typeof COUNTING)[number] }
  /** A repeat or region by number; the number is among the captures. */
  | { readonly kind: 'times' }
  | { readonly kind: 'region' }
  | { readonly kind: 'number' }
  | { readonly kind: 'joiner'; readonly joiner: Joiner }
  | { readonly kind: 'comma' }
  | { readonly kind: 'filler' }
  | { readonly kind: 'thing' }
  /** Something asked for that no template does, known well enough to offer the nearest. */
  | { readonly kind: 'wish'; readonly offer: string }
  | { readonly kind: 'unknown' };

/** `from`, `to`: atoms of the sentence. `inner`: what stood in the gaps of the phrase. */
export type Lexeme = {
  readonly sense: Sense;
  readonly from: number;
  readonly to: number;
  readonly numbers: readonly number[];
  readonly inner: readonly Lexeme[];
};
