/** One still picture of a rig as PNG, for galleries. */
import { createCanvas } from '@napi-rs/canvas';
import type { AvatarPack } from '../../inference/pack.ts';
import type { Pose } from '../../protocol/pose.ts';
import { RigBody } from './rig-body.ts';

/** Transparent background. Throws `bad_pack` when the rig is not what it should be. */
export async function drawPicture(
  pack: AvatarPack,
  pose: Pose,
  size: { readonly width: number; readonly height: number },
): Promise<Uint8Array> {
  const body = RigBody.open(pack, size);
  const rgba = body.draw(pose, 0);
  const canvas = createCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(size.width, size.height);
  image.data.set(straight(rgba));
  context.putImageData(image, 0, 0);
  body.close();
  return canvas.encode('png');
}

/** Premultiplied to straight alpha. */
function straight(rgba: Uint8Array): Uint8ClampedArray {
  const out = new Uint8ClampedArray(rgba.length);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    for (let c = 0; c < 3; c += 1) out[i + c] = alpha === 0 ? 0 : (rgba[i + c]! * 255) / alpha;
    out[i + 3] = alpha;
  }
  return out;
}
