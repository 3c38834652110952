/**
 * The script of one sound as the studio's editor holds it: marks in the order of their times. Each
 * asks for templates, an emotion or a sentence. Pure.
 */
import {
  EMOTIONS,
  MAX_CUE_SECONDS,
  MotionStep,
  parseTimeline,
  Timeline,
  type Emotion,
  type TemplateId,
  type TimelineCue,
} from '../../server/protocol/index.ts';

export type Mark = {
  /** Of this mark as long as the editor is open. */
  readonly id: number;
  /** Seconds after the sound's beginning. */
  readonly at: number;
  readonly ask: Ask;
};

/** Emotions are sentences of one word, which the server reads as their packs. */
export type Ask = TimelineCue extends infer Cue ? (Cue extends unknown ? Omit<Cue, 'at'> : never) : never; // prettier-ignore

export type Script = { readonly marks: readonly Mark[]; readonly nextId: number };

export const EMPTY: Script = { marks: [], nextId: 1 };

export function stepAsk(template: TemplateId): Ask {
  return { step: MotionStep.parse({ template }) };
}

/** The emotion that a mark is, if it is one. */
export function emotionOf(ask: Ask): Emotion | undefined {
  return 'say' in ask ? EMOTIONS.find((emotion) => emotion === ask.say) : undefined;
}

export function withMark(script: Script, at: number, ask: Ask): Script {
  const mark = { id: script.nextId, at: placed(at), ask };
  return { marks: inOrder([...script.marks, mark]), nextId: script.nextId + 1 };
}

export function withoutMark(script: Script, id: number): Script {
  const marks = script.marks.filter((mark) => mark.id !== id);
  return marks.length === script.marks.length ? script : { ...script, marks };
}

/** Within the sound; the same script when it lies there already. */
export function movedMark(script: Script, id: number, at: number, most: number): Script {
  const to = Math.min(placed(at), placed(most));
  return changed(script, id, (mark) => (mark.at === to ? mark : { ...mark, at: to }));
}

export function askedMark(script: Script, id: number, ask: Ask): Script {
  return changed(script, id, (mark) => ({ ...mark, ask }));
}

export type ScriptReading =
  { readonly ok: true; readonly script: Script } | { readonly ok: false; readonly why: string };

/** From JSON or subtitles with marks; `why` is a sentence of the reader's. */
export function readScript(text: string): ScriptReading {
  const reading = parseTimeline(text);
  if (!reading.ok) return reading;
  const marks = reading.timeline.cues.map(({ at, ...ask }, index) => ({
    id: index + 1,
    at: placed(at),
    ask: ask,
  }));
  return { ok: true, script: { marks: inOrder(marks), nextId: marks.length + 1 } };
}

/** As `render --script` and a job take it; empty for a script without marks. */
export function writeScript({ marks }: Script): string {
  if (marks.length === 0) return '';
  const cues = marks.map(({ at, ask }) => ({ at, ...ask }));
  return JSON.stringify(Timeline.parse({ format: 'posecast-script', version: 1, cues }), null, 2);
}

/** What a mark says in few words. `titleOf`: a template's title. */
export function labelOf(ask: Ask, titleOf: (id: TemplateId) => string): string {
  if ('say' in ask) return ask.say;
  if ('step' in ask) return titleOf(ask.step.template);
  if ('scene' in ask) return ask.scene === null ? 'scene –' : `scene ${ask.scene}`;
  if ('slide' in ask)
    return typeof ask.slide === 'number' ? `slide ${ask.slide}` : `${ask.slide} slide`;
  return ask.script.moments
    .map((steps) => steps.map(({ template }) => titleOf(template)).join(' + '))
    .join(' → ');
}

/** Seconds that a mark's templates take; 0 where that isn't known before it is played. */
export function secondsOf(ask: Ask, secondsOfTemplate: (id: TemplateId) => number): number {
  if ('say' in ask || 'scene' in ask || 'slide' in ask) return 0;
  const moments = 'step' in ask ? [[ask.step]] : ask.script.moments;
  const lasting = ({ template, repeat = 1, speed }: MotionStep): number =>
    (secondsOfTemplate(template) * repeat) / speed;
  return moments.reduce((sum, steps) => sum + Math.max(...steps.map(lasting)), 0);
}

function changed(script: Script, id: number, change: (mark: Mark) => Mark): Script {
  const marks = script.marks.map((mark) => (mark.id === id ? change(mark) : mark));
  const same = marks.every((mark, index) => mark === script.marks[index]);
  return same ? script : { ...script, marks: inOrder(marks) };
}

/** On whole milliseconds. */
function placed(at: number): number {
  return Math.round(Math.max(0, Math.min(MAX_CUE_SECONDS, at)) * 1000) / 1000;
}

/** Sorting is stable: marks at one time stay in the order in which they were set. */
function inOrder(marks: readonly Mark[]): readonly Mark[] {
  return marks.toSorted((a, b) => a.at - b.at);
}
