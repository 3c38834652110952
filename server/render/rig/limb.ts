/**
 * Arms: two tapered bones whose union is filled as one silhouette, so no line or crack shows at
 * shoulder and elbow; outlines are drawn on top, open where the arm grows out of the torso and
 * broken at the crook of the elbow, where the forearm's edge becomes the fold.
 */
import type { SKRSContext2D } from '@napi-rs/canvas';

import type { Arm } from './figure.ts';
import type { Palette, Style } from './palette.ts';
import type { RigFile } from './rig-schema.ts';

/** Light falls from the viewer's upper left; how far the lit part of a limb moves to it. */
const LIGHT_X = -1;
const LIGHT_Y = -1.2;
const LIGHT = Math.hypot(LIGHT_X, LIGHT_Y);

/** How far the shoulder's outline runs on into the torso's, radians. */
const OVERLAP = 0.32;

type Bone = { x: number; y: number; ux: number; uy: number; length: number };

export class Limbs {
  readonly #data: RigFile['arms'];
  readonly #line: number;
  readonly #upper: Bone = { x: 0, y: 0, ux: 0, uy: 1, length: 1 };
  readonly #lit: Bone = { x: 0, y: 0, ux: 0, uy: 1, length: 1 };
  readonly #fore: Bone = { x: 0, y: 0, ux: 0, uy: 1, length: 1 };
  readonly #styles: Record<'lit' | 'shade' | 'line' | 'fold' | 'cuff' | 'cuffLine' | 'cast', Style>;

  constructor(rig: RigFile, palette: Palette) {
    this.#data = rig.arms;
    this.#line = rig.line;
    this.#styles = {
      lit: palette.style('sleeve'),
      shade: palette.style('sleeveShade'),
      line: palette.style('sleeveLine'),
      fold: palette.style('sleeveLine@0.45'),
      cuff: palette.style('cuff'),
      cuffLine: palette.style('cuffLine'),
      cast: palette.style('shadow@0.22'),
    };
  }

  /** Soft shadow of the arm on what lies under it. */
  drawShadow(ctx: SKRSContext2D, arm: Arm): void {
    const [, r1, r2] = this.#data.radius;
    ctx.globalCompositeOperation = 'source-atop';
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    ctx.strokeStyle = this.#styles.cast;
    ctx.lineWidth = r1 + r2;
    ctx.beginPath();
    ctx.moveTo(arm.shoulderX * 0.6 + arm.elbowX * 0.4, arm.shoulderY * 0.6 + arm.elbowY * 0.4 + 3);
    ctx.lineTo(arm.elbowX, arm.elbowY + 4);
    ctx.lineTo(arm.wristX, arm.wristY + 5);
    ctx.stroke();
    ctx.globalCompositeOperation = 'source-over';
    ctx.lineCap = 'butt';
    ctx.lineJoin = 'miter';
  }

  /** Sleeve and cuff; the hand must be drawn before, so that it comes out of the cuff. */
  draw(ctx: SKRSContext2D, arm: Arm): void {
    setBone(this.#upper, arm.shoulderX, arm.shoulderY, arm.elbowX, arm.elbowY);
    setBone(this.#fore, arm.elbowX, arm.elbowY, arm.wristX, arm.wristY);
    this.#fore.length *= this.#data.sleeve;
    if (this.#data.cuff > 0) this.#drawCuff(ctx);
    this.#fillSleeve(ctx);
    this.#drawLines(ctx, arm.side);
  }

  /**
   * The sleeve in shade, and on it its lit part: narrower and nearer to the light, so that shade
   * is left along the far side. At the shoulder it is as wide as the arm and joins the torso.
   */
  #fillSleeve(ctx: SKRSContext2D): void {
    const up = this.#upper;
    const fore = this.#fore;
    const [r0, r1, r2] = this.#data.radius;
    ctx.fillStyle = this.#styles.shade;
    ctx.beginPath();
    quad(ctx, up, r0, r1);
    disc(ctx, fore.x, fore.y, r1);
    quad(ctx, fore, r1, r2);
    ctx.fill();
    const { x, y, length } = fore;
    setBone(this.#lit, up.x, up.y, x + LIGHT_X, y + LIGHT_Y);
    fore.x += LIGHT_X;
    fore.y += LIGHT_Y;
    fore.length -= LIGHT_X * fore.ux + LIGHT_Y * fore.uy;
    ctx.fillStyle = this.#styles.lit;
    ctx.beginPath();
    // A little over the edge: no seam shows on the torso, the outline covers the rest.
    disc(ctx, up.x, up.y, r0 + 0.4);
    quad(ctx, this.#lit, r0, r1 - LIGHT);
    disc(ctx, fore.x, fore.y, r1 - LIGHT);
    quad(ctx, fore, r1 - LIGHT, r2 - LIGHT);
    ctx.fill();
    fore.x = x;
    fore.y = y;
    fore.length = length;
  }

  #drawCuff(ctx: SKRSContext2D): void {
    const { x, y, ux, uy, length } = this.#fore;
    const { cuff, cuffRadius: r } = this.#data;
    const from = length - 3;
    const to = length + cuff;
    ctx.beginPath();
    ctx.moveTo(x + ux * from - uy * r, y + uy * from + ux * r);
    ctx.lineTo(x + ux * to - uy * r, y + uy * to + ux * r);
    ctx.quadraticCurveTo(
      x + ux * (to + 1.8),
      y + uy * (to + 1.8),
      x + ux * to + uy * r,
      y + uy * to - ux * r,
    );
    ctx.lineTo(x + ux * from + uy * r, y + uy * from - ux * r);
    ctx.closePath();
    ctx.fillStyle = this.#styles.cuff;
    ctx.fill();
    ctx.strokeStyle = this.#styles.cuffLine;
    ctx.lineWidth = this.#line * 0.9;
    ctx.stroke();
  }

  #drawLines(ctx: SKRSContext2D, side: 1 | -1): void {
    const up = this.#upper;
    const fore = this.#fore;
    const [, r1, r2] = this.#data.radius;
    // The side that continues the shoulder's top line: +1 or -1 times the normal (-uy, ux).
    const top = -side as 1 | -1;
    // The crook lies on the side the forearm bends to.
    const turn = up.ux * fore.uy - up.uy * fore.ux;
    const crook = turn >= 0 ? 1 : -1;
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    ctx.strokeStyle = this.#styles.line;
    ctx.lineWidth = this.#line;
    ctx.beginPath();
    for (const edge of [1, -1] as const) {
      this.#startUpper(ctx, edge, side, edge === top);
      if (edge === crook) this.#crookSide(ctx, edge);
      else this.#outerSide(ctx, edge);
    }
    this.#sleeveEnd(ctx, r2);
    ctx.stroke();
    this.#drawFolds(ctx, crook, Math.min(1, Math.abs(turn)), r1);
    ctx.lineCap = 'butt';
    ctx.lineJoin = 'miter';
  }

  /** Begins an edge of the upper arm: over the shoulder's cap, or out of the armpit. */
  #startUpper(ctx: SKRSContext2D, edge: 1 | -1, side: 1 | -1, isTop: boolean): void {
    const up = this.#upper;
    const r0 = this.#data.radius[0];
    const nx = -up.uy * edge;
    const ny = up.ux * edge;
    if (isTop) {
      const from = Math.atan2(ny, nx);
      const lateral = nx * side;
      if (lateral > 0) {
        const start = -Math.PI / 2 - OVERLAP * side;
        ctx.moveTo(up.x + Math.cos(start) * r0, up.y + Math.sin(start) * r0);
        ctx.arc(up.x, up.y, r0, start, from, side < 0);
      } else {
        // An arm above the shoulder: its upper edge comes out behind the trapezius.
        const start = -lateral * r0 * 1.2;
        ctx.moveTo(up.x + nx * r0 + up.ux * start, up.y + ny * r0 + up.uy * start);
      }
      return;
    }
    const start = Math.min(up.length * 0.5, 9 + 17 * Math.max(0, up.uy));
    const r = r0 + ((this.#data.radius[1] - r0) * start) / up.length;
    ctx.moveTo(up.x + up.ux * start + nx * r, up.y + up.uy * start + ny * r);
  }

  #outerSide(ctx: SKRSContext2D, edge: 1 | -1): void {
    const up = this.#upper;
    const fore = this.#fore;
    const [, r1, r2] = this.#data.radius;
    const from = Math.atan2(up.ux * edge, -up.uy * edge);
    const to = Math.atan2(fore.ux * edge, -fore.uy * edge);
    ctx.lineTo(fore.x - up.uy * edge * r1, fore.y + up.ux * edge * r1);
    ctx.arc(fore.x, fore.y, r1, from, to, edge > 0);
    const endX = fore.x + fore.ux * fore.length;
    const endY = fore.y + fore.uy * fore.length;
    ctx.lineTo(endX - fore.uy * edge * r2, endY + fore.ux * edge * r2);
  }

  #crookSide(ctx: SKRSContext2D, edge: 1 | -1): void {
    const up = this.#upper;
    const fore = this.#fore;
    const [r0, r1, r2] = this.#data.radius;
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

  #sleeveEnd(ctx: SKRSContext2D, r2: number): void {
    const { x, y, ux, uy, length } = this.#fore;
    const endX = x + ux * length;
    const endY = y + uy * length;
    ctx.moveTo(endX - uy * r2, endY + ux * r2);
    ctx.lineTo(endX + uy * r2, endY - ux * r2);
  }

  /** Creases that fan out of the crook as the elbow bends. */
  #drawFolds(ctx: SKRSContext2D, crook: 1 | -1, bend: number, r1: number): void {
    if (bend < 0.08) return;
    const up = this.#upper;
    const fore = this.#fore;
    const x = fore.x - (up.uy + fore.uy) * 0.5 * crook * r1;
    const y = fore.y + (up.ux + fore.ux) * 0.5 * crook * r1;
    ctx.strokeStyle = this.#styles.fold;
    ctx.lineWidth = this.#line * 0.8;
    ctx.globalAlpha = bend;
    ctx.beginPath();
    ctx.moveTo(x - up.ux * 3, y - up.uy * 3);
    ctx.quadraticCurveTo(
      x + up.uy * crook * r1 * 0.5 - up.ux * 4,
      y - up.ux * crook * r1 * 0.5 - up.uy * 4,
      x + up.uy * crook * r1 * 0.9 - up.ux * 1,
      y - up.ux * crook * r1 * 0.9 - up.uy * 1,
    );
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

function setBone(bone: Bone, x0: number, y0: number, x1: number, y1: number): void {
  const length = Math.max(1e-3, Math.hypot(x1 - x0, y1 - y0));
  bone.x = x0;
  bone.y = y0;
  bone.ux = (x1 - x0) / length;
  bone.uy = (y1 - y0) / length;
  bone.length = length;
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

function disc(ctx: SKRSContext2D, x: number, y: number, r: number): void {
  ctx.moveTo(x + r, y);
  ctx.arc(x, y, r, 0, Math.PI * 2);
}

/** A tapered bone, wound like `disc` so that their union has no holes. */
function quad(ctx: SKRSContext2D, bone: Bone, r0: number, r1: number): void {
  const { x, y, ux, uy, length } = bone;
  const endX = x + ux * length;
  const endY = y + uy * length;
  ctx.moveTo(x + uy * r0, y - ux * r0);
  ctx.lineTo(endX + uy * r1, endY - ux * r1);
  ctx.lineTo(endX - uy * r1, endY + ux * r1);
  ctx.lineTo(x - uy * r0, y + ux * r0);
  ctx.closePath();
}
