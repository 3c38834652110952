/** `diffusion.json` of a pack: which graphs there are and how they are run. Written by models/export. */
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import { DiffusionLook } from '../../protocol/diffusion.ts';
import { GUIDANCE_KINDS } from './denoise-stream.ts';

const FILE = 'diffusion.json';
const fileName = z.string().min(1);
/** A latent has an eighth of the picture's sides, and the networks halve it three times more. */
const side = z.number().int().min(64).max(2048).multipleOf(64);

const Graphs = z.union([
  /** Everything of a frame in one graph, from the pose to the picture. */
  z.strictObject({ text: fileName.optional(), frame: fileName }),
  /** UNet and ControlNet in one graph, or in two; the decoder apart. */
  z.strictObject({
    text: fileName.optional(),
    unet: fileName,
    controlnet: fileName.optional(),
    decoder: fileName,
  }),
]);

export const DiffusionFile = z
  .strictObject({
    format: z.literal('posecast-diffusion'),
    version: z.literal(1),
    /** Where its weights come from: random ones can be timed beside PyTorch. */
    source: z.enum(['checkpoint', 'tiny', 'random-full']).default('checkpoint'),
    width: side,
    height: side,
    graphs: Graphs,
    /** Hugging Face's tokenizer.json, for the text encoder. */
    tokenizer: fileName.optional(),
    /** Token that fills up a short prompt: 49407 in SD 1.5, 0 in SD 2.1. */
    padToken: z.number().int().min(0).default(0),
    /** Instead of a text encoder: the prompt's 77 rows, little-endian float32. */
    embedding: fileName.optional(),
    /** What latents are divided by for the decoder: 0.18215 for Stable Diffusion's own, 1 for TAESD. */
    latentScale: z.number().positive().default(1),
    /** Latents of one run. */
    rows: z.number().int().min(1).max(16).default(1),
    /** Every step of as many frames in one run; otherwise all steps of a frame, one after the other. */
    batched: z.boolean().default(true),
    schedule: z.strictObject({
      kind: z.enum(['euler', 'lcm']),
      steps: z.number().int().min(1).max(8),
      prediction: z.enum(['epsilon', 'v']).default('epsilon'),
      spacing: z.enum(['trailing', 'linspace']).default('trailing'),
      karras: z.boolean().default(false),
    }),
    guidance: z
      .strictObject({
        kind: z.enum(GUIDANCE_KINDS),
        scale: z.number().min(0).max(20).default(1),
        delta: z.number().min(0).max(2).default(1),
      })
      .default({ kind: 'none', scale: 1, delta: 1 }),
    look: DiffusionLook,
    negativePrompt: z.string().max(1000).default(''),
    /** Frames whose pose hardly differs from the last drawn one may be left out. */
    similarFrames: z
      .strictObject({
        threshold: z.number().min(0).max(0.9999).default(0.98),
        maxSkip: z.number().int().min(1).max(250).default(10),
      })
      .optional(),
    /** Which part of the figure the picture shows, in pose coordinates. */
    view: z
      .strictObject({ top: z.number(), bottom: z.number() })
      .refine(({ top, bottom }) => bottom > top, 'the bottom must lie below the top')
      .optional(),
  })
  .refine(
    ({ guidance, schedule, batched }) =>
      guidance.kind === 'none' || guidance.kind === 'full' || (batched && schedule.kind === 'lcm'),
    'residual guidance needs batched steps of the lcm schedule',
  )
  .refine(
    ({ graphs, guidance }) => !('frame' in graphs) || guidance.kind === 'none',
    'a graph of a whole frame has no guidance',
  )
  .refine(
    ({ graphs, tokenizer, embedding }) =>
      (graphs.text !== undefined && tokenizer !== undefined) || embedding !== undefined,
    'expected a text encoder with its tokenizer, or an embedding',
  );
export type DiffusionFile = z.infer<typeof DiffusionFile>;

/** Throws `bad_pack` with the place that is wrong. */
export function readDiffusionFile(pack: AvatarPack): DiffusionFile {
  const parsed = DiffusionFile.safeParse(pack.json(FILE));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  throw new AppError(
    'bad_pack',
    `avatar "${pack.manifest.name}": ${FILE} at "${place}": ${issue?.message ?? 'invalid'}`,
  );
}

export const MOST_STEPS = 50;

/**
 * The same pack with so many steps a frame, one after the other. Throws `bad_pack` where they are
 * part of how its frames hang together.
 */
export function withSteps(
  pack: AvatarPack,
  file: DiffusionFile,
  steps: number | undefined,
): DiffusionFile {
  if (steps === undefined || steps === file.schedule.steps) return file;
  const { kind } = file.guidance;
  if (kind !== 'none' && kind !== 'full') {
    throw new AppError(
      'bad_pack',
      `avatar "${pack.manifest.name}" has ${file.schedule.steps} steps, which its residual guidance fixes`,
    );
  }
  const rows = kind === 'full' ? 2 : 1;
  return { ...file, rows, batched: false, schedule: { ...file.schedule, steps } };
}
