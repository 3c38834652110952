/** What a person wishes for an avatar of their own. */
import { z } from 'zod';
import { AvatarName } from './ids.ts';

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
