/** What comes into a live session from outside, and through which door. */
import { z } from 'zod';

/** `microphone`: the panel; `file`: a program on the server's machine, such as `posecast live`. */
export const INPUT_ORIGINS = ['microphone', 'whip', 'rtmp', 'file'] as const;
export const InputOrigin = z.enum(INPUT_ORIGINS);
export type InputOrigin = z.infer<typeof InputOrigin>;

/** One sender that is connected by WHIP or RTMP, as of the last second. */
export const SessionInput = z.object({
  origin: z.enum(['whip', 'rtmp']),
  /** `waiting`: the sender is known, nothing usable has come yet. */
  state: z.enum(['waiting', 'live']),
  /** In words such as `Opus` or `AAC`; empty without sound. */
  audio: z.string(),
  /** As `H.264 1280x720 30/s`; empty without a picture. */
  video: z.string(),
  kbps: z.number(),
  liveSeconds: z.number(),
  /** What keeps it from being used, as a sentence; empty while all is well. */
  problem: z.string(),
});
export type SessionInput = z.infer<typeof SessionInput>;

/** Told once a second to those who may command. */
export const SessionInputs = z.object({
  /** Whose voice moves the avatar; null: nobody's. */
  voice: InputOrigin.nullable(),
  /** What may be the voice, from the one that was heard last to the one that is. */
  voices: z.array(InputOrigin),
  /** Whose picture the panel can look at; null: nobody's. It is another one when the number changes. */
  video: z.object({ origin: InputOrigin, number: z.number() }).nullable(),
  senders: z.array(SessionInput),
});
export type SessionInputs = z.infer<typeof SessionInputs>;

/** Where senders connect, with the key that lets them in. For those who may command only. */
export const IngestDoor = z.object({
  /** Server address for OBS; the key goes into its own field. */
  rtmpUrl: z.string(),
  /** Paths on this server: of this session, and of whichever session the key belongs to. */
  whipPath: z.string(),
  whipKeyPath: z.string(),
  whepPath: z.string(),
  /** Stream key of RTMP and bearer token of WHIP. */
  key: z.string(),
});
export type IngestDoor = z.infer<typeof IngestDoor>;
