/**
 * Emotion packs: a look on the face with a posture and a duration, as one thing to ask for. The
 * face is the script's emotion, the posture a template, played as often as fills the seconds.
 */
import { z } from 'zod';
import {
  EMOTIONS,
  TemplateId,
  type Emotion,
  type TemplateSummary,
} from '../../protocol/template.ts';
import { MotionStep, type MotionScript } from '../../protocol/motion.ts';
import packs from './packs.json' with { type: 'json' };

export const EmotionPack = z.object({ template: TemplateId, seconds: z.number().min(0.5).max(60) });
export type EmotionPack = z.infer<typeof EmotionPack>;

export const EMOTION_PACKS: Readonly<Record<Emotion, EmotionPack>> = z
  .record(z.enum(EMOTIONS), EmotionPack)
  .parse(packs);

const MOST_REPEATS = 20;

/** The pack's posture; undefined where the library lacks its template. */
export function postureOf(
  emotion: Emotion,
  library: ReadonlyMap<string, TemplateSummary>,
): MotionStep | undefined {
  const { template, seconds } = EMOTION_PACKS[emotion];
  const summary = library.get(template);
  if (!summary) return undefined;
  const repeat = Math.round(seconds / summary.seconds);
  return MotionStep.parse({ template, repeat: Math.max(1, Math.min(MOST_REPEATS, repeat)) });
}

/** An emotion pack as a script of its own; undefined where the library lacks its template. */
export function scriptOfEmotion(
  emotion: Emotion,
  library: ReadonlyMap<string, TemplateSummary>,
): MotionScript | undefined {
  const posture = postureOf(emotion, library);
  return posture && { moments: [[posture]], emotion };
}
