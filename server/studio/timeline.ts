/** A timed script (protocol/timeline.ts) with its sentences understood: what is played when. Pure. */
import { AppError } from '../core/errors.ts';
import type { MotionScript } from '../protocol/motion.ts';
import { parseTimeline, type TimelineCue } from '../protocol/timeline.ts';
import type { TextCompiler } from '../motion/text/compile-text.ts';

export const MAX_TIMELINE_BYTES = 2 * 1024 * 1024;

export type TimedScript = { readonly seconds: number; readonly script: MotionScript };

/** A change of what is shown; those between two cues of motion are told apart here. */
export type ShownCue = Extract<TimelineCue, { scene: unknown } | { slide: unknown }>;
type MovedCue = Exclude<TimelineCue, ShownCue>;

export type ReadScript = {
  readonly moved: readonly MovedCue[];
  readonly shown: readonly ShownCue[];
};

/** Throws `bad_request` naming what is wrong and where. */
export function readScript(text: string): ReadScript {
  const reading = parseTimeline(text);
  if (!reading.ok) throw new AppError(reading.code, reading.why);
  const isShown = (cue: TimelineCue): cue is ShownCue => 'scene' in cue || 'slide' in cue;
  const { cues } = reading.timeline;
  return {
    moved: cues.filter((cue) => !isShown(cue)) as MovedCue[],
    shown: cues.filter(isShown).sort((a, b) => a.at - b.at),
  };
}

/** Middles of the regions that are shown at a time of the result. */
export type PlacesAt = (seconds: number) => readonly { readonly x: number; readonly y: number }[];

/** Throws `bad_request` naming what is wrong and where; nothing is left out in silence. */
export function readTimeline(
  text: string,
  compiler: TextCompiler,
  placesAt: PlacesAt = () => [],
): TimedScript[] {
  return readScript(text).moved.map((cue) => {
    if ('script' in cue) return { seconds: cue.at, script: cue.script };
    if ('step' in cue) return { seconds: cue.at, script: { moments: [[cue.step]] } };
    return { seconds: cue.at, script: understood(cue, compiler, placesAt(cue.at)) };
  });
}

function understood(
  { say: sentence, at }: { readonly say: string; readonly at: number },
  compiler: TextCompiler,
  places: ReturnType<PlacesAt>,
): MotionScript {
  const { script, notUnderstood } = compiler.compile(sentence, places);
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
