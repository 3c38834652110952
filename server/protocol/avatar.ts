/** What a person wishes for an avatar of their own. */
import { z } from 'zod';
import { AvatarName } from './ids.ts';
import { TemplateId } from './template.ts';

export const PHOTO_FRAMINGS = ['portrait', 'whole'] as const;
export const PHOTO_GROUNDS = ['kept', 'cut'] as const;

export const PhotoWishes = z.object({
  /** Head and shoulders, or the whole photo. */
  framing: z.enum(PHOTO_FRAMINGS).default('portrait'),
  background: z.enum(PHOTO_GROUNDS).default('kept'),
});
export type PhotoWishes = z.infer<typeof PhotoWishes>;

/** What goes with any avatar that is made here. */
export const AvatarWishes = z.object({
  name: AvatarName,
  title: z.string().trim().min(1).max(60),
  licence: z.string().trim().min(1).max(200).default('All rights reserved'),
  author: z.string().trim().min(1).max(120).default('-'),
  /** Whether it may earn money. */
  commercial: z.boolean().default(true),
});
export type AvatarWishes = z.infer<typeof AvatarWishes>;

/** `face.json` of an upload: the photo's face points, x and y 0..1 of the photo, z in x's unit. */
export const PhotoUpload = AvatarWishes.extend({
  ...PhotoWishes.shape,
  points: z.array(z.number().min(-1).max(2)).length(478 * 3),
});
export type PhotoUpload = z.infer<typeof PhotoUpload>;

/** Frames a second of footage, in the browser that looks at it and in the pack. */
export const CLIP_FPS = 25;
/** MediaPipe's numbers of the few face points that are kept of every frame of footage, in this order. */
export const MARK_POINTS = [10, 152, 234, 454, 5, 61, 291, 13, 14] as const;

/**
 * `clip.json` of an upload: the films in the archive, first the one that goes round, then gestures
 * with the templates that each is shown for. `marks`: x, y of MARK_POINTS, 0..1 of the picture, each
 * 1 / CLIP_FPS seconds; null where no face was seen.
 */
export const ClipUpload = AvatarWishes.extend({
  films: z
    .array(
      z.object({
        file: z.string().regex(/^film-\d{1,2}$/),
        templates: z.array(TemplateId).max(20),
        marks: z.array(z.array(z.number().min(-1).max(2)).length(MARK_POINTS.length * 2).nullable()).max(600), // prettier-ignore
      }),
    )
    .min(1)
    .max(31),
});
export type ClipUpload = z.infer<typeof ClipUpload>;
