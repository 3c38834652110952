/** What controlnet.json of a pack says: the graph's picture, and the figure that steers it. */
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { AvatarPack } from '../../inference/pack.ts';

const Point = z.tuple([z.number(), z.number()]);

export const ControlNetFile = z.strictObject({
  /** The picture's width and height as the graph gives it, pixels. */
  size: z.number().int().min(64).max(1024),
  /** Vertical range of the body space that fills the picture, and the width it needs: rig units. */
  view: z.strictObject({ top: z.number(), bottom: z.number(), minWidth: z.number().positive() }),
  measures: z.strictObject({
    arms: z.strictObject({ shoulder: Point }),
    hair: z.strictObject({ length: z.number().positive(), hertz: z.number().positive() }),
    hands: z.strictObject({ length: z.number().positive() }),
  }),
});
export type ControlNetFile = z.infer<typeof ControlNetFile>;

export const GRAPH = 'controlnet.onnx';

/** Throws `bad_pack` naming the place that is wrong. */
export function readControlNetFile(pack: AvatarPack): ControlNetFile {
  const parsed = ControlNetFile.safeParse(pack.json('controlnet.json'));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(
    'bad_pack',
    `avatar "${pack.manifest.name}": controlnet.json at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'invalid'}`,
  );
}
