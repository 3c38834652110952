/** A painted face for tests: real face points, and colours that say which part a pixel belongs to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EYES, INNER_MOUTH } from '../../server/render/photo/landmarks.ts';
import type { Photo } from '../../server/render/photo/photo-file.ts';
import type { Still } from '../../server/render/picture/still.ts';

export const PHOTO_SIDE = 256;

const file = readFileSync(join(import.meta.dirname, '../fixtures/face-points.json'), 'utf8');
export const FACE = (JSON.parse(file) as { readonly points: number[] }).points;

/** The face of the portrait, enlarged to fill most of the picture. */
export const POINTS = FACE.map((value, i) =>
  i % 3 === 0
    ? (value - 0.4385) * 2.6 + 0.5
    : i % 3 === 1
      ? (value - 0.24) * 2.6 + 0.45
      : value * 2.6,
);

export const SKIN = [200, 160, 140] as const;
export const TEETH = [240, 240, 235] as const;
export const IRIS = [20, 40, 90] as const;

export type Rgb = readonly [number, number, number];

/** Skin with a fine ramp to tell places apart, a bright mouth, dark eyes; `mask` of an oval person. */
export function paintedFace(): { readonly photo: Still; readonly mask: Uint8Array } {
  const side = PHOTO_SIDE;
  const rgba = new Uint8Array(side * side * 4);
  const mask = new Uint8Array(side * side);
  const mouth = INNER_MOUTH.map(pointOf);
  const eyes = Object.values(EYES).map((eye) =>
    [...eye.upper, ...eye.lower.slice(1, -1).reverse()].map(pointOf),
  );
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const at = y * side + x;
      const inside = ((x - 128) / 80) ** 2 + ((y - 120) / 105) ** 2 < 1 || y > 215;
      mask[at] = inside ? 255 : 0;
      const skin = SKIN.map((value) => value + (x % 32) / 4 + (y % 32) / 4);
      const colour = !inside
        ? [40 + x / 4, 90, 200 - y / 4]
        : within(mouth, x + 0.5, y + 0.5)
          ? TEETH
          : eyes.some((eye) => within(eye, x + 0.5, y + 0.5))
            ? IRIS
            : skin;
      rgba.set([...colour, 255], at * 4);
    }
  }
  return { photo: { width: side, height: side, rgba }, mask };
}

export function photoOf(picture: Still, behind?: Still): Photo {
  const view = { x: 0, y: 0, width: 1, height: 1 };
  const file = { format: 'posecast-photo', version: 1, background: 'kept' } as const;
  return { ...file, points: POINTS, view, picture, behind };
}

export function pixel(rgba: Uint8Array, x: number, y: number): Rgb {
  const at = (Math.round(y) * PHOTO_SIDE + Math.round(x)) * 4;
  return [rgba[at]!, rgba[at + 1]!, rgba[at + 2]!];
}

/** Where a landmark lies, in pixels. */
export function pointOf(landmark: number): readonly [number, number] {
  return [POINTS[landmark * 3]! * PHOTO_SIDE, POINTS[landmark * 3 + 1]! * PHOTO_SIDE];
}

function within(outline: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}
