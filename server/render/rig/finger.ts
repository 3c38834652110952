/** Outlines of fingers and their bones, traced into the current path. Pure; no allocation. */
import type { Painter } from '../raster/painter.ts';

/** Sharper bends than this (cosine) fold an outline over itself. */
const SHARP = 0.35;

/**
 * One outline around the four points at `from` (index of x), tapering from `base` to `tip`, open
 * at the root. Returns false, and traces nothing, when a joint bends too sharply for one outline.
 */
export function traceFinger(
  ctx: Painter,
  p: Float32Array,
  from: number,
  base: number,
  tip: number,
): boolean {
  if (bendAt(p, from + 2) < SHARP || bendAt(p, from + 4) < SHARP) return false;
  side(ctx, p, from, base, tip, 1);
  const angle = Math.atan2(p[from + 7]! - p[from + 5]!, p[from + 6]! - p[from + 4]!);
  ctx.arc(p[from + 6]!, p[from + 7]!, tip, angle - Math.PI / 2, angle + Math.PI / 2);
  side(ctx, p, from, base, tip, -1);
  return true;
}

/** A tapered bone with round ends between two points of `p`. */
export function bone(
  ctx: Painter,
  p: Float32Array,
  from: number,
  to: number,
  r0: number,
  r1: number,
): void {
  const x0 = p[from]!;
  const y0 = p[from + 1]!;
  const x1 = p[to]!;
  const y1 = p[to + 1]!;
  const length = Math.max(1e-3, Math.hypot(x1 - x0, y1 - y0));
  const nx = (y1 - y0) / length;
  const ny = -(x1 - x0) / length;
  const angle = Math.atan2(y1 - y0, x1 - x0);
  ctx.moveTo(x0 + nx * r0, y0 + ny * r0);
  ctx.lineTo(x1 + nx * r1, y1 + ny * r1);
  ctx.arc(x1, y1, r1, angle - Math.PI / 2, angle + Math.PI / 2);
  ctx.lineTo(x0 - nx * r0, y0 - ny * r0);
  ctx.arc(x0, y0, r0, angle + Math.PI / 2, angle + Math.PI * 1.5);
}

/** Cosine of the bend at a joint. */
function bendAt(p: Float32Array, at: number): number {
  const ax = p[at]! - p[at - 2]!;
  const ay = p[at + 1]! - p[at - 1]!;
  const bx = p[at + 2]! - p[at]!;
  const by = p[at + 3]! - p[at + 1]!;
  return (ax * bx + ay * by) / Math.max(1e-6, Math.hypot(ax, ay) * Math.hypot(bx, by));
}

/** The edge on the finger's left (+1), root to tip, or right (-1), tip to root. */
function side(
  ctx: Painter,
  p: Float32Array,
  from: number,
  base: number,
  tip: number,
  edge: 1 | -1,
): void {
  for (let step = 0; step < 4; step += 1) {
    const joint = edge > 0 ? step : 3 - step;
    const at = from + joint * 2;
    const before = Math.max(from, at - 2);
    const after = Math.min(from + 6, at + 2);
    const dx = p[after]! - p[before]!;
    const dy = p[after + 1]! - p[before + 1]!;
    const r = ((base + ((tip - base) * joint) / 3) * edge) / Math.max(1e-3, Math.hypot(dx, dy));
    if (edge > 0 && step === 0) ctx.moveTo(p[at]! + dy * r, p[at + 1]! - dx * r);
    else ctx.lineTo(p[at]! + dy * r, p[at + 1]! - dx * r);
  }
}
