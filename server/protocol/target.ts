/** Where a live stream is pushed to: services and addresses with their keys, and how it goes. */
import { z } from 'zod';

export const TargetId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .brand<'TargetId'>();
export type TargetId = z.infer<typeof TargetId>;

const address = z.string().min(8).max(500);
const key = z.string().max(500);

/** A target as its owner writes it; the key goes in and never comes out again. */
export const TargetRequest = z.strictObject({
  name: z.string().trim().min(1).max(80),
  /** Preset it came from (`streams/`), or `custom`. */
  service: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default('custom'),
  /** rtmp:// or rtmps://, host, application; with the key behind it where `key` is empty. */
  url: address,
  /** Empty on a change: the key that is known stays. */
  key: key.default(''),
  /** Every session pushes here from its beginning. */
  auto: z.boolean().default(false),
});
export type TargetRequest = z.infer<typeof TargetRequest>;

export const Target = z.object({
  id: TargetId,
  name: z.string(),
  service: z.string(),
  /** Without the key. */
  url: z.string(),
  /** The end of the key behind dots. */
  maskedKey: z.string(),
  auto: z.boolean(),
});
export type Target = z.infer<typeof Target>;

/** A push of one session that belongs to no stored target. */
export const PushOnce = z.strictObject({ url: address, key: key.default('') });
export type PushOnce = z.infer<typeof PushOnce>;

export const PUSH_STATES = ['connecting', 'live', 'waiting'] as const;

export const PushState = z.object({
  /** `waiting`: it failed, and the next attempt is due in a moment. */
  state: z.enum(PUSH_STATES),
  /** What the target takes, kilobits a second. */
  kbps: z.number(),
  liveSeconds: z.number(),
  /** Pictures that the target missed. */
  droppedFrames: z.number(),
  /** Attempts after the first. */
  restarts: z.number(),
  /** What went wrong last; it stays when all is well again. */
  problem: z.string(),
});
export type PushState = z.infer<typeof PushState>;

/** One push of a session, as it is told once a second to those who may command. */
export const SessionPush = PushState.extend({
  target: TargetId,
  name: z.string(),
  /** Without the key. */
  url: z.string(),
});
export type SessionPush = z.infer<typeof SessionPush>;

const bilingual = z.object({ en: z.string().min(1), zh: z.string().min(1) });

/** A service people push to: `streams/*.json`. */
export const StreamPreset = z.strictObject({
  format: z.literal('posecast-stream'),
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: bilingual,
  /** Addresses to choose from, the first by default; none for `custom`. */
  servers: z.array(z.strictObject({ title: bilingual, url: address })).max(40),
  /** How to find the key. */
  keyHint: bilingual,
  /** Page of the service where the key is shown. */
  keyPage: z.url({ protocol: /^https$/ }).optional(),
  /** What the service takes at most; a test holds our encoder below all of them. */
  maxVideoKbps: z.number().positive().optional(),
  maxAudioKbps: z.number().positive().optional(),
  keyframeSeconds: z.number().positive(),
});
export type StreamPreset = z.infer<typeof StreamPreset>;
