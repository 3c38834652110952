/**
 * A timed script: what the avatar does when, beside the sound. Read from JSON, or from subtitles
 * (SRT, WebVTT) with marks in square brackets: `[wave] Welcome! [point left] Over there …`. A mark
 * lies where its text lies between the subtitle's start and end. Pure.
 */
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { MotionScript, MotionStep } from '../protocol/motion.ts';
import type { TextCompiler } from '../motion/text/compile-text.ts';

export const MAX_TIMELINE_BYTES = 2 * 1024 * 1024;
const MAX_CUES = 5000;

const at = z.number().min(0).max(86_400);
/** `say` is a sentence as in the panel's box, `step` one template, `script` anything. */
const CueData = z.union([
  z.strictObject({ at, say: z.string().min(1).max(500) }),
  z.strictObject({ at, step: MotionStep }),
  z.strictObject({ at, script: MotionScript }),
]);
export const Timeline = z.strictObject({
  format: z.literal('posecast-script'),
  version: z.literal(1),
  cues: z.array(CueData).max(MAX_CUES),
});
export type Timeline = z.infer<typeof Timeline>;

export type TimedScript = { readonly seconds: number; readonly script: MotionScript };

/** Throws `bad_request` naming what is wrong and where; nothing is left out in silence. */
export function readTimeline(text: string, compiler: TextCompiler): TimedScript[] {
  const data = text.trimStart().startsWith('{') ? fromJson(text) : fromSubtitles(text);
  return data.cues.map((cue) => {
    if ('script' in cue) return { seconds: cue.at, script: cue.script };
    if ('step' in cue) return { seconds: cue.at, script: { moments: [[cue.step]] } };
    return { seconds: cue.at, script: understood(cue.say, cue.at, compiler) };
  });
}

function fromJson(text: string): Timeline {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad_request', `The script is no JSON: ${(cause as Error).message}`, cause);
  }
  const parsed = Timeline.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.join('.');
  throw new AppError('bad_request', `The script at "${place}": ${issue.message}`);
}

const TIME = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})`;
const ARROW = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}`);

function fromSubtitles(text: string): Timeline {
  const cues: { at: number; say: string }[] = [];
  let blocks = 0;
  for (const block of text.replaceAll('\r', '').split(/\n\s*\n/)) {
    const lines = block.split('\n');
    const timing = lines.findIndex((line) => ARROW.test(line));
    if (timing === -1) continue;
    blocks += 1;
    const times = ARROW.exec(lines[timing]!)!;
    const [start, end] = [seconds(times.slice(1, 5)), seconds(times.slice(5, 9))];
    if (end < start)
      throw new AppError('bad_request', `A subtitle ends before it starts: ${block}`);
    addMarks(lines.slice(timing + 1).join(' '), { start, end }, cues);
  }
  if (blocks === 0) {
    throw new AppError('bad_request', 'The script is neither JSON nor subtitles (SRT, WebVTT)');
  }
  if (cues.length > MAX_CUES) {
    throw new AppError('too_large', `The script has ${cues.length} marks; at most ${MAX_CUES}`);
  }
  return { format: 'posecast-script', version: 1, cues };
}

function addMarks(
  said: string,
  span: { readonly start: number; readonly end: number },
  cues: { at: number; say: string }[],
): void {
  const spoken = said.replaceAll(/\[[^\]]*\]/g, '').trim().length;
  let before = 0;
  let last = 0;
  for (const mark of said.matchAll(/\[([^\]]+)\]/g)) {
    before += said.slice(last, mark.index).trim().length;
    last = mark.index + mark[0].length;
    const share = spoken === 0 ? 0 : Math.min(1, before / spoken);
    cues.push({ at: span.start + (span.end - span.start) * share, say: mark[1]!.trim() });
  }
}

function seconds([h, m, s, ms]: readonly (string | undefined)[]): number {
  return (
    Number(h ?? 0) * 3600 + Number(m) * 60 + Number(s) + Number((ms ?? '0').padEnd(3, '0')) / 1000
  );
}

function understood(sentence: string, at: number, compiler: TextCompiler): MotionScript {
  const { script, notUnderstood } = compiler.compile(sentence);
  const missed = notUnderstood[0];
  if (missed) {
    const offers = missed.offers.length > 0 ? `; near to it: ${missed.offers.join(', ')}` : '';
    throw new AppError(
      'bad_request',
      `The script at ${at.toFixed(1)} s: "${missed.text}" is not understood${offers}`,
    );
  }
  if (script) return script;
  throw new AppError(
    'bad_request',
    `The script at ${at.toFixed(1)} s: "${sentence}" moves nothing`,
  );
}
