/** Downloadable models: what the manifest names and how far this installation has got with each. */
import { z } from 'zod';

export const ModelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .brand<'ModelName'>();
export type ModelName = z.infer<typeof ModelName>;

/** What a model is for; a purpose may have several models, the first is the default. */
export const MODEL_PURPOSES = ['body', 'face', 'hands', 'captions'] as const;
export const MODEL_STATES = ['missing', 'pulling', 'ready'] as const;

export const ModelStatus = z.object({
  name: ModelName,
  purpose: z.enum(MODEL_PURPOSES),
  sizeBytes: z.number(),
  licence: z.string(),
  author: z.string(),
  /** Whether its licence lets it earn money. */
  commercial: z.boolean(),
  /** Where it comes from: the official address, whatever mirror is set. */
  url: z.string(),
  state: z.enum(MODEL_STATES),
  /** Bytes on this disk, of a finished or an interrupted download. */
  receivedBytes: z.number(),
  /** Why the last download failed, as a sentence; empty where none did. */
  problem: z.string(),
  /** Path on this server once it is ready. */
  path: z.string(),
});
export type ModelStatus = z.infer<typeof ModelStatus>;

/** What reading a model's whole file found. */
export const ModelVerified = z.object({
  /** A sentence; empty where the file is as it should be. */
  problem: z.string(),
});
export type ModelVerified = z.infer<typeof ModelVerified>;
