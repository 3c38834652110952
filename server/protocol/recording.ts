/** Recordings of what goes out, and how they come to be. */
import { z } from 'zod';
import { SessionId } from './ids.ts';
import { RECORDING_FORMATS } from './words.ts';

export { RECORDING_FORMATS };
export const RecordingFormat = z.enum(RECORDING_FORMATS);
export type RecordingFormat = z.infer<typeof RecordingFormat>;

/** A file's name, with its ending. */
export const RecordingName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(mp4|mov|webm)$/)
  .brand<'RecordingName'>();
export type RecordingName = z.infer<typeof RecordingName>;

export const RecordingRequest = z.strictObject({
  format: RecordingFormat.default('mp4'),
  /** Voice and music as two further tracks beside the mixed sound. */
  tracks: z.boolean().default(false),
});
export type RecordingRequest = z.infer<typeof RecordingRequest>;

/** How a recording goes, once a second. */
export const RecordingState = z.object({
  name: RecordingName,
  format: RecordingFormat,
  tracks: z.boolean(),
  state: z.enum(['starting', 'recording', 'ended']),
  seconds: z.number(),
  bytes: z.number(),
  /** Pictures left out because the disk or the machine could not follow. */
  droppedFrames: z.number(),
  /** Why it ended by itself, or goes on in a further file. */
  problem: z.string(),
});
export type RecordingState = z.infer<typeof RecordingState>;

/** One in the list. */
export const RecordingEntry = z.object({
  name: RecordingName,
  format: RecordingFormat,
  recordedAt: z.iso.datetime(),
  bytes: z.number(),
  /** null where the recording was cut off before that was written down. */
  seconds: z.number().nullable(),
  droppedFrames: z.number(),
  problem: z.string(),
  /** `finishing`: it has ended and is being given its index. */
  state: z.enum(['recording', 'finishing', 'done']),
  /** The session that is being recorded. */
  session: SessionId.optional(),
});
export type RecordingEntry = z.infer<typeof RecordingEntry>;
