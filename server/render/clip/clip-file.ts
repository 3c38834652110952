/**
 * `clip.json` of a pack: a person's footage, how it goes round without a jump, where the face is in
 * each frame, and the networks that move its lips, where there are any.
 */
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import { TemplateId } from '../../protocol/template.ts';
import { MARK_POINTS } from '../lips/face-marks.ts';
import { LipsFile } from '../lips/lips-file.ts';

/** Of what goes round, and of each gesture. */
export const MOST_FRAMES = 500;
/** More would fill the memory: see MOST_BYTES of frame-store.ts. */
const MOST_FRAMES_IN_ALL = 2000;
export const MOST_MOVES = 30;

const Side = z.number().int().min(64).max(1920);

/** A gesture of the footage: frames `from` up to `to`, shown while one of the templates is played. */
export const ClipMove = z.strictObject({
  templates: z.array(TemplateId).min(1).max(20),
  from: z.number().int().min(0),
  to: z.number().int(),
});
export type ClipMove = z.infer<typeof ClipMove>;

export const ClipFile = z
  .strictObject({
    format: z.literal('posecast-clip'),
    version: z.literal(1),
    video: z.string().regex(/^[\w][\w.-]{0,99}\.(mp4|webm)$/),
    width: Side,
    height: Side,
    fps: z.number().min(5).max(60),
    frames: z.number().int().min(2).max(MOST_FRAMES_IN_ALL),
    /** The first so many go round; all of them when absent. */
    idleFrames: z.number().int().min(2).max(MOST_FRAMES).optional(),
    moves: z.array(ClipMove).max(MOST_MOVES).default([]),
    /**
     * `there-and-back`: forwards, then backwards. `cut`: from `from` to `to` and again, the last
     * `blend` frames fading into those before `from`.
     */
    loop: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('there-and-back') }),
      z.strictObject({
        kind: z.literal('cut'),
        from: z.number().int().min(0),
        to: z.number().int().min(1),
        blend: z.number().int().min(0).max(25),
      }),
    ]),
    /** x, y of MARK_POINTS for each frame, 0..1 of the footage; one row for each frame. */
    marks: z.array(z.array(z.number().min(-1).max(2)).length(MARK_POINTS.length * 2)),
    lips: LipsFile.optional(),
  })
  .refine(({ marks, frames }) => marks.length === frames, 'expected marks for every frame')
  .refine(
    ({ idleFrames = 0, moves, frames }) =>
      idleFrames <= frames && moves.every(({ from, to }) => to <= frames && to - from >= 3),
    'expected gestures of three frames or more within the frames',
  )
  .refine(
    ({ loop, frames, idleFrames = frames }) =>
      loop.kind !== 'cut' ||
      (loop.to < idleFrames && loop.to - loop.from > loop.blend && loop.from >= loop.blend),
    'expected a loop within the frames',
  );
export type ClipFile = z.infer<typeof ClipFile>;

export const CLIP_FILE = 'clip.json';

/** Throws `bad_pack`. */
export function readClip(pack: AvatarPack): ClipFile {
  const parsed = ClipFile.safeParse(pack.json(CLIP_FILE));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  throw new AppError(
    'bad_pack',
    `avatar "${pack.manifest.name}": ${CLIP_FILE} at "${place}": ${issue?.message ?? 'invalid'}`,
  );
}
