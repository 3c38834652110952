/** A sentence asked of a session's motion, and what became of it. */
import { z } from 'zod';
import { MotionScript, MotionStep } from './motion.ts';
import { AvatarNumber } from './session.ts';

export const MAX_TEXT_LENGTH = 500;

export const SayRequest = z.object({
  text: z.string().min(1).max(MAX_TEXT_LENGTH),
  /** Answer only, play nothing. */
  dryRun: z.boolean().default(false),
  /** Number of the avatar that plays it; all that move together when absent. */
  avatar: AvatarNumber.optional(),
});
export type SayRequest = z.infer<typeof SayRequest>;

/** Part of the sentence: UTF-16 positions. */
const span = { from: z.number(), to: z.number() };

export const SayAnswer = z.object({
  /** Null when nothing is to move. */
  script: MotionScript.nullable(),
  /** What became a step; null for what was said not to be done. */
  understood: z.array(z.object({ ...span, step: MotionStep.nullable() })),
  /** Words that meant nothing, with the ids of the nearest templates. */
  notUnderstood: z.array(z.object({ ...span, text: z.string(), offers: z.array(z.string()) })),
  /** Number of the script that plays, as `motion:play` answers it; null when nothing does. */
  played: z.number().nullable(),
  /** Where the sentence switches dancing to the music: to what; null where it does not. */
  dancing: z.enum(['on', 'off']).nullable(),
});
export type SayAnswer = z.infer<typeof SayAnswer>;
