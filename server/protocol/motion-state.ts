/** What is asked of a session's motion, and what it is doing now. */
import { z } from 'zod';
import { SessionId } from './ids.ts';
import { MOTION_PRIORITIES, MotionScript, type MotionPriority } from './motion.ts';
import { AvatarNumber } from './session.ts';
import { EMOTIONS } from './template.ts';

export const MotionPlay = z.object({
  script: MotionScript,
  priority: z.enum(Object.keys(MOTION_PRIORITIES) as MotionPriority[]).default('hand'),
  when: z.enum(['now', 'after']).default('now'),
  /** Number of the avatar that plays it; all that move together when absent. */
  avatar: AvatarNumber.optional(),
});
export type MotionPlay = z.infer<typeof MotionPlay>;

/** An emotion pack: a look on the face with a posture, for as long as the pack says. */
export const EmotionPlay = z.object({
  emotion: z.enum(EMOTIONS),
  avatar: AvatarNumber.optional(),
});
export type EmotionPlay = z.infer<typeof EmotionPlay>;

/** The same script for avatars of one or several sessions: see `POST /motion`. */
export const MotionBatch = MotionPlay.omit({ avatar: true }).extend({
  targets: z
    .array(z.object({ session: SessionId, avatar: AvatarNumber.optional() }))
    .min(1)
    .max(64),
});
export type MotionBatch = z.infer<typeof MotionBatch>;

/** In the order of the targets: the script's number, or why it does not play there. */
export const MotionBatchPlayed = z.array(
  z.union([
    z.object({ script: z.number() }),
    z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
  ]),
);
export type MotionBatchPlayed = z.infer<typeof MotionBatchPlayed>;

export const MotionPlayed = z.object({ script: z.number() });
export type MotionPlayed = z.infer<typeof MotionPlayed>;

export const PlayingStep = z.object({
  /** Number of the script, as `motion:play` answered it; all steps of a script share it. */
  script: z.number(),
  template: z.string(),
  /** Which moment of how many plays, from 0. */
  moment: z.number(),
  moments: z.number(),
  /** Share of the step that is done, 0..1; of its pass when it goes on until stopped. */
  progress: z.number(),
  endless: z.boolean(),
});

/** Sent at most ten times a second while something plays, and once when that changes. */
export const MotionState = z.object({
  sessionId: SessionId,
  /** Of the first avatar: low to high. */
  playing: z.array(PlayingStep),
  /** Scripts that wait for others to end. */
  waiting: z.number(),
  /** Whether somebody is seen by a live source right now. */
  webcam: z.boolean(),
  vmc: z.boolean(),
});
export type MotionState = z.infer<typeof MotionState>;
