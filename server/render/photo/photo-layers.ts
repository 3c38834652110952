/**
 * A photo on the stream's own pixels, in two layers: the person, premultiplied, and what lies behind,
 * which goes on, blurred, where the photo ends. Pure.
 */
import { resample, type Rectangle, type Size, type Still } from '../picture/still.ts';
import { fillUnknown } from './matte.ts';
import type { Photo } from './photo-file.ts';

/** Where the photo lies on the picture: picture = photo * scale + offset, in pixels. */
export type Placement = { readonly scale: number; readonly x: number; readonly y: number };

export type Layers = {
  /** RGBA, premultiplied, of the picture's size. */
  readonly person: Uint8Array;
  /** The same; clear where the background is cut. */
  readonly behind: Uint8Array;
  /** Whether the two are apart: else the person layer is the whole photo. */
  readonly apart: boolean;
};

/** What goes on beyond the photo is so much coarser than the picture. */
const COARSE = 16;

/** The view fits into the picture, standing on its lower edge. */
export function placePhoto({ view, picture }: Photo, { width, height }: Size): Placement {
  const [w, h] = [view.width * picture.width, view.height * picture.height];
  const scale = Math.min(width / w, height / h);
  const centre = (view.x + view.width / 2) * picture.width;
  const bottom = (view.y + view.height) * picture.height;
  return { scale, x: width / 2 - centre * scale, y: height - bottom * scale };
}

export function photoLayers(photo: Photo, place: Placement, size: Size): Layers {
  const part = {
    ...{ x: -place.x / place.scale, y: -place.y / place.scale },
    ...{ width: size.width / place.scale, height: size.height / place.scale },
  };
  const inside = insidePhoto(photo.picture, place, size);
  const person = resample(photo.picture, part, size).rgba;
  premultiply(person, inside);
  if (photo.background === 'cut') {
    return { person, behind: new Uint8Array(person.length), apart: true };
  }
  const behind = resample(photo.behind ?? photo.picture, part, size).rgba;
  if (inside.includes(0))
    goOn(behind, inside, { part, size, still: photo.behind ?? photo.picture });
  return { person, behind, apart: photo.behind !== undefined };
}

/** 1 where the photo is, 0 beyond it. */
function insidePhoto(picture: Size, place: Placement, { width, height }: Size): Uint8Array {
  const inside = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const row = (y + 0.5 - place.y) / place.scale;
    if (row < 0 || row > picture.height) continue;
    for (let x = 0; x < width; x += 1) {
      const column = (x + 0.5 - place.x) / place.scale;
      if (column >= 0 && column <= picture.width) inside[y * width + x] = 1;
    }
  }
  return inside;
}

function premultiply(rgba: Uint8Array, inside: Uint8Array): void {
  for (let i = 0; i < inside.length; i += 1) {
    const alpha = rgba[i * 4 + 3]! * inside[i]!;
    if (alpha === 255) continue;
    for (let c = 0; c < 3; c += 1) rgba[i * 4 + c] = Math.round((rgba[i * 4 + c]! * alpha) / 255);
    rgba[i * 4 + 3] = alpha;
  }
}

/** Beyond its edges the photo becomes what a very short-sighted eye would see there. */
function goOn(
  rgba: Uint8Array,
  inside: Uint8Array,
  { part, size, still }: { readonly part: Rectangle; readonly size: Size; readonly still: Still },
): void {
  const small = {
    width: Math.ceil(size.width / COARSE),
    height: Math.ceil(size.height / COARSE),
  };
  const coarse = resample(still, part, small);
  const known = Float32Array.from({ length: small.width * small.height }, (_, i) => {
    const x = Math.min(size.width - 1, ((i % small.width) + 0.5) * COARSE);
    const y = Math.min(size.height - 1, (Math.floor(i / small.width) + 0.5) * COARSE);
    return inside[Math.floor(y) * size.width + Math.floor(x)]!;
  });
  const planes = [0, 1, 2].map((c) => Float32Array.from(known, (_, i) => coarse.rgba[i * 4 + c]!));
  fillUnknown(planes, known, small);
  planes.forEach((plane, c) => plane.forEach((value, i) => (coarse.rgba[i * 4 + c] = value)));
  const wide = resample(coarse, { x: 0, y: 0, ...small }, size).rgba;
  for (let i = 0; i < inside.length; i += 1) {
    if (inside[i] === 0) rgba.set(wide.subarray(i * 4, i * 4 + 4), i * 4);
  }
}
