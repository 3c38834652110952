/**
 * Arms: two tapered bones whose union is filled as one silhouette, so no line or crack shows at
 * shoulder and elbow; outlines are drawn on top.
 */
import type { Painter } from '../raster/painter.ts';

import { createBone, disc, quad, setBone, type Bone } from './bone.ts';
import type { Arm } from './figure.ts';
import { crookOf, traceFold, traceOutline, type Limb } from './limb-outline.ts';
import type { Palette, Style } from './palette.ts';
import type { RigFile } from './rig-schema.ts';

/** Light falls from the viewer's upper left; how far the lit part of a limb moves to it. */
const LIGHT_X = -1;
const LIGHT_Y = -1.2;
const LIGHT = Math.hypot(LIGHT_X, LIGHT_Y);

export class Limbs {
  readonly #data: RigFile['arms'];
  readonly #line: number;
  readonly #upper: Bone = createBone();
  readonly #fore: Bone = createBone();
  readonly #lit: Bone = createBone();
  readonly #limb: Limb;
  readonly #styles: Record<'lit' | 'shade' | 'line' | 'fold' | 'cuff' | 'cuffLine' | 'cast', Style>;

  constructor(rig: RigFile, palette: Palette) {
    this.#data = rig.arms;
    this.#line = rig.line;
    this.#limb = { side: 1, upper: this.#upper, fore: this.#fore, radius: rig.arms.radius };
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
  drawShadow(ctx: Painter, arm: Arm): void {
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
  draw(ctx: Painter, arm: Arm): void {
    setBone(this.#upper, arm.shoulderX, arm.shoulderY, arm.elbowX, arm.elbowY);
    setBone(this.#fore, arm.elbowX, arm.elbowY, arm.wristX, arm.wristY);
    this.#fore.length *= this.#data.sleeve;
    if (this.#data.cuff > 0) this.#drawCuff(ctx);
    this.#fillSleeve(ctx);
    this.#limb.side = arm.side;
    this.#drawLines(ctx);
  }

  /**
   * The sleeve in shade, and on it its lit part: narrower and nearer to the light, so that shade
   * is left along the far side. At the shoulder it is as wide as the arm and joins the torso.
   */
  #fillSleeve(ctx: Painter): void {
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

  #drawCuff(ctx: Painter): void {
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

  #drawLines(ctx: Painter): void {
    const { edge, bend } = crookOf(this.#limb);
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    ctx.strokeStyle = this.#styles.line;
    ctx.lineWidth = this.#line;
    ctx.beginPath();
    traceOutline(ctx, this.#limb, edge);
    ctx.stroke();
    if (bend > 0.08) {
      ctx.strokeStyle = this.#styles.fold;
      ctx.lineWidth = this.#line * 0.8;
      ctx.globalAlpha = bend;
      ctx.beginPath();
      traceFold(ctx, this.#limb, edge);
      ctx.stroke();
      ctx.globalAlpha = 1;
    }
    ctx.lineCap = 'butt';
    ctx.lineJoin = 'miter';
  }
}
