/**
 * How many sentences become exactly the motion they ask for. The notation of the expected motion is
 * in server/bench/sentences/README.md.
 */
import { z } from 'zod';
import { MotionStep, type MotionScript } from '../../protocol/motion.ts';
import { EMOTIONS, type Emotion, type TemplateSummary } from '../../protocol/template.ts';
import { postureOf } from '../emotion/packs.ts';
import { TextCompiler, type Compiled } from './compile-text.ts';
import { PLACES, SIZES, SPEEDS } from './lexicon.ts';

export const Sentences = z.array(
  z.object({
    language: z.enum(['en', 'zh']),
    text: z.string(),
    expect: z.string(),
    emotion: z.enum(EMOTIONS).optional(),
    unknown: z.string().optional(),
  }),
);
export type Sentence = z.infer<typeof Sentences>[number];

export type Corpus = { readonly tuned: readonly Sentence[]; readonly heldOut: readonly Sentence[] };
/** Share of sentences that came out exactly right, 0..1. */
export type TextMeasure = { readonly tuned: number; readonly heldOut: number };

type Library = readonly TemplateSummary[];

export function measureText(corpus: Corpus, library: Library): TextMeasure {
  const compiler = new TextCompiler(library);
  const share = (sentences: readonly Sentence[]): number =>
    sentences.filter((sentence) => isRight(sentence, compiler.compile(sentence.text), library))
      .length / Math.max(1, sentences.length);
  return { tuned: share(corpus.tuned), heldOut: share(corpus.heldOut) };
}

/** Whether the sentence became its expected script, and what is unknown was reported. */
export function isRight(sentence: Sentence, compiled: Compiled, library: Library): boolean {
  const reported = compiled.notUnderstood.map(({ text }) => text).join(' ');
  const { unknown } = sentence;
  if (unknown === undefined ? reported !== '' : !reported.includes(unknown)) return false;
  if (compiled.notUnderstood.some(({ offers }) => offers.length === 0)) return false;
  const got = describe(compiled.script);
  return wanted(sentence, library).some((script) => describe(script) === got);
}

/** The expected scripts of a sentence; any of them is right. */
export function wanted(sentence: Sentence, library: Library): (MotionScript | null)[] {
  const byId = new Map<string, TemplateSummary>(library.map((summary) => [summary.id, summary]));
  return sentence.expect.split('|').map((text) => {
    if (text.trim() === '') return null;
    const moments = text
      .split('>')
      .map((moment) => moment.split(/\+/).map((step) => parseStep(step.trim(), byId)));
    const moods = text.split(/[>+]/).map((step) => /^mood:(.*)$/.exec(step.trim())?.[1]);
    const mood = moods.every((name) => name !== undefined) ? (moods[0] as Emotion) : undefined;
    const emotion = sentence.emotion ?? mood;
    return { moments, ...(emotion && { emotion }) };
  });
}

function parseStep(text: string, library: ReadonlyMap<string, TemplateSummary>): MotionStep {
  const [, name = '', , parameters = ''] = /^([a-z:-]+)(\[(.*)\])?$/.exec(text) ?? [];
  if (name.startsWith('mood:')) {
    const posture = postureOf(name.slice('mood:'.length) as Emotion, library);
    if (posture) return posture;
  }
  const step: Record<string, unknown> = { template: name };
  for (const word of parameters.split(' ')) {
    if (word === 'left' || word === 'right') step['side'] = word;
    else if (word in SPEEDS) step['speed'] = SPEEDS[word as keyof typeof SPEEDS];
    else if (word in SIZES) step['size'] = SIZES[word as keyof typeof SIZES];
    else if (/^x\d+$/.test(word)) step['repeat'] = Number(word.slice(1));
    else if (word.startsWith('@')) step['at'] = PLACES[word.slice(1) as keyof typeof PLACES];
  }
  return MotionStep.parse(step);
}

/** A script as a line of text in which the order of simultaneous steps doesn't matter. */
export function describe(script: MotionScript | null): string {
  if (!script) return '';
  const moments = script.moments.map((moment) => moment.map(describeStep).sort().join(' + '));
  return `${moments.join(' > ')}${script.emotion ? ` (${script.emotion})` : ''}`;
}

/** Once and as the template says are the same here: the lists don't tell them apart. */
function describeStep({ template, side, speed, repeat = 1, size, at }: MotionStep): string {
  const place = at ? `@${at.x.toFixed(2)},${at.y.toFixed(2)}` : '';
  return `${template} ${side ?? ''} ${speed} x${repeat} ${size} ${place}`.trim();
}
