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
import { AppError } from '../../core/errors.ts';
import { MotionStep, type MotionPriority, type MotionScript } from '../../protocol/motion.ts';
import type { EmotionPlay } from '../../protocol/motion-state.ts';
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

/** What an emotion pack is played on. */
export interface Player {
  play(
    script: MotionScript,
    priority: MotionPriority,
    request: { readonly avatar?: number | undefined },
  ): Promise<number>;
}

/** Plays a pack because a person asks for it. Throws `template_not_found` and what `play` throws. */
export function playEmotion(
  player: Player,
  { emotion, avatar }: EmotionPlay,
  templates: readonly TemplateSummary[],
): Promise<number> {
  const library = new Map<string, TemplateSummary>(templates.map((each) => [each.id, each]));
  const script = scriptOfEmotion(emotion, library);
  if (script) return player.play(script, 'hand', { avatar });
  const { template } = EMOTION_PACKS[emotion];
  throw new AppError('template_not_found', `'${emotion}' needs the template '${template}'`);
}

/** An emotion pack as a script of its own; undefined where the library lacks its template. */
export function scriptOfEmotion(
  emotion: Emotion,
  library: ReadonlyMap<string, TemplateSummary>,
): MotionScript | undefined {
  const posture = postureOf(emotion, library);
  return posture && { moments: [[posture]], emotion };
}
