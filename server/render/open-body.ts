/**
 * Opens the body that a pack names: the one place that knows every kind of body. A kind is loaded
 * when the first of it is opened: a thread that draws hosts needs no networks, and starts sooner.
 */
import type { AvatarPack } from '../inference/pack.ts';
import type { Body, BodyPlace } from './body.ts';

/** Throws `bad_pack`. */
export async function openBody(pack: AvatarPack, place: BodyPlace): Promise<Body> {
  const kind = pack.manifest.body;
  switch (kind) {
    case 'clip':
      return (await import('./clip/clip-body.ts')).ClipBody.open(pack, place);
    case 'controlnet':
      return (await import('./controlnet/controlnet-body.ts')).ControlNetBody.open(pack, place);
    case 'diffusion':
      return (await import('./diffusion/diffusion-body.ts')).DiffusionBody.open(pack, place);
    case 'rig':
      return (await import('./rig/rig-body.ts')).RigBody.open(pack, place);
    case 'photo':
      return (await import('./photo/photo-body.ts')).PhotoBody.open(pack, place);
    default:
      return kind satisfies never;
  }
}
