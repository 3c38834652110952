/**
 * `photo.json` of a pack: where the face is in its `photo.png`, and how the picture is framed. The
 * photo's transparency tells the person apart; `behind.png`, where there is one, is what lies behind.
 */
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { AvatarPack } from '../../inference/pack.ts';
import { PHOTO_GROUNDS } from '../../protocol/avatar.ts';
import { readPng } from '../picture/png.ts';
import type { Still } from '../picture/still.ts';
import { FACE_POINTS } from './landmarks.ts';

/** Shares of the photo's width or height; a face may be cut by its edge. */
const Share = z.number().min(-1).max(2);
const Length = z.number().min(0.02).max(3);

export const PhotoFile = z.strictObject({
  format: z.literal('posecast-photo'),
  version: z.literal(1),
  /** MediaPipe's face points: x, y of the photo, z in the unit of x. */
  points: z.array(Share).length(FACE_POINTS * 3),
  /** What of the photo must be seen, whatever the picture's shape. */
  view: z.strictObject({ x: Share, y: Share, width: Length, height: Length }),
  background: z.enum(PHOTO_GROUNDS),
});
export type PhotoFile = z.infer<typeof PhotoFile>;

export const PHOTO_FILE = 'photo.json';
export const PHOTO_PICTURE = 'photo.png';
export const PHOTO_BEHIND = 'behind.png';

export type Photo = PhotoFile & {
  /** The person, or the whole photo where nobody could be told apart. */
  readonly picture: Still;
  /** Opaque and of the same size; undefined where the background is cut, or never was apart. */
  readonly behind: Still | undefined;
};

/** Throws `bad_pack`. */
export function readPhoto(pack: AvatarPack): Photo {
  const { name } = pack.manifest;
  const parsed = PhotoFile.safeParse(pack.json(PHOTO_FILE));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join('.') ?? '';
    throw bad(name, `${PHOTO_FILE} at "${place}": ${issue?.message ?? 'invalid'}`);
  }
  const picture = readPng(pack.file(PHOTO_PICTURE), PHOTO_PICTURE);
  const kept = parsed.data.background === 'kept' && pack.has(PHOTO_BEHIND);
  const behind = kept ? readPng(pack.file(PHOTO_BEHIND), PHOTO_BEHIND) : undefined;
  if (behind && (behind.width !== picture.width || behind.height !== picture.height)) {
    const [wanted, found] = [picture, behind].map(({ width, height }) => `${width} x ${height}`);
    throw bad(name, `expected ${PHOTO_BEHIND} of the photo's ${wanted}, found ${found}`);
  }
  return { ...parsed.data, picture, behind };
}

function bad(name: string, what: string): AppError {
  return new AppError('bad_pack', `avatar "${name}": ${what}`);
}
