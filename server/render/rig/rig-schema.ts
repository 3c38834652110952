/**
 * What a rig file may say. A rig is data: a palette and one ordered list of parts, plus the
 * measures of the parts that code draws from parameters (eyes, brows, mouth, arms, hands).
 *
 * Rig units: 100 = the distance between the shoulder joints. Two spaces:
 *   body  origin at the neck (OpenPose point 1) of a figure at rest, x to the viewer's right, y down
 *   head  origin on the eye line between the eyes, moved and rolled with the head, turned by depth
 * Left and right are the avatar's own; a mirrored part is written for the avatar's left (x > 0).
 */
import { z } from 'zod';

const Colour = z
  .string()
  .regex(
    /^(#[0-9a-f]{6}|[a-z][A-Za-z0-9]*)(@[0-9.]+)?$/,
    'expected #rrggbb, a name, or either @alpha',
  );
const Point = z.tuple([z.number(), z.number()]);
const Stops = z.array(z.tuple([z.number().min(0).max(1), Colour])).min(2);

const Gradient = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('linear'), from: Point, to: Point, stops: Stops }),
  z.strictObject({
    type: z.literal('radial'),
    centre: Point,
    radius: z.number().positive(),
    stops: Stops,
  }),
]);

const shapeFields = {
  d: z.string().min(1),
  /** Fill and stroke name a palette entry, a gradient or a colour. */
  fill: Colour.optional(),
  stroke: Colour.optional(),
  width: z.number().positive().optional(),
  /** Also drawn mirrored at x = 0. */
  mirror: z.boolean().default(false),
  /** Distance in front of the head's axis, at y = -40 and at y = +40 (head space). */
  depth: z.union([z.number(), z.tuple([z.number(), z.number()])]).default(0),
  /** Lies on the head's ellipsoid scaled by this much, so a turn foreshortens it; 0: flat. */
  dome: z.number().min(0).default(0),
  /** How much it swings with the hair spring below `hair.root`. */
  sway: z.number().default(0),
  /** Moves as a whole, gradient included, as the middle of its points does. */
  rigid: z.boolean().default(false),
  /** How much the part under the mouth drops with the jaw. */
  jaw: z.number().min(0).max(1).default(0),
};
const Shade = z.strictObject({ part: z.string().optional(), ...shapeFields });
const Shape = z.strictObject({
  part: z.string(),
  space: z.enum(['body', 'head']),
  ...shapeFields,
  /** Drawn inside this part's outline, under its stroke. */
  inside: z.array(Shade).default([]),
});
const Special = z.strictObject({ special: z.enum(['neck', 'eyes', 'brows', 'mouth', 'arms']) });

const Eyes = z.strictObject({
  centre: Point,
  halfWidth: z.number().positive(),
  upper: z.number().positive(),
  lower: z.number().positive(),
  /** How much higher the outer corner lies than the inner one. */
  slant: z.number(),
  iris: z.number().positive(),
  lashes: z.number().min(0),
  wing: z.number().min(0),
  crease: z.number().min(0),
});
const Brows = z.strictObject({
  inner: Point,
  arch: Point,
  outer: Point,
  thickness: z.number().positive(),
});
const Mouth = z.strictObject({
  y: z.number(),
  halfWidth: z.number().positive(),
  upperLip: z.number().positive(),
  lowerLip: z.number().positive(),
  /** Height of the cupid's bow peaks over its dip. */
  bow: z.number().min(0),
});
const Arms = z.strictObject({
  /** Shoulder joint at rest (avatar's left) and limb radii from shoulder to cuff. */
  shoulder: Point,
  radius: z.tuple([z.number(), z.number(), z.number()]),
  /** Sleeve end as a share of the forearm, and the cuff's length in units. */
  sleeve: z.number().min(0).max(1),
  cuff: z.number().min(0),
  cuffRadius: z.number().positive(),
});
const Hands = z.strictObject({
  /** Wrist to middle fingertip, for hands that are not tracked. */
  length: z.number().positive(),
  /** Finger radius at the knuckle and at the tip. */
  fingers: z.tuple([z.number(), z.number()]),
});

export const RigFile = z.strictObject({
  /** Vertical range of the body space that fills the picture. */
  view: z.strictObject({ top: z.number(), bottom: z.number(), minWidth: z.number().positive() }),
  line: z.number().positive(),
  head: z.strictObject({
    origin: Point,
    /** Point of the body space that the head rolls about. */
    pivot: Point,
    radii: z.tuple([z.number(), z.number(), z.number()]),
  }),
  neck: z.strictObject({ base: Point, top: Point, halfWidth: z.tuple([z.number(), z.number()]) }),
  hair: z.strictObject({
    root: z.number(),
    length: z.number().positive(),
    hertz: z.number().positive(),
  }),
  colours: z.record(z.string(), z.string().regex(/^#[0-9a-f]{6}$/)),
  gradients: z.record(z.string(), Gradient),
  eyes: Eyes,
  brows: Brows,
  mouth: Mouth,
  arms: Arms,
  hands: Hands,
  parts: z.array(z.union([Shape, Special])).min(1),
});

export type RigFile = z.infer<typeof RigFile>;
export type ShapeData = z.infer<typeof Shape>;
export type ShadeData = z.infer<typeof Shade>;
