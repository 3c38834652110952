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
  /** Whose it is, from 0; what several play together is told once, as the first one's of them. */
  avatar: z.number(),
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

/** A template that plays now. */
export type Gesture = {
  readonly template: string;
  /** Another script of the same template begins it anew. */
  readonly script: number;
  /** It goes on until it is stopped. */
  readonly endless: boolean;
};

/** Whether the avatar dances to the music: never, as soon as there is a beat, or now. */
export const DANCING = ['off', 'waiting', 'dancing'] as const;
export type Dancing = (typeof DANCING)[number];

/** A tap on the beat; `atMs` is its time on the tapper's own clock, to be free of the network's. */
export const MotionTap = z.object({ atMs: z.number().min(0).max(1e15).optional() });
export type MotionTap = z.infer<typeof MotionTap>;

/** The tempo that the taps so far say, null before the third. */
export const MotionTapped = z.object({ bpm: z.number().nullable(), taps: z.number() });
export type MotionTapped = z.infer<typeof MotionTapped>;

/** A tempo by its number, with a beat right now; null gives it back to the music. */
export const MotionTempo = z.object({ bpm: z.number().min(30).max(300).nullable() });
export type MotionTempo = z.infer<typeof MotionTempo>;

export const MotionDance = z.object({ on: z.boolean() });
export type MotionDance = z.infer<typeof MotionDance>;

export const TEMPO_SOURCES = ['music', 'tap'] as const;

/** The pose that the first avatar is drawn in. */
export type PoseShown = {
  readonly sessionId: SessionId;
  /** POSE_FLOATS numbers of pose.ts, float32, little-endian. */
  readonly pose: Uint8Array;
};

/** Sent at most ten times a second while something plays or a beat is heard, and when that ends. */
export const MotionState = z.object({
  sessionId: SessionId,
  /** Avatar after avatar, each low to high. */
  playing: z.array(PlayingStep),
  /** Scripts that wait for others to end. */
  waiting: z.number(),
  /** Whether somebody is seen by a live source right now. */
  webcam: z.boolean(),
  vmc: z.boolean(),
  tempo: z.object({
    /** Beats a minute; 0 where no beat is known, and then `source` is null. */
    bpm: z.number(),
    /** How clear the beat is, 0..1. */
    confidence: z.number(),
    /** From the music, or set by hand. */
    source: z.enum(TEMPO_SOURCES).nullable(),
    /** Share of the present beat that has passed when this is sent, 0..1. */
    phase: z.number(),
  }),
  dancing: z.enum(DANCING),
});
export type MotionState = z.infer<typeof MotionState>;
