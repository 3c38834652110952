/** Rendering in the background: sounds that were uploaded, jobs that make videos of them. */
import { z } from 'zod';
import { AvatarName } from './ids.ts';
import { SceneId } from './scene.ts';
import { TakeName } from './take.ts';

export const RENDER_FORMATS = ['mp4', 'mov', 'webm', 'png'] as const;

export const SoundId = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);
export type SoundId = z.infer<typeof SoundId>;

/** A file with sound in it that was uploaded. */
export const Sound = z.object({
  id: SoundId,
  /** As it was called where it came from, without what file names can't have. */
  name: z.string(),
  seconds: z.number(),
  sizeBytes: z.number(),
});
export type Sound = z.infer<typeof Sound>;

export const MAX_SOUND_BYTES = 2 * 2 ** 30;
export const MAX_SCRIPT_CHARACTERS = 512 * 1024;

const side = z.number().int().min(64).max(4096).multipleOf(2);

/** How each result shall be. */
export const JobLook = z.object({
  width: side.default(1280),
  height: side.default(720),
  fps: z.number().int().min(1).max(120).default(25),
  format: z.enum(RENDER_FORMATS).default('mp4'),
  background: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default('#e4e0d6'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
  /** LUFS; without it the sound keeps its loudness. */
  loudness: z.number().min(-40).max(-5).optional(),
  /** Takes steady noise out of the sound. */
  denoise: z.boolean().optional(),
  /** Plays beneath the voice, round and round; whether it is danced to. */
  music: SoundId.optional(),
  dance: z.boolean().optional(),
  /** A preset; its canvas is not taken. */
  scene: SceneId.optional(),
  /** With transparency: the scene's overlays too. */
  overlays: z.boolean().optional(),
  /** What to do when, as JSON or as subtitles with marks. */
  script: z.string().max(MAX_SCRIPT_CHARACTERS).optional(),
});
export type JobLook = z.infer<typeof JobLook>;

/** One job for each source, avatar and scene. */
export const JobOrder = JobLook.extend({
  sounds: z.array(SoundId).max(200).default([]),
  takes: z.array(TakeName).max(200).default([]),
  avatars: z.array(AvatarName).min(1).max(20),
  /** In place of the one `scene`; null is the plain background. */
  scenes: z.array(SceneId.nullable()).max(20).default([]),
}).refine((order) => order.sounds.length + order.takes.length > 0, 'name a sound or a take');
export type JobOrder = z.infer<typeof JobOrder>;

export const JobId = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);
export type JobId = z.infer<typeof JobId>;

export const JOB_STATES = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'] as const;

export const Job = z.object({
  id: JobId,
  state: z.enum(JOB_STATES),
  /** Name of the result. */
  name: z.string(),
  sound: SoundId.optional(),
  take: TakeName.optional(),
  avatar: AvatarName,
  look: JobLook,
  /** Of the source. */
  seconds: z.number(),
  createdAt: z.iso.datetime(),
  /** 0..1. */
  progress: z.number(),
  /** Seconds of the result per second of work, so far. */
  speed: z.number(),
  etaSeconds: z.number(),
  /** Of the result, once it is done. */
  sizeBytes: z.number(),
  /** What happened, a line each; the last says why it failed. */
  log: z.array(z.string()),
});
export type Job = z.infer<typeof Job>;

export const JobQueueState = z.object({
  /** Nothing new is begun. */
  paused: z.boolean(),
  jobs: z.array(Job),
});
export type JobQueueState = z.infer<typeof JobQueueState>;

export const JobEstimate = z.object({
  jobs: z.number(),
  /** Of the results, together. */
  seconds: z.number(),
  workSeconds: z.number(),
  sizeBytes: z.number(),
  /** Free where the results go. */
  freeBytes: z.number(),
});
export type JobEstimate = z.infer<typeof JobEstimate>;
