/** Opens the body that a pack names: the one place that knows every kind of body. */
import type { AvatarPack } from '../inference/pack.ts';
import type { Body } from './body.ts';
import { RigBody } from './rig/rig-body.ts';

export function openBody(
  pack: AvatarPack,
  size: { readonly width: number; readonly height: number },
): Body {
  const kind = pack.manifest.body;
  switch (kind) {
    case 'rig':
      return RigBody.open(pack, size);
    default:
      return kind satisfies never;
  }
}
