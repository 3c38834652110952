/** What can be changed of a diffusion avatar while it is live. */
import { z } from 'zod';

export const DiffusionLook = z.strictObject({
  /** What the picture shows, in words. */
  prompt: z.string().trim().min(1).max(1000),
  /** How much of each frame is drawn anew: 1 all of it, less keeps more of the last frame. */
  strength: z.number().min(0.1).max(1),
  /** How strongly the pose steers. */
  conditioningScale: z.number().min(0).max(2),
  /** Another number, another picture. */
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1),
});
export type DiffusionLook = z.infer<typeof DiffusionLook>;

/** A change: what is absent stays as it is. */
export const DiffusionChange = DiffusionLook.partial();
export type DiffusionChange = z.infer<typeof DiffusionChange>;
