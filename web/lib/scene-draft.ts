/** A scene as the editor changes it: parts are moved, sized, added and removed. Pure. */
import type {
  AssetId,
  Scene,
  SceneAsset,
  SceneBox,
  SceneOverlay,
  SceneSlide,
  SceneStanding,
} from '../../server/protocol/index.ts';

export type PartName =
  /** Of the session's cast. */
  | { readonly kind: 'avatar'; readonly index: number }
  | { readonly kind: 'slides' }
  | { readonly kind: 'overlay'; readonly index: number }
  /** Of the slide that is shown. */
  | { readonly kind: 'region'; readonly index: number };

const LEAST = 0.03;

/** The whole of something of another shape in the middle of a box, in shares of the picture. */
export function fitted(
  box: SceneBox,
  shape: Pick<SceneAsset, 'width' | 'height'>,
  canvas: Scene['canvas'],
): SceneBox {
  const scale = Math.min(
    (box.width * canvas.width) / shape.width,
    (box.height * canvas.height) / shape.height,
  );
  const width = (shape.width * scale) / canvas.width;
  const height = (shape.height * scale) / canvas.height;
  return {
    x: box.x + (box.width - width) / 2,
    y: box.y + (box.height - height) / 2,
    width,
    height,
  };
}

type Way = {
  readonly dx: number;
  readonly dy: number;
  readonly slide: number;
  /** Where the avatars stand now: see `standingIn`. */
  readonly standing: readonly SceneStanding[];
};

/** Where each of a session's avatars stands: where the scene puts it, or where it stands without. */
export function standingIn(
  { avatars }: Pick<Scene, 'avatars'>,
  cast: readonly Pick<SceneStanding, 'x' | 'scale'>[],
): SceneStanding[] {
  return cast.map(({ x, scale }, i) => avatars[i] ?? { x, bottom: 1, scale });
}

/** Moves or sizes a part by shares of what it lies in. */
export function moved(scene: Scene, part: PartName, way: Way, how: 'move' | 'size'): Scene {
  const { dx, dy, slide, standing } = way;
  const go = (box: SceneBox): SceneBox =>
    how === 'move' ? shifted(box, dx, dy) : sized(box, dx, dy);
  switch (part.kind) {
    case 'avatar': {
      const before = standing[part.index];
      if (!before) return scene;
      const next =
        how === 'move'
          ? { ...before, x: within(before.x + dx, 0, 1), bottom: within(before.bottom + dy, 0.2, 1.5) } // prettier-ignore
          : { ...before, scale: within(before.scale + dx + dy, 0.2, 1.5) };
      // Those before it are written down where they stand; the scene has no places without one.
      const count = Math.max(scene.avatars.length, part.index + 1);
      const all = Array.from({ length: count }, (_, i) => scene.avatars[i] ?? standing[i]!);
      return { ...scene, avatars: all.with(part.index, next) };
    }
    case 'slides':
      return { ...scene, slideBox: go(scene.slideBox) };
    case 'overlay':
      return changed.overlay(scene, part.index, (each) => ({ ...each, box: go(each.box) }));
    case 'region':
      return changed.slide(scene, slide, (each) => ({
        ...each,
        regions: each.regions.map((region, i) => (i === part.index ? { ...region, ...go(region) } : region)), // prettier-ignore
      }));
    default:
      return part satisfies never;
  }
}

export const changed = {
  overlay(scene: Scene, index: number, change: (overlay: SceneOverlay) => SceneOverlay): Scene {
    return {
      ...scene,
      overlays: scene.overlays.map((each, i) => (i === index ? change(each) : each)),
    };
  },
  slide(scene: Scene, index: number, change: (slide: SceneSlide) => SceneSlide): Scene {
    return { ...scene, slides: scene.slides.map((each, i) => (i === index ? change(each) : each)) };
  },
  without(scene: Scene, part: PartName, slide: number): Scene {
    if (part.kind === 'overlay') {
      return { ...scene, overlays: scene.overlays.filter((_, i) => i !== part.index) };
    }
    if (part.kind !== 'region') return scene;
    return changed.slide(scene, slide, (each) => ({
      ...each,
      regions: each.regions.filter((_, i) => i !== part.index),
    }));
  },
  withText(scene: Scene, text: string): Scene {
    const box = { x: 0.06, y: 0.82, width: 0.5, height: 0.14 };
    const look = { size: 0.06, font: 'sans', bold: false, align: 'left', opacity: 1 } as const;
    const colours = { colour: '#ffffff', plate: '#1d2530' };
    const overlay: SceneOverlay = { kind: 'text', layer: 'front', box, text, ...look, ...colours };
    return { ...scene, overlays: [...scene.overlays, overlay] };
  },
  withImage(scene: Scene, asset: SceneAsset): Scene {
    const place = { x: 0.04, y: 0.05, width: 0.22, height: 0.22 };
    const box = fitted(place, asset, scene.canvas);
    const overlay: SceneOverlay = {
      kind: 'image',
      layer: 'front',
      box,
      asset: asset.id,
      opacity: 1,
    };
    return { ...scene, overlays: [...scene.overlays, overlay] };
  },
  withSlide(scene: Scene, asset: AssetId, title: string): Scene {
    return {
      ...scene,
      slides: [...scene.slides, { asset, title: title.slice(0, 120), regions: [] }],
    };
  },
  withRegion(scene: Scene, slide: number): Scene {
    const count = scene.slides[slide]?.regions.length ?? 0;
    const at = 0.1 + 0.08 * (count % 6);
    const region = { x: at, y: at, width: 0.3, height: 0.25, name: '' };
    return changed.slide(scene, slide, (each) => ({ ...each, regions: [...each.regions, region] }));
  },
};

function shifted(box: SceneBox, dx: number, dy: number): SceneBox {
  return {
    ...box,
    x: within(box.x + dx, 0, 1 - box.width),
    y: within(box.y + dy, 0, 1 - box.height),
  };
}

function sized(box: SceneBox, dx: number, dy: number): SceneBox {
  return {
    ...box,
    width: within(box.width + dx, LEAST, 1 - box.x),
    height: within(box.height + dy, LEAST, 1 - box.y),
  };
}

function within(value: number, least: number, most: number): number {
  return Math.round(Math.max(least, Math.min(most, value)) * 10_000) / 10_000;
}
