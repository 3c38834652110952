/**
 * The order of steps while a sentence is read: what comes next, what joins the step before it, what
 * goes before it. Owned by the grammar; pure.
 */
import type { Emotion } from '../../protocol/template.ts';
import type { Lexeme } from './sense.ts';

export type Deed =
  | { readonly kind: 'template'; readonly template: string }
  | { readonly kind: 'point' }
  | { readonly kind: 'mood'; readonly emotion: Emotion };

export type DraftStep = {
  deed: Deed;
  /** Named by why it is done alone ("thank you"): another word for the same step absorbs it. */
  purpose: boolean;
  from: number;
  to: number;
  modifiers: Lexeme[];
};
/** Steps at the same time. */
export type Moment = DraftStep[];

type Opening = { readonly kind: 'while' | 'before'; opened: Moment | undefined };

export class Moments {
  readonly list: Moment[] = [];
  /** Nothing was said since the beginning or the last "then". */
  #fresh = true;
  #relation: 'next' | 'join' | 'before' = 'next';
  /** "While A, B" and "before A, B": A opens, B settles where. */
  #opening: Opening | undefined;
  /** "At the same time" was said; whether of the steps before or after it shows later. */
  #together = false;
  #alongside = 0;
  #alongsideBase = 0;

  /** Whether the next step goes with the one before it. */
  get joins(): boolean {
    return this.#relation === 'join' || this.#together;
  }

  /** Whether a "while" or "before" waits for its first step. */
  get opens(): boolean {
    return this.#opening !== undefined && !this.#opening.opened;
  }

  /** Something was said that is no step. */
  touch(): void {
    this.#fresh = false;
  }

  /** What comes now follows all before it. */
  then(): void {
    this.settle();
    this.#relation = 'next';
    this.#opening = undefined;
    this.#fresh = true;
  }

  while(): void {
    if (this.#fresh) this.#opening = { kind: 'while', opened: undefined };
    else this.#relation = 'join';
  }

  together(): void {
    if (this.#fresh) this.#opening = { kind: 'while', opened: undefined };
    else this.#together = true;
  }

  before(): void {
    if (this.#fresh) this.#opening = { kind: 'before', opened: undefined };
  }

  after(): void {
    if (!this.#fresh) this.#relation = 'before';
  }

  /** 鞠躬之前: what comes now goes before the last step. */
  precede(): void {
    this.#relation = 'before';
  }

  /** 一边 A 一边 B: the first opens, the second joins; alone it is "while". */
  alongside(another: boolean): void {
    this.#alongside += 1;
    if (this.#alongside % 2 === 0) {
      if (this.list.length > this.#alongsideBase) this.#relation = 'join';
    } else if (another) this.#alongsideBase = this.list.length;
    else this.#relation = 'join';
  }

  /** Puts moments that follow one another where the joining words before them said. */
  place(moments: readonly Moment[]): void {
    const first = moments[0]!;
    const last = this.list.at(-1);
    const opening = this.#opening;
    if (opening && !opening.opened) {
      opening.opened = moments.at(-1);
      this.list.push(...moments);
    } else if (opening?.opened) {
      this.#opening = undefined;
      if (opening.kind === 'while') opening.opened.push(...first);
      else this.list.splice(this.list.indexOf(opening.opened), 0, ...moments);
    } else if (this.joins && last) {
      last.push(...first);
      this.list.push(...moments.slice(1));
    } else if (this.#relation === 'before' && last) this.list.splice(-1, 0, ...moments);
    else this.list.push(...moments);
    this.#relation = 'next';
    this.#together = false;
    this.#fresh = false;
  }

  /** "At the same time" was the last word: it was meant of the two steps before it. */
  settle(): void {
    if (!this.#together) return;
    this.#together = false;
    const last = this.list.length > 1 ? this.list.pop() : undefined;
    if (last) this.list.at(-1)!.push(...last);
  }

  /** The last moment once more; undefined when there is none. */
  again(): Moment | undefined {
    const copy = this.list.at(-1)?.map((step) => ({ ...step, modifiers: [...step.modifiers] }));
    if (copy) this.list.push(copy);
    return copy;
  }
}
