/**
 * From a row of meanings to moments of steps: what belongs to which step, and what was not
 * understood. Pure; the order of the steps is kept by Moments.
 *
 * A clause ends at a comma or a joining word. Words of manner belong to the step of their clause;
 * in a clause without one they go back over a comma ("clap, slowly") or wait for the next step
 * ("with your left hand, point up"). "And" is one after the other, save for a look on the face.
 */
import type { Joiner } from './lexicon.ts';
import { asManner, counted, manners } from './manner.ts';
import { Moments, type Deed, type DraftStep, type Moment } from './moments.ts';
import type { Lexeme } from './sense.ts';

/** Atoms from..to without a meaning; `offer` is the nearest template where the lexicon knows one. */
export type Gap = { from: number; to: number; offer: string | undefined };

export type Draft = {
  readonly moments: readonly Moment[];
  readonly gaps: readonly Gap[];
  /** What was said not to be done. */
  readonly negated: readonly { readonly from: number; readonly to: number }[];
};

/** What words of manner belong to. */
type Host =
  | { readonly kind: 'steps'; readonly steps: readonly DraftStep[] }
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'negated' };

const COUNT_TEMPLATES = ['one', 'two', 'three', 'four', 'five'] as const;
/** Joining words a look on the face reaches over to its step. */
const NEAR: readonly Joiner[] = ['and', 'while', 'alongside', 'together'];

export function draft(lexemes: readonly Lexeme[]): Draft {
  return new Grammar(lexemes).run();
}

class Grammar {
  readonly #lexemes: readonly Lexeme[];
  readonly #moments = new Moments();
  readonly #gaps: Gap[] = [];
  readonly #negated: { from: number; to: number }[] = [];
  #pending: Lexeme[] = [];
  /** Of this clause, and of the last clause that had one. */
  #host: Host | undefined;
  #lastHost: Host | undefined;
  /** What began this clause. */
  #opener: 'comma' | 'and' | 'then' = 'then';
  #negating = false;

  constructor(lexemes: readonly Lexeme[]) {
    this.#lexemes = lexemes;
  }

  run(): Draft {
    this.#lexemes.forEach((lexeme, at) => this.#take(lexeme, at));
    this.#endClause();
    this.#moments.settle();
    this.#flush();
    return { moments: this.#moments.list, gaps: this.#gaps, negated: this.#negated };
  }

  #take(lexeme: Lexeme, at: number): void {
    const { sense } = lexeme;
    switch (sense.kind) {
      case 'filler':
        return;
      case 'comma':
        this.#moments.settle();
        return this.#separate('comma');
      case 'joiner':
        return this.#join(sense.joiner, lexeme, at);
      case 'action': {
        const { template, purpose } = sense;
        return this.#act(lexeme, { kind: 'template', template }, purpose);
      }
      case 'point':
        return this.#point(lexeme);
      case 'count':
        return this.#count(lexeme);
      case 'thing':
        return this.#placeKnown() ? undefined : this.#unknown(lexeme);
      case 'wish':
        return this.#unknown(lexeme, sense.offer);
      case 'unknown':
        return this.#unknown(lexeme);
      case 'mood':
        if (!sense.manner && !this.#moodBelongs(at)) {
          return this.#act(lexeme, { kind: 'mood', emotion: sense.emotion }, false);
        }
        return this.#manner(lexeme, at);
      case 'side':
      case 'speed':
      case 'size':
      case 'repeat':
      case 'place':
      case 'times':
      case 'number':
      case 'region':
        return this.#manner(lexeme, at);
    }
  }

  #join(joiner: Joiner, lexeme: Lexeme, at: number): void {
    const moments = this.#moments;
    switch (joiner) {
      case 'then':
        this.#separate('then');
        return moments.then();
      case 'and':
        return this.#endClause('and');
      case 'but':
        return this.#separate('comma');
      case 'not':
        this.#endClause();
        this.#negating = true;
        return;
      case 'alongside':
        this.#endClause();
        return moments.alongside(this.#alongsideFollows(at));
      case 'while':
      case 'together':
      case 'before':
      case 'after':
        this.#endClause();
        return moments[joiner]();
      case 'postBefore':
      case 'postAfter':
        if (this.#host?.kind !== 'steps') return this.#unknown(lexeme);
        this.#endClause('then');
        if (joiner === 'postBefore') moments.precede();
        return;
      case 'again':
        return this.#again(lexeme);
    }
  }

  #alongsideFollows(at: number): boolean {
    const rest = this.#lexemes.slice(at + 1);
    return rest.some(({ sense }) => sense.kind === 'joiner' && sense.joiner === 'alongside');
  }

  #act(lexeme: Lexeme, deed: Deed, purpose: boolean): void {
    if (this.#negating) return this.#deny(lexeme);
    const { from, to } = lexeme;
    const modifiers = [...this.#pending, ...manners(lexeme)];
    this.#pending = [];
    const step: DraftStep = { deed, purpose, from, to, modifiers };
    if (this.#absorb(step)) return;
    this.#moments.place([[step]]);
    this.#setHost({ kind: 'steps', steps: [step] });
  }

  /** "Wave hello", 耸肩摊手, "thank you, bow": several words for one step. */
  #absorb(step: DraftStep): boolean {
    const sameClause = this.#host !== undefined;
    const host = this.#host ?? (this.#opener === 'then' ? undefined : this.#lastHost);
    const last = host?.kind === 'steps' ? host.steps.at(-1) : undefined;
    if (last?.deed.kind !== 'template' || step.deed.kind !== 'template') return false;
    const same = last.deed.template === step.deed.template;
    const weak = step.purpose || last.purpose;
    if (sameClause ? !same && !weak : !(same && weak)) return false;
    if (last.purpose && !step.purpose) last.deed = step.deed;
    last.purpose &&= step.purpose;
    last.modifiers.push(...step.modifiers);
    last.to = Math.max(last.to, step.to);
    return true;
  }

  #point(lexeme: Lexeme): void {
    this.#act(lexeme, { kind: 'point' }, false);
    const { sense } = lexeme;
    if (sense.kind !== 'point' || sense.towards === 'any') return;
    const place: Lexeme = { ...lexeme, sense: { kind: 'place', place: sense.towards }, inner: [] };
    if (this.#host?.kind === 'steps') this.#host.steps.at(-1)?.modifiers.push(place);
  }

  #count(lexeme: Lexeme): void {
    if (this.#negating) return this.#deny(lexeme);
    const numbers = counted(lexeme);
    if (numbers.length === 0) return this.#unknown(lexeme, 'count-five');
    const { from, to } = lexeme;
    const modifiers = [...this.#pending, ...manners(lexeme)];
    this.#pending = [];
    const steps = numbers.map((number): DraftStep => {
      const deed: Deed = { kind: 'template', template: `count-${COUNT_TEMPLATES[number - 1]!}` };
      return { deed, purpose: false, from, to, modifiers: [...modifiers] };
    });
    this.#moments.place(steps.map((step) => [step]));
    this.#setHost({ kind: 'steps', steps });
  }

  #again(lexeme: Lexeme): void {
    this.#endClause();
    const steps = this.#moments.again();
    if (steps) this.#setHost({ kind: 'steps', steps });
    else this.#unknown(lexeme);
  }

  /** Whether a look on the face colours a step rather than being one. */
  #moodBelongs(at: number): boolean {
    if (this.#host) return true;
    return this.#joinsLast() || this.#moments.opens || this.#actionFollows(at, NEAR);
  }

  /** "wave and smile": the look goes with the step before it. */
  #joinsLast(): boolean {
    return (this.#opener === 'and' || this.#moments.joins) && this.#lastHost?.kind === 'steps';
  }

  /** Whether a step comes before the next separation; `over`: joining words that don't separate. */
  #actionFollows(at: number, over: readonly Joiner[] = []): boolean {
    for (const { sense } of this.#lexemes.slice(at + 1)) {
      const { kind } = sense;
      if (kind === 'action' || kind === 'point' || kind === 'count') return true;
      if (kind === 'comma' || kind === 'unknown' || kind === 'wish') return false;
      if (kind === 'joiner' && !over.includes(sense.joiner)) return false;
    }
    return false;
  }

  #manner(lexeme: Lexeme, at: number): void {
    const manner = asManner(lexeme);
    if (!manner) return this.#unknown(lexeme);
    const { kind } = manner.sense;
    const stepFollows = this.#actionFollows(at);
    if (this.#host && (kind === 'repeat' || !stepFollows)) this.#attach(this.#host, manner);
    else if (kind === 'mood' && !stepFollows && this.#joinsLast()) {
      this.#attach(this.#lastHost!, manner);
    } else this.#pending.push(manner);
  }

  #attach(host: Host, manner: Lexeme): void {
    if (host.kind === 'gap') host.gap.to = Math.max(host.gap.to, manner.to);
    if (host.kind === 'steps') for (const step of host.steps) step.modifiers.push(manner);
  }

  #unknown(lexeme: Lexeme, offer?: string): void {
    if (this.#negating) return this.#deny(lexeme);
    const host = this.#host;
    if (host?.kind === 'gap') {
      host.gap.to = lexeme.to;
      host.gap.offer ??= offer;
      return;
    }
    const gap: Gap = { from: lexeme.from, to: lexeme.to, offer };
    this.#gaps.push(gap);
    // A strange word beside a step is reported; what follows still belongs to the step.
    if (host) return;
    gap.from = this.#pending[0]?.from ?? gap.from;
    this.#pending = [];
    this.#moments.touch();
    this.#setHost({ kind: 'gap', gap });
  }

  #deny({ from, to }: Lexeme): void {
    this.#negated.push({ from, to });
    this.#pending = [];
    this.#host = { kind: 'negated' };
  }

  #setHost(host: Host): void {
    this.#host = host;
    this.#lastHost = host;
  }

  #separate(opener: 'comma' | 'then'): void {
    this.#endClause(opener);
    this.#negating = false;
  }

  /** Gives words of manner without a step of their own to the last one where they belong there. */
  #endClause(opener: 'comma' | 'and' | 'then' = this.#opener): void {
    const last = this.#lastHost;
    if (!this.#host && this.#pending.length > 0 && last) {
      if (last.kind === 'steps' && this.#another(last.steps)) this.#pending = [];
      else if (this.#opener === 'comma') this.#flush();
    }
    this.#host = undefined;
    this.#opener = opener;
  }

  /** "Point left and right", "with the left hand, then the right": the step once more. */
  #another(steps: readonly DraftStep[]): boolean {
    const last = steps.at(-1);
    const kinds = ['side', ...(last?.deed.kind === 'point' ? ['place'] : [])];
    const kind = this.#pending
      .map(({ sense }) => sense.kind as string)
      .find((k) => kinds.includes(k));
    if (!last?.modifiers.some(({ sense }) => sense.kind === kind)) return false;
    const kept = last.modifiers.filter(({ sense }) => sense.kind !== kind);
    const copy: DraftStep = { ...last, modifiers: [...kept, ...this.#pending] };
    copy.to = Math.max(...this.#pending.map(({ to }) => to));
    this.#moments.place([[copy]]);
    this.#lastHost = { kind: 'steps', steps: [copy] };
    return true;
  }

  /** At the end, what is left over goes to the last step, becomes a mood or is reported. */
  #flush(): void {
    const last = this.#lastHost;
    for (const manner of this.#pending) {
      const { sense, from, to } = manner;
      if (last) this.#attach(last, manner);
      else if (sense.kind === 'mood') {
        const deed: Deed = { kind: 'mood', emotion: sense.emotion };
        this.#moments.place([[{ deed, purpose: false, from, to, modifiers: [] }]]);
      } else this.#gaps.push({ from, to, offer: undefined });
    }
    this.#pending = [];
  }

  #placeKnown(): boolean {
    const host = this.#host ?? this.#lastHost;
    const said = host?.kind === 'steps' ? host.steps.flatMap(({ modifiers }) => modifiers) : [];
    return [...said, ...this.#pending].some(({ sense }) => sense.kind === 'place');
  }
}
