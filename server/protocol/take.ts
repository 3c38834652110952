/** Takes: recordings of what came into a live session, to be rendered or replayed; see docs/take.md. */
import { z } from 'zod';
import { SessionId } from './ids.ts';
import { SessionRequest } from './session.ts';

export const TakeName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/);
export type TakeName = z.infer<typeof TakeName>;

/** One in the list. */
export const TakeEntry = z.object({
  name: TakeName,
  recordedAt: z.iso.datetime(),
  sizeBytes: z.number(),
  avatar: z.string(),
  /** The session that is recording it now. */
  recording: SessionId.optional(),
});
export type TakeEntry = z.infer<typeof TakeEntry>;

/** What was recorded, once it has ended. */
export const TakeStopped = z.object({
  name: TakeName,
  seconds: z.number(),
  bytes: z.number(),
  /** Records left out because the disk was too slow. */
  dropped: z.number(),
});
export type TakeStopped = z.infer<typeof TakeStopped>;

/** What a whole reading of one says. */
export const TakeDetail = TakeEntry.extend({
  seconds: z.number(),
  packets: z.number(),
  /** Packets of music. */
  music: z.number(),
  poses: z.number(),
  commands: z.number(),
  dropped: z.number(),
  /** Why reading ended before the file's end; empty for a whole take. */
  damage: z.string(),
  session: SessionRequest,
});
export type TakeDetail = z.infer<typeof TakeDetail>;
