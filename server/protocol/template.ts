/**
 * A motion template: a named, reusable clip of motion, as it is stored, edited, imported and
 * exported. Built-in ones are files in `models/motions/`, users' own live in the store.
 *
 * Coordinates are the canonical pose's (see pose.ts): relative to the neck, in shoulder widths, so
 * one template fits every avatar. A track that is absent leaves that joint, hand, angle or face
 * weight to the layers below; between two keys of a track the later key's easing applies.
 * Left and right are the avatar's own.
 */
import { z } from 'zod';
import { EMOTIONS } from './words.ts';
import { ARKIT_NAMES } from './arkit.ts';
import { BODY } from './pose.ts';

export const TEMPLATE_FORMAT = 'posecast-template';
export const TEMPLATE_VERSION = 1;
export const MAX_TEMPLATE_SECONDS = 60;
/** Keys of one template over all tracks: a captured minute at 30 Hz with both hands and the face. */
export const MAX_TEMPLATE_KEYS = 60_000;

export const TemplateId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .brand<'TemplateId'>();
export type TemplateId = z.infer<typeof TemplateId>;

export const EASINGS = ['linear', 'in', 'out', 'in-out', 'hold'] as const;
export { EMOTIONS };
export type Emotion = (typeof EMOTIONS)[number];

export const HAND_SHAPES = [
  'relaxed',
  'open',
  'fist',
  'point',
  'one',
  'two',
  'three',
  'four',
  'five',
  'thumb',
  'pinch',
  'heart',
  'flat',
] as const;
export type HandShape = (typeof HAND_SHAPES)[number];

const seconds = z.number().min(0).max(MAX_TEMPLATE_SECONDS);
const easing = z.enum(EASINGS).default('in-out');
const coordinate = z.number().min(-16).max(16);
const angle = z.number().min(-4).max(4);

const PointKey = z.object({ t: seconds, x: coordinate, y: coordinate, ease: easing });
/** Radians; see pose.ts for the directions. */
const HeadKey = z.object({ t: seconds, yaw: angle, pitch: angle, roll: angle, ease: easing });
const WeightKey = z.object({ t: seconds, value: z.number().min(0).max(1), ease: easing });
/**
 * A hand as a named shape, turned in the picture: `angle` is the direction of the middle finger in
 * radians, 0 = along the forearm, + clockwise for the viewer; `palm` says which side faces the
 * viewer. Or as 21 OpenPose hand points [x, y] relative to the wrist, for captured motion.
 */
const HandKey = z
  .object({
    t: seconds,
    shape: z.enum(HAND_SHAPES).optional(),
    angle: angle.default(0),
    palm: z.enum(['front', 'back']).default('front'),
    points: z
      .array(z.tuple([coordinate, coordinate]))
      .length(21)
      .optional(),
    ease: easing,
  })
  .refine((key) => (key.shape === undefined) !== (key.points === undefined), {
    message: 'give either a shape or 21 points',
  });

const track = <T extends z.ZodType>(key: T) => z.array(key).min(1).max(3600);

export const JOINT_NAMES = Object.keys(BODY) as (keyof typeof BODY)[];

export const Template = z.object({
  format: z.literal(TEMPLATE_FORMAT),
  version: z.literal(TEMPLATE_VERSION),
  id: TemplateId,
  title: z.object({ en: z.string().min(1).max(80), zh: z.string().max(80).default('') }),
  tags: z.array(z.string().min(1).max(40)).max(20).default([]),
  emotion: z.enum(EMOTIONS).default('neutral'),
  seconds: z.number().min(0.1).max(MAX_TEMPLATE_SECONDS),
  /** A looping template ends as it starts and goes on until it is stopped or its repeats are done. */
  loop: z.boolean().default(false),
  /** Beats in one pass, for dance steps that are locked to music; absent for other motion. */
  beats: z.number().int().min(1).max(64).optional(),
  /** This hand is moved to the place asked for ("point at"), from the time its arm is up. */
  aim: z.enum(['leftHand', 'rightHand']).optional(),
  tracks: z.object({
    body: z.partialRecord(z.enum(JOINT_NAMES), track(PointKey)).default({}),
    leftHand: track(HandKey).optional(),
    rightHand: track(HandKey).optional(),
    head: track(HeadKey).optional(),
    face: z.partialRecord(z.enum(ARKIT_NAMES), track(WeightKey)).default({}),
  }),
});
export type Template = z.infer<typeof Template>;

/** What lists and search show. */
export const TemplateSummary = Template.omit({ tracks: true, format: true, version: true }).extend({
  builtIn: z.boolean(),
  /** Parts of the body it moves: the mask. */
  parts: z.array(z.string()),
});
export type TemplateSummary = z.infer<typeof TemplateSummary>;

/** What can be changed of a template without sending its tracks. */
export const TemplateChange = z.object({
  title: Template.shape.title.optional(),
  // Not the template's own fields: their defaults would wipe out what isn't sent.
  tags: z.array(z.string().min(1).max(40)).max(20).optional(),
  emotion: z.enum(EMOTIONS).optional(),
});
export type TemplateChange = z.infer<typeof TemplateChange>;
