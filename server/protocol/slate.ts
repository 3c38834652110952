/** What is shown while a session has no picture of its avatar. */
import { z } from 'zod';

/** Of a picture or video that was uploaded for it. */
export const SlateName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/)
  .brand<'SlateName'>();
export type SlateName = z.infer<typeof SlateName>;

/** The last picture; the avatar's name on the background; an uploaded picture or looped video. */
export const SlateChoice = z.discriminatedUnion('show', [
  z.strictObject({ show: z.literal('frame') }),
  z.strictObject({ show: z.literal('name') }),
  z.strictObject({ show: z.literal('file'), file: SlateName }),
]);
export type SlateChoice = z.infer<typeof SlateChoice>;
