/** A timed script (protocol/timeline.ts) with its sentences understood: what is played when. Pure. */
import { AppError } from '../core/errors.ts';
import type { MotionScript } from '../protocol/motion.ts';
import { parseTimeline } from '../protocol/timeline.ts';
import type { TextCompiler } from '../motion/text/compile-text.ts';

export const MAX_TIMELINE_BYTES = 2 * 1024 * 1024;

export type TimedScript = { readonly seconds: number; readonly script: MotionScript };

/** Throws `bad_request` naming what is wrong and where; nothing is left out in silence. */
export function readTimeline(text: string, compiler: TextCompiler): TimedScript[] {
  const reading = parseTimeline(text);
  if (!reading.ok) throw new AppError(reading.code, reading.why);
  return reading.timeline.cues.map((cue) => {
    if ('script' in cue) return { seconds: cue.at, script: cue.script };
    if ('step' in cue) return { seconds: cue.at, script: { moments: [[cue.step]] } };
    return { seconds: cue.at, script: understood(cue.say, cue.at, compiler) };
  });
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
