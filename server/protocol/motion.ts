/**
 * What can be asked of an avatar's motion, from the panel, REST, text, a trigger or a timeline: all
 * of them speak in scripts. A script is a list of moments, one after another; the steps of a moment
 * run at the same time.
 */
import { z } from 'zod';
import { TemplateId } from './template.ts';
import { EMOTIONS, TIERS } from './words.ts';

export { TIERS };
export const Tier = z.enum(TIERS);
export type Tier = z.infer<typeof Tier>;

export const MotionStep = z.object({
  template: TemplateId,
  /** The side that acts; `left` of a right-handed template mirrors it. Absent: as it is stored. */
  side: z.enum(['left', 'right']).optional(),
  speed: z.number().min(0.25).max(4).default(1),
  /** So many passes. Absent: once, or on and on where the template loops. */
  repeat: z.number().int().min(1).max(20).optional(),
  /** Amplitude about the resting pose: 1 as it is stored. */
  size: z.number().min(0.2).max(1.5).default(1),
  /** Place on the canvas, 0..1 from the upper left, for templates that aim. */
  at: z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) }).optional(),
});
export type MotionStep = z.infer<typeof MotionStep>;

export const MotionScript = z.object({
  moments: z.array(z.array(MotionStep).min(1).max(6)).min(1).max(40),
  /** A mood that colours face and posture while the script runs. */
  emotion: z.enum(EMOTIONS).optional(),
});
export type MotionScript = z.infer<typeof MotionScript>;

/** Who asks; a higher priority takes the parts of a lower one, equal ones the newest. */
export const MOTION_PRIORITIES = { trigger: 1, text: 2, hand: 3 } as const;
export type MotionPriority = keyof typeof MOTION_PRIORITIES;
