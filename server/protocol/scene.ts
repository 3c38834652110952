/**
 * Scenes: what stands around the avatar. A scene is a preset with a name; positions and sizes are
 * shares of the picture (0..1 from the upper left), so one scene fits every size of the same shape.
 * A session shows one scene and one of its slides at a time.
 */
import { z } from 'zod';

export const SceneId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .brand<'SceneId'>();
export type SceneId = z.infer<typeof SceneId>;

/** A file that was uploaded for scenes: the beginning of its sha256 and its kind. */
export const AssetId = z
  .string()
  .regex(/^(image|video|lut)-[0-9a-f]{24}$/)
  .brand<'AssetId'>();
export type AssetId = z.infer<typeof AssetId>;

export const ASSET_KINDS = ['image', 'video', 'lut'] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

export const MAX_ASSET_BYTES = { image: 24 * 2 ** 20, video: 512 * 2 ** 20, lut: 24 * 2 ** 20 };
/** Longest side an image is kept with. */
export const MAX_IMAGE_SIDE = 4096;

export const SceneAsset = z.object({
  id: AssetId,
  kind: z.enum(ASSET_KINDS),
  /** As it was called where it came from. */
  name: z.string(),
  sizeBytes: z.number(),
  /** Of images and videos; 0 for others. */
  width: z.number(),
  height: z.number(),
  /** Of videos. */
  seconds: z.number(),
  /** What a LUT says of itself, as `33³ with shaper`; empty for others. */
  about: z.string(),
});
export type SceneAsset = z.infer<typeof SceneAsset>;

const side = z
  .number()
  .int()
  .min(128)
  .max(1920)
  .refine((value) => value % 2 === 0, 'must be even');
const share = z.number().min(0).max(1);
const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/);

/** Widescreen, upright and square. */
export const CANVAS_PRESETS = [
  { name: '16:9', width: 1280, height: 720 },
  { name: '9:16', width: 720, height: 1280 },
  { name: '1:1', width: 720, height: 720 },
] as const;

/** Keys of chroma-keying software; a LUT on the picture leaves them as they are. */
export const CHROMA_COLOURS = ['#00b140', '#0047bb', '#ff00ff'] as const;

/** What fills the picture: the middle of it, or all of it with the scene's colour beside it. */
const fit = z.enum(['cover', 'contain']).default('cover');
/** Radius in shares of the picture's height. */
const blur = z.number().min(0).max(0.1).default(0);

export const SceneBackground = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('colour') }),
  z.object({ kind: z.literal('chroma') }),
  z.object({ kind: z.literal('image'), asset: AssetId, fit, blur }),
  z.object({ kind: z.literal('video'), asset: AssetId, fit, blur }),
  /** What comes in live under this name, such as the video that OBS sends along. */
  z.object({ kind: z.literal('live'), source: z.string().min(1).max(60), fit, blur }),
]);
export type SceneBackground = z.infer<typeof SceneBackground>;

export const SceneBox = z.object({ x: share, y: share, width: share, height: share });
export type SceneBox = z.infer<typeof SceneBox>;

/** Where an avatar stands: its middle, its feet, its height as a share of the picture's. */
export const SceneStanding = z.object({
  x: share.default(0.5),
  /** Where the lower edge of the figure is cut: 1 is the picture's lower edge. */
  bottom: z.number().min(0.2).max(1.5).default(1),
  scale: z.number().min(0.2).max(1.5).default(1),
});
export type SceneStanding = z.infer<typeof SceneStanding>;

/** A place on a slide that can be pointed at, in shares of the slide. */
export const SlideRegion = SceneBox.extend({ name: z.string().max(60).default('') });
export type SlideRegion = z.infer<typeof SlideRegion>;

export const SceneSlide = z.object({
  asset: AssetId,
  title: z.string().max(120).default(''),
  regions: z.array(SlideRegion).max(20).default([]),
});
export type SceneSlide = z.infer<typeof SceneSlide>;

export const FONTS = ['sans', 'serif', 'mono'] as const;
const layer = z.enum(['front', 'behind']).default('front');

export const SceneOverlay = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    layer,
    box: SceneBox,
    text: z.string().min(1).max(500),
    /** Height of a line as a share of the picture's height. */
    size: z.number().min(0.01).max(0.5).default(0.06),
    font: z.enum(FONTS).default('sans'),
    bold: z.boolean().default(false),
    align: z.enum(['left', 'centre', 'right']).default('left'),
    colour: colour.default('#ffffff'),
    /** Behind the text; null for nothing. */
    plate: colour.nullable().default(null),
    opacity: share.default(1),
  }),
  z.object({
    kind: z.literal('image'),
    layer,
    box: SceneBox,
    asset: AssetId,
    opacity: share.default(1),
  }),
]);
export type SceneOverlay = z.infer<typeof SceneOverlay>;

export const SceneLut = z.object({
  asset: AssetId,
  strength: share.default(1),
  on: z.enum(['avatar', 'picture']).default('picture'),
  method: z.enum(['trilinear', 'tetrahedral']).default('tetrahedral'),
});
export type SceneLut = z.infer<typeof SceneLut>;

export const MAX_SLIDES = 200;

export const Scene = z.object({
  title: z.string().trim().min(1).max(80),
  /** Of sessions that begin with this scene; one that runs keeps its size. */
  canvas: z.object({ width: side.default(1280), height: side.default(720) }).prefault({}),
  /** Of the background, and what is shown where a picture or video can't be. */
  colour: colour.default('#e4e0d6'),
  background: SceneBackground.default({ kind: 'colour' }),
  /** First avatar first; those without one stand where the session put them. */
  avatars: z.array(SceneStanding).max(6).default([]),
  slides: z.array(SceneSlide).max(MAX_SLIDES).default([]),
  /** Where slides are shown, whole. */
  slideBox: SceneBox.default({ x: 0.04, y: 0.06, width: 0.6, height: 0.6 }),
  overlays: z.array(SceneOverlay).max(20).default([]),
  lut: SceneLut.nullable().default(null),
  /** Crossfade to this scene and between its slides, ms. */
  fadeMs: z.number().int().min(0).max(5000).default(400),
});
export type Scene = z.infer<typeof Scene>;

export const SceneEntry = z.object({ id: SceneId, scene: Scene });
export type SceneEntry = z.infer<typeof SceneEntry>;

export const MAX_SCENES = 100;

/** Which slide: by number from 1, or one on or back. */
export const SlideTurn = z.union([
  z.enum(['next', 'previous']),
  z.number().int().min(1).max(MAX_SLIDES),
]);
export type SlideTurn = z.infer<typeof SlideTurn>;

/** A region of the slide: by number from 1, or by its name. */
export const RegionChoice = z.union([z.number().int().min(1).max(20), z.string().min(1).max(60)]);
export type RegionChoice = z.infer<typeof RegionChoice>;

/** Null is the session's own plain background. */
export const SceneSwitch = z.object({
  scene: SceneId.nullable(),
  slide: z.number().int().min(1).max(MAX_SLIDES).optional(),
  /** Instead of the scene's own. */
  fadeMs: z.number().int().min(0).max(5000).optional(),
});
export type SceneSwitch = z.infer<typeof SceneSwitch>;

/** What a session shows now; part of its snapshot. */
export const SessionScene = z.object({
  /** Null: its own plain background. */
  id: SceneId.nullable(),
  title: z.string(),
  /** Shown now, from 1; 0 without slides. */
  slide: z.number(),
  slides: z.number(),
  /** Of the slide that is shown, in shares of the picture. */
  regions: z.array(SlideRegion),
  /** What of it can't be shown, as a sentence; empty while all is well. */
  problem: z.string(),
});
export type SessionScene = z.infer<typeof SessionScene>;

/** Aims a hand at a region of the slide. */
export const ScenePoint = z.object({ region: RegionChoice });
export type ScenePoint = z.infer<typeof ScenePoint>;
