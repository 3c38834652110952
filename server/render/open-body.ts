/** Opens the body that a pack names: the one place that knows every kind of body. */
import type { AvatarPack } from '../inference/pack.ts';
import type { Body, BodyPlace } from './body.ts';
import { ClipBody } from './clip/clip-body.ts';
import { ControlNetBody } from './controlnet/controlnet-body.ts';
import { PhotoBody } from './photo/photo-body.ts';
import { DiffusionBody } from './diffusion/diffusion-body.ts';
import { RigBody } from './rig/rig-body.ts';

/** Throws `bad_pack`. */
export function openBody(pack: AvatarPack, place: BodyPlace): Promise<Body> {
  const kind = pack.manifest.body;
  switch (kind) {
    case 'clip':
      return ClipBody.open(pack, place);
    case 'controlnet':
      return ControlNetBody.open(pack, place);
    case 'diffusion':
      return DiffusionBody.open(pack, place);
    case 'rig':
      return Promise.resolve().then(() => RigBody.open(pack, place));
    case 'photo':
      return Promise.resolve().then(() => PhotoBody.open(pack, place));
    default:
      return kind satisfies never;
  }
}
