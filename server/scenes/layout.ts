/** Where a scene's parts lie in a picture of a certain size. Pure. */
import type { SceneAsset, SceneBox, SlideRegion } from '../protocol/scene.ts';
import type { Rect } from './bake.ts';

type Size = { readonly width: number; readonly height: number };

/** A box in pixels: even, within the picture, at least two a side; undefined for one that is empty. */
export function rectOf({ x, y, width, height }: SceneBox, picture: Size): Rect | undefined {
  const left = even(Math.max(0, x) * picture.width);
  const top = even(Math.max(0, y) * picture.height);
  const right = Math.min(picture.width, even((x + width) * picture.width));
  const bottom = Math.min(picture.height, even((y + height) * picture.height));
  if (right - left < 2 || bottom - top < 2) return undefined;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The whole of something of another shape in the middle of a rectangle. */
export function within(rect: Rect, shape: Size): Rect {
  const scale = Math.min(rect.width / shape.width, rect.height / shape.height);
  const width = Math.max(2, Math.min(rect.width, even(shape.width * scale)));
  const height = Math.max(2, Math.min(rect.height, even(shape.height * scale)));
  const x = rect.x + even((rect.width - width) / 2);
  const y = rect.y + even((rect.height - height) / 2);
  return { x, y, width, height };
}

/** A slide's regions in shares of the picture. */
export function regionsIn(
  regions: readonly SlideRegion[],
  slide: Rect,
  picture: Size,
): SlideRegion[] {
  return regions.map(({ x, y, width, height, name }) => ({
    x: (slide.x + x * slide.width) / picture.width,
    y: (slide.y + y * slide.height) / picture.height,
    width: (width * slide.width) / picture.width,
    height: (height * slide.height) / picture.height,
    name,
  }));
}

/** Where a slide of this asset lies; undefined where its box is empty. */
export function slideRect(
  box: SceneBox,
  asset: Pick<SceneAsset, 'width' | 'height'>,
  picture: Size,
): Rect | undefined {
  const rect = rectOf(box, picture);
  return rect && within(rect, asset);
}

function even(value: number): number {
  return Math.round(value / 2) * 2;
}
