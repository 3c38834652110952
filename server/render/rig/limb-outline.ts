/**
 * Outlines of an arm: open where it grows out of the torso, broken at the crook of the elbow, where
 * the forearm's edge becomes the fold. Pure; traces into the current path.
 */
import type { Painter } from '../raster/painter.ts';

import type { Bone } from './bone.ts';

export type Limb = {
  /** +1 the avatar's left, -1 its right. */
  side: 1 | -1;
  readonly upper: Bone;
  readonly fore: Bone;
  /** At shoulder, elbow and sleeve end. */
  readonly radius: readonly [number, number, number];
};

/** Which side of the bones (times the normal (-uy, ux)) the forearm bends to, and how far (0..1). */
export function crookOf(limb: Limb): { edge: 1 | -1; bend: number } {
  const { upper: up, fore } = limb;
  const turn = up.ux * fore.uy - up.uy * fore.ux;
  return { edge: turn >= 0 ? 1 : -1, bend: Math.min(1, Math.abs(turn)) };
}

export function traceOutline(ctx: Painter, limb: Limb, crook: 1 | -1): void {
  for (const edge of EDGES) {
    if (edge === -limb.side) startAtShoulder(ctx, limb, edge);
    else startAtArmpit(ctx, limb, edge);
    if (edge === crook) traceCrookSide(ctx, limb, edge);
    else traceOuterSide(ctx, limb, edge);
  }
  traceSleeveEnd(ctx, limb);
}

/** Creases that fan out of the crook. */
export function traceFold(ctx: Painter, limb: Limb, crook: 1 | -1): void {
  const { upper: up, fore } = limb;
  const r = limb.radius[1];
  const x = fore.x - (up.uy + fore.uy) * 0.5 * crook * r;
  const y = fore.y + (up.ux + fore.ux) * 0.5 * crook * r;
  ctx.moveTo(x - up.ux * 3, y - up.uy * 3);
  ctx.quadraticCurveTo(
    x + up.uy * crook * r * 0.5 - up.ux * 4,
    y - up.ux * crook * r * 0.5 - up.uy * 4,
    x + up.uy * crook * r * 0.9 - up.ux,
    y - up.ux * crook * r * 0.9 - up.uy,
  );
}

const EDGES = [1, -1] as const;

/** The upper edge: over the shoulder's cap, continuing the torso's shoulder line. */
function startAtShoulder(ctx: Painter, limb: Limb, edge: 1 | -1): void {
  const { upper: up, side } = limb;
  const r = limb.radius[0];
  const nx = -up.uy * edge;
  const ny = up.ux * edge;
  const lateral = nx * side;
  if (lateral > 0) {
    ctx.moveTo(up.x - side * 5, up.y - r - 0.8);
    ctx.arc(up.x, up.y, r, -Math.PI / 2, Math.atan2(ny, nx), side < 0);
    return;
  }
  // An arm above the shoulder: its upper edge comes out behind the trapezius.
  const start = -lateral * r * 1.2;
  ctx.moveTo(up.x + nx * r + up.ux * start, up.y + ny * r + up.uy * start);
}

function startAtArmpit(ctx: Painter, limb: Limb, edge: 1 | -1): void {
  const { upper: up } = limb;
  const [r0, r1] = limb.radius;
  const start = Math.min(up.length * 0.5, 9 + 17 * Math.max(0, up.uy));
  const r = (r0 + ((r1 - r0) * start) / up.length) * edge;
  ctx.moveTo(up.x + up.ux * start - up.uy * r, up.y + up.uy * start + up.ux * r);
}

function traceOuterSide(ctx: Painter, limb: Limb, edge: 1 | -1): void {
  const { upper: up, fore } = limb;
  const [, r1, r2] = limb.radius;
  const from = Math.atan2(up.ux * edge, -up.uy * edge);
  const to = Math.atan2(fore.ux * edge, -fore.uy * edge);
  ctx.lineTo(fore.x - up.uy * edge * r1, fore.y + up.ux * edge * r1);
  ctx.arc(fore.x, fore.y, r1, from, to, edge > 0);
  const endX = fore.x + fore.ux * fore.length;
  const endY = fore.y + fore.uy * fore.length;
  ctx.lineTo(endX - fore.uy * edge * r2, endY + fore.ux * edge * r2);
}

function traceCrookSide(ctx: Painter, limb: Limb, edge: 1 | -1): void {
  const { upper: up, fore } = limb;
  const [r0, r1, r2] = limb.radius;
  const ax = up.x - up.uy * edge * r0;
  const ay = up.y + up.ux * edge * r0;
  const bx = fore.x - up.uy * edge * r1;
  const by = fore.y + up.ux * edge * r1;
  const cx = fore.x - fore.uy * edge * r1;
  const cy = fore.y + fore.ux * edge * r1;
  const dx = fore.x + fore.ux * fore.length - fore.uy * edge * r2;
  const dy = fore.y + fore.uy * fore.length + fore.ux * edge * r2;
  const t = crossing(ax, ay, bx, by, cx, cy, dx, dy);
  ctx.lineTo(ax + (bx - ax) * t, ay + (by - ay) * t);
  // The forearm's edge starts a little inside the arm: the fold.
  ctx.moveTo(cx, cy);
  ctx.lineTo(dx, dy);
}

function traceSleeveEnd(ctx: Painter, limb: Limb): void {
  const { x, y, ux, uy, length } = limb.fore;
  const r = limb.radius[2];
  const endX = x + ux * length;
  const endY = y + uy * length;
  ctx.moveTo(endX - uy * r, endY + ux * r);
  ctx.lineTo(endX + uy * r, endY - ux * r);
}

/** Where segment a-b meets c-d as a share of a-b; 1 when they don't. */
function crossing(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): number {
  const det = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
  if (Math.abs(det) < 1e-6) return 1;
  const t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / det;
  const s = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / det;
  return t > 0 && t < 1 && s > 0 && s < 1 ? t : 1;
}
