/** Captions: what a recogniser heard in a session's voice. Off by default, see docs/captions.md. */
import { z } from 'zod';
import { SessionId } from './ids.ts';

export const Caption = z.object({
  sessionId: SessionId,
  text: z.string(),
  /** Where the words lie in the voice, microseconds on the session's MediaTime. */
  fromUs: z.number(),
  toUs: z.number(),
  /** False where the same stretch will be told again with better words. */
  final: z.boolean(),
});
export type Caption = z.infer<typeof Caption>;

/**
 * How things stand with the recogniser. `no-package` and `no-model`: something must be installed
 * before captions can be switched on; `off`: everything is there and nobody uses it.
 */
export const CAPTIONS_STATES = [
  'no-package',
  'no-model',
  'off',
  'starting',
  'ready',
  'failed',
] as const;

export const CaptionsState = z.object({
  sessionId: SessionId,
  on: z.boolean(),
  state: z.enum(CAPTIONS_STATES),
  /** What is wrong and what to do about it, as a sentence; empty where all is well. */
  reason: z.string(),
  /** Pieces of speech that the recogniser was too slow for or died over. */
  dropped: z.number(),
});
export type CaptionsState = z.infer<typeof CaptionsState>;

export const CaptionsStatus = CaptionsState.extend({
  /** The last ones, oldest first. */
  captions: z.array(Caption),
});
export type CaptionsStatus = z.infer<typeof CaptionsStatus>;

export const CaptionsSwitch = z.object({ on: z.boolean() });
