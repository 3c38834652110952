/** Bones of a limb and the shapes they are drawn with. Pure; traces into the current path. */
import type { Painter } from '../raster/painter.ts';

/** From (x, y) along the unit vector (ux, uy); rig units. */
export type Bone = { x: number; y: number; ux: number; uy: number; length: number };

export function createBone(): Bone {
  return { x: 0, y: 0, ux: 0, uy: 1, length: 1 };
}

export function setBone(bone: Bone, x0: number, y0: number, x1: number, y1: number): void {
  const length = Math.max(1e-3, Math.hypot(x1 - x0, y1 - y0));
  bone.x = x0;
  bone.y = y0;
  bone.ux = (x1 - x0) / length;
  bone.uy = (y1 - y0) / length;
  bone.length = length;
}

export function disc(ctx: Painter, x: number, y: number, r: number): void {
  ctx.moveTo(x + r, y);
  ctx.arc(x, y, r, 0, Math.PI * 2);
}

/** A tapered bone, wound like `disc` so that their union has no holes. */
export function quad(ctx: Painter, bone: Bone, r0: number, r1: number): void {
  const { x, y, ux, uy, length } = bone;
  const endX = x + ux * length;
  const endY = y + uy * length;
  ctx.moveTo(x + uy * r0, y - ux * r0);
  ctx.lineTo(endX + uy * r1, endY - ux * r1);
  ctx.lineTo(endX - uy * r1, endY + ux * r1);
  ctx.lineTo(x - uy * r0, y + ux * r0);
  ctx.closePath();
}
