/**
 * A timed script: what the avatar does when, beside a sound. Read from JSON, or from subtitles (SRT,
 * WebVTT) with marks in square brackets: `[wave] Welcome! [point left] Over there …`. A mark lies
 * where its text lies between the subtitle's start and end. Pure; the panel's editor reads it too.
 */
import { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import { MotionScript, MotionStep } from './motion.ts';
import { SceneId, SlideTurn } from './scene.ts';

export const MAX_CUES = 5000;
/** A day. */
export const MAX_CUE_SECONDS = 86_400;
export const MAX_SENTENCE = 500;

const at = z.number().min(0).max(MAX_CUE_SECONDS);
/** `scene` (null: the plain background) and `slide` change what is shown; the others move: `say` is a sentence as in the panel's box, `step` one template, `script` anything. */
export const TimelineCue = z.union([
  z.strictObject({ at, say: z.string().min(1).max(MAX_SENTENCE) }),
  z.strictObject({ at, step: MotionStep }),
  z.strictObject({ at, script: MotionScript }),
  z.strictObject({ at, scene: SceneId.nullable(), fadeMs: z.number().min(0).max(5000).optional() }),
  z.strictObject({ at, slide: SlideTurn }),
]);
export type TimelineCue = z.infer<typeof TimelineCue>;

export const Timeline = z.strictObject({
  format: z.literal('posecast-script'),
  version: z.literal(1),
  cues: z.array(TimelineCue).max(MAX_CUES),
});
export type Timeline = z.infer<typeof Timeline>;

export type TimelineReading =
  | { readonly ok: true; readonly timeline: Timeline }
  | { readonly ok: false; readonly code: ErrorCode; readonly why: string };

/** Says what is wrong and where; nothing is left out in silence. */
export function parseTimeline(text: string): TimelineReading {
  return text.trimStart().startsWith('{') ? fromJson(text) : fromSubtitles(text);
}

function refused(why: string, code: ErrorCode = 'bad_request'): TimelineReading {
  return { ok: false, code, why };
}

function fromJson(text: string): TimelineReading {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    return refused(`The script is no JSON: ${(cause as Error).message}`);
  }
  const parsed = Timeline.safeParse(data);
  if (parsed.success) return { ok: true, timeline: parsed.data };
  const issue = parsed.error.issues[0]!;
  return refused(`The script at "${issue.path.join('.')}": ${issue.message}`);
}

const TIME = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})`;
const ARROW = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}`);

function fromSubtitles(text: string): TimelineReading {
  const cues: TimelineCue[] = [];
  let blocks = 0;
  for (const block of text.replaceAll('\r', '').split(/\n\s*\n/)) {
    const lines = block.split('\n');
    const timing = lines.findIndex((line) => ARROW.test(line));
    if (timing === -1) continue;
    blocks += 1;
    const times = ARROW.exec(lines[timing]!)!;
    const [start, end] = [seconds(times.slice(1, 5)), seconds(times.slice(5, 9))];
    if (end < start) return refused(`A subtitle ends before it starts: ${block}`);
    addMarks(lines.slice(timing + 1).join(' '), { start, end }, cues);
  }
  if (blocks === 0) return refused('The script is neither JSON nor subtitles (SRT, WebVTT)');
  if (cues.length > MAX_CUES) {
    return refused(`The script has ${cues.length} marks; at most ${MAX_CUES}`, 'too_large');
  }
  return { ok: true, timeline: { format: 'posecast-script', version: 1, cues } };
}

function addMarks(
  said: string,
  span: { readonly start: number; readonly end: number },
  cues: TimelineCue[],
): void {
  const spoken = said.replaceAll(/\[[^\]]*\]/g, '').trim().length;
  let before = 0;
  let last = 0;
  for (const mark of said.matchAll(/\[([^\]]+)\]/g)) {
    before += said.slice(last, mark.index).trim().length;
    last = mark.index + mark[0].length;
    const share = spoken === 0 ? 0 : Math.min(1, before / spoken);
    cues.push({ at: span.start + (span.end - span.start) * share, ...askOf(mark[1]!) });
  }
}

/** What words between brackets ask for: a scene, a slide, else motion. */
export function askOf(words: string): { scene: SceneId } | { slide: SlideTurn } | { say: string } {
  const say = words.trim();
  const scene = SceneId.safeParse(/^(?:scene|场景)\s+(\S+)$/i.exec(say)?.[1]?.toLowerCase());
  if (scene.success) return { scene: scene.data };
  if (/^(?:next slide|下一页)$/i.test(say)) return { slide: 'next' };
  if (/^(?:previous slide|上一页)$/i.test(say)) return { slide: 'previous' };
  const number = /^(?:slide\s+(\d+)|第\s*(\d+)\s*页)$/i.exec(say);
  const slide = SlideTurn.safeParse(Number(number?.[1] ?? number?.[2] ?? NaN));
  return slide.success ? { slide: slide.data } : { say };
}

function seconds([h, m, s, ms]: readonly (string | undefined)[]): number {
  return (
    Number(h ?? 0) * 3600 + Number(m) * 60 + Number(s) + Number((ms ?? '0').padEnd(3, '0')) / 1000
  );
}
