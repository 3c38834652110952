/** A pose's skeleton map as a PNG with transparent background, for lists. */
import type { Pose } from '../protocol/pose.ts';
import { writePng } from '../render/picture/png.ts';
import { SkeletonMap } from '../render/skeleton/skeleton-map.ts';

export function skeletonPicture(
  pose: Pose,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const rgb = new SkeletonMap(width, height).draw(pose);
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i += 1) {
    const colour = rgb.subarray(i * 3, i * 3 + 3);
    rgba.set(colour, i * 4);
    rgba[i * 4 + 3] = Math.max(...colour) > 0 ? 255 : 0;
  }
  return writePng({ width, height, rgba });
}
