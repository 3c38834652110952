/** A still picture of any avatar, as galleries show it. Any thread that may be busy for a moment. */
import { ModelShelf } from '../inference/model-shelf.ts';
import type { AvatarPack } from '../inference/pack.ts';
import { IdleMotion } from '../motion/idle.ts';
import { createPose } from '../protocol/pose.ts';
import { openBody } from '../render/open-body.ts';
import { writePng } from '../render/picture/png.ts';
import { skeletonPicture } from './skeleton-picture.ts';
import { straightAlpha } from '../render/picture/still.ts';

/** A pack's own picture; without one it is drawn. */
export const PORTRAIT_FILE = 'preview.png';
const SIDE = 320;
/** A moment of the idle motion with open eyes. */
const SECONDS = 1;

/** PNG, transparent where the avatar is. Throws `bad_pack`. */
export async function drawPortrait(pack: AvatarPack): Promise<Uint8Array> {
  const pose = createPose();
  new IdleMotion(1).update(SECONDS, { voice: 0, stress: 0 }, pose);
  // Its networks are too slow for a gallery: it is shown by what steers them.
  if (pack.manifest.body === 'diffusion') {
    return skeletonPicture(pose, { width: SIDE, height: SIDE });
  }
  const shelf = new ModelShelf();
  try {
    const body = await openBody(pack, { width: SIDE, height: SIDE, shelf });
    const rgba = await body.draw(pose, SECONDS);
    const png = writePng({ width: SIDE, height: SIDE, rgba: straightAlpha(rgba) });
    body.close();
    return png;
  } finally {
    await shelf.close();
  }
}
