/** What controlnet.json of a pack says: the picture, the figure that steers it, where its drawings belong. */
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { AvatarPack } from '../../inference/pack.ts';

const Point = z.tuple([z.number(), z.number()]);
const Pixels = z.number().int().min(0).max(1024);
const Side = Pixels.min(16);

/** The base's drawings (base-picture.ts); rows and sides in pixels. */
const BaseFile = z.strictObject({
  /** The torso's first row; the rows from the top that the head may cover. */
  torsoRow: Pixels,
  headRows: Pixels,
  /** The head's own frame: its side, what it covers in rig units, its middle and what it turns about. */
  head: z.strictObject({
    patch: Side,
    reach: z.number().positive(),
    origin: Point,
    pivot: Point,
    /** Left, top and side of the square that expressions are added to; its side is a multiple of 8. */
    face: z.tuple([Pixels, Pixels, Side.multipleOf(8)]),
  }),
});

const Steered = z.strictObject({
  /** The picture's width and height as the graphs have it, pixels; arms' boxes and rows' vectors end there. */
  size: Side.min(64).multipleOf(16),
  /** Vertical range of the body space that fills the picture, and the width it needs: rig units. */
  view: z.strictObject({ top: z.number(), bottom: z.number(), minWidth: z.number().positive() }),
  measures: z.strictObject({
    arms: z.strictObject({ shoulder: Point }),
    hair: z.strictObject({ length: z.number().positive(), hertz: z.number().positive() }),
    hands: z.strictObject({ length: z.number().positive() }),
  }),
  base: BaseFile,
});

export const ControlNetFile = Steered.superRefine(({ size, view, base }, context) => {
  const { torsoRow, headRows, head } = base;
  const [left, top, side] = head.face;
  const refuse = (path: string[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  if (view.bottom <= view.top) refuse(['view'], 'bottom must lie below top');
  if (torsoRow >= size) refuse(['base', 'torsoRow'], `must be less than size, ${size}`);
  if (headRows > size) refuse(['base', 'headRows'], `must be at most size, ${size}`);
  if (Math.max(left, top) + side > head.patch) {
    refuse(['base', 'head', 'face'], `must lie inside the patch of ${head.patch} pixels`);
  }
});
export type ControlNetFile = z.infer<typeof ControlNetFile>;

/** The frozen base, and the pose branch that draws over it. */
export const BASE_GRAPH = 'base.onnx';
export const BRANCH_GRAPH = 'controlnet.onnx';

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
