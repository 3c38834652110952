/** From drafted steps to a script the mixer plays, and what of it the library can't do. Pure. */
import { MotionStep, type MotionScript } from '../../protocol/motion.ts';
import type { Emotion, TemplateSummary } from '../../protocol/template.ts';
import { postureOf } from '../emotion/packs.ts';
import type { Draft, Gap } from './grammar.ts';
import { PLACES, type Place } from './lexicon.ts';
import type { DraftStep, Moment } from './moments.ts';
import type { Lexeme } from './sense.ts';

export type Library = ReadonlyMap<string, TemplateSummary>;

/** Atoms from..to became this step; null: what was said not to be done. */
export type Done = {
  readonly from: number;
  readonly to: number;
  readonly step: MotionStep | null;
};

export type Written = {
  readonly script: MotionScript | null;
  readonly understood: readonly Done[];
  readonly gaps: readonly Gap[];
};

const MOST_MOMENTS = 40;
const MOST_STEPS = 6;
const MOST_REPEATS = 20;

export function writeScript(draft: Draft, library: Library): Written {
  const writer = new Writer(library, draft.gaps);
  const moments = draft.moments.map((moment) => writer.moment(moment));
  const emotion = writer.settleEmotion(moments);
  const kept = moments.filter(({ steps }) => steps.length > 0).slice(0, MOST_MOMENTS);
  const understood = [
    ...writer.understood,
    ...draft.negated.map(({ from, to }) => ({ from, to, step: null })),
  ].sort((a, b) => a.from - b.from);
  const steps = kept.map((moment) => moment.steps);
  const script = steps.length > 0 ? { moments: steps, ...(emotion && { emotion }) } : null;
  const gaps = [...writer.gaps].sort((a, b) => a.from - b.from);
  return { script, understood, gaps };
}

type WrittenMoment = {
  readonly steps: MotionStep[];
  readonly emotion: Emotion | undefined;
  mood: boolean;
};

class Writer {
  readonly understood: Done[] = [];
  readonly gaps: Gap[];
  readonly #library: Library;

  constructor(library: Library, gaps: readonly Gap[]) {
    this.#library = library;
    this.gaps = [...gaps];
  }

  moment(moment: Moment): WrittenMoment {
    const steps: MotionStep[] = [];
    let emotion: Emotion | undefined;
    for (const step of moment) {
      emotion = emotionOf(step) ?? emotion;
      const written = this.#step(step);
      if (steps.length + written.length > MOST_STEPS) this.#report(step);
      else steps.push(...written);
    }
    const mood = moment.every(({ deed }) => deed.kind === 'mood');
    return { steps, emotion, mood };
  }

  /**
   * One manner for all is the script's emotion. Different ones are played as packs beside their
   * steps, and a mood among other moments is its pack alone.
   */
  settleEmotion(moments: readonly WrittenMoment[]): Emotion | undefined {
    const onlyMoods = moments.every(({ mood }) => mood);
    const said = moments.filter(({ mood }) => onlyMoods || !mood).map(({ emotion }) => emotion);
    const emotions = new Set(said.filter((emotion) => emotion !== undefined));
    if (emotions.size === 1) return [...emotions][0];
    if (onlyMoods) return undefined;
    for (const { steps, emotion, mood } of moments) {
      const posture = emotion && !mood ? postureOf(emotion, this.#library) : undefined;
      const apart = steps.every(({ template }) => template !== posture?.template);
      if (posture && apart && steps.length < MOST_STEPS) steps.push(posture);
    }
    return undefined;
  }

  #step(step: DraftStep): MotionStep[] {
    const written = this.#written(step);
    for (const each of written) {
      this.understood.push({ from: step.from, to: step.to, step: each });
    }
    return written;
  }

  #written(step: DraftStep): MotionStep[] {
    const { deed, modifiers } = step;
    if (deed.kind === 'mood') {
      const posture = postureOf(deed.emotion, this.#library);
      if (!posture) this.#report(step);
      return posture ? [posture] : [];
    }
    const places = modifiers.filter(({ sense }) => sense.kind === 'place');
    const template = deed.kind === 'point' ? pointing(places.at(-1)) : deed.template;
    const summary = this.#library.get(template);
    if (!summary) {
      this.#report(step);
      return [];
    }
    const shape = new Shape(summary, deed.kind === 'point');
    for (const modifier of modifiers) {
      if (!shape.take(modifier)) this.gaps.push({ ...modifier, offer: template });
    }
    return shape.steps();
  }

  #report({ from, to, deed }: DraftStep): void {
    const offer = deed.kind === 'template' ? deed.template : undefined;
    this.gaps.push({ from, to, offer });
  }
}

/** One step's parameters, filled in word by word. */
class Shape {
  readonly #summary: TemplateSummary;
  readonly #points: boolean;
  readonly #oneArm: boolean;
  readonly #noArm: boolean;
  readonly #values: Omit<Partial<MotionStep>, 'side'> = {};
  #side: 'left' | 'right' | 'both' | undefined;

  constructor(summary: TemplateSummary, points: boolean) {
    this.#summary = summary;
    this.#points = points;
    const left = summary.parts.some((part) => part === 'leftArm' || part === 'leftHand');
    const right = summary.parts.some((part) => part === 'rightArm' || part === 'rightHand');
    this.#oneArm = left !== right;
    this.#noArm = !left && !right;
  }

  /** Whether this template can be done so. */
  take({ sense }: Lexeme): boolean {
    switch (sense.kind) {
      case 'speed':
        this.#values.speed = sense.value;
        return true;
      case 'size':
        this.#values.size = sense.value;
        return true;
      case 'repeat':
        this.#values.repeat = Math.max(1, Math.min(MOST_REPEATS, sense.value));
        return sense.value >= 1 && sense.value <= MOST_REPEATS;
      case 'mood':
        return true;
      case 'side':
        return this.#takeSide(sense.side);
      case 'place':
        return sense.at ? this.#takeSpot(sense.at) : this.#takePlace(sense.place);
      default:
        return false;
    }
  }

  steps(): MotionStep[] {
    const { id } = this.#summary;
    const make = (side: 'left' | 'right' | undefined): MotionStep =>
      MotionStep.parse({ template: id, ...this.#values, ...(side && { side }) });
    if (this.#side === 'both') return [make('left'), make('right')];
    return [make(this.#side)];
  }

  #takeSide(side: 'left' | 'right' | 'both'): boolean {
    if (this.#oneArm) this.#side = side;
    // Both hands are what a template for two hands uses anyway.
    return this.#oneArm || (side === 'both' && !this.#noArm);
  }

  /** A region of a slide: only what aims can go there. */
  #takeSpot(at: { readonly x: number; readonly y: number }): boolean {
    if (this.#summary.aim) this.#values.at = rounded(at);
    return this.#summary.aim !== undefined;
  }

  #takePlace(place: Place): boolean {
    const { id, aim } = this.#summary;
    if (this.#points && id === `point-${place}`) return true;
    if (aim) {
      this.#values.at = rounded(PLACES[place]);
      return true;
    }
    if (place === 'left' || place === 'right') return this.#takeSide(place);
    // To the camera or the audience: where every template looks.
    return place === 'centre';
  }
}

/** Left, right and up have templates of their own; every other place is aimed at. */
function pointing(place: Lexeme | undefined): string {
  const where = place?.sense.kind === 'place' && !place.sense.at ? place.sense.place : undefined;
  return where === 'left' || where === 'right' || where === 'up' ? `point-${where}` : 'point-at';
}

function emotionOf({ deed, modifiers }: DraftStep): Emotion | undefined {
  if (deed.kind === 'mood') return deed.emotion;
  const said = modifiers.map(({ sense }) => sense).findLast((sense) => sense.kind === 'mood');
  return said?.emotion;
}

function rounded({ x, y }: { readonly x: number; readonly y: number }) {
  return { x: Math.round(x * 100) / 100, y: Math.round(y * 100) / 100 };
}
