/**
 * Hands from 21 points: a palm and five tapered fingers. Each finger is stroked, then filled, so
 * fingers that overlap keep their outlines; the palm covers the fingers' roots, or, when the palm
 * is towards the viewer, folded fingers lie on it.
 */
import type { Painter } from '../raster/painter.ts';

import type { Arm } from './figure.ts';
import { bone, traceFinger } from './finger.ts';
import { placeHand, type HandFacing } from './hand-points.ts';
import type { Palette, Style } from './palette.ts';
import type { RigFile } from './rig-schema.ts';

/** Finger thickness against the rig's, thumb to little finger. */
const THICKNESS = [1.12, 1, 1.03, 0.98, 0.86] as const;

export class Hands {
  readonly #length: number;
  readonly #radius: readonly [number, number];
  readonly #line: number;
  readonly #skin: Style;
  readonly #outline: Style;
  readonly #crease: Style;
  readonly #nail: Style;
  readonly #points = new Float32Array(42);
  readonly #root = new Float32Array(4);
  readonly #facing: HandFacing = { back: 1 };

  constructor(rig: RigFile, palette: Palette) {
    this.#length = rig.hands.length;
    this.#radius = rig.hands.fingers;
    this.#line = rig.line;
    this.#skin = palette.style('handSkin');
    this.#outline = palette.style('skinLine');
    this.#crease = palette.style('skinLine@0.4');
    this.#nail = palette.style('nail');
  }

  draw(ctx: Painter, hand: Float32Array, arm: Arm): void {
    placeHand(hand, arm, this.#length, this.#points, this.#facing);
    const back = this.#facing.back > 0;
    ctx.lineJoin = 'round';
    ctx.lineCap = 'round';
    ctx.strokeStyle = this.#outline;
    for (let finger = 4; finger >= 0; finger -= 1) {
      if (back || !this.#folded(finger)) this.#drawFinger(ctx, finger);
    }
    this.#drawPalm(ctx);
    for (let finger = 4; finger >= 0 && !back; finger -= 1) {
      if (this.#folded(finger)) this.#drawFinger(ctx, finger);
    }
    if (back) this.#drawNails(ctx);
    else this.#drawCrease(ctx);
    ctx.lineJoin = 'miter';
    ctx.lineCap = 'butt';
  }

  /** The tip comes back over the palm. */
  #folded(finger: number): boolean {
    const p = this.#points;
    const knuckle = (finger * 4 + 1) * 2;
    const tip = (finger * 4 + 4) * 2;
    const dx = p[knuckle]! - p[0]!;
    const dy = p[knuckle + 1]! - p[1]!;
    return (p[tip]! - p[knuckle]!) * dx + (p[tip + 1]! - p[knuckle + 1]!) * dy < 0;
  }

  #drawFinger(ctx: Painter, finger: number): void {
    const scale = THICKNESS[finger as 0 | 1 | 2 | 3 | 4];
    const base = this.#radius[0] * scale;
    const tip = this.#radius[1] * scale;
    ctx.beginPath();
    if (!traceFinger(ctx, this.#points, (finger * 4 + 1) * 2, base, tip)) {
      for (let i = 0; i < 3; i += 1) {
        const from = (finger * 4 + 1 + i) * 2;
        const step = (tip - base) / 3;
        bone(ctx, this.#points, from, from + 2, base + step * i, base + step * (i + 1));
      }
    }
    ctx.lineWidth = this.#line * 1.8;
    ctx.stroke();
    ctx.fillStyle = this.#skin;
    ctx.fill();
  }

  #drawPalm(ctx: Painter): void {
    this.#tracePalm(ctx);
    ctx.lineWidth = this.#line * 1.8;
    ctx.stroke();
    // Fill again with the roots of the fingers, which hides their outlines on the palm.
    const p = this.#points;
    const r = this.#radius[0];
    ctx.fillStyle = this.#skin;
    ctx.fill();
    ctx.beginPath();
    for (let finger = 0; finger < 5; finger += 1) {
      const k = (finger * 4 + 1) * 2;
      const scale = r * THICKNESS[finger as 0 | 1 | 2 | 3 | 4] + this.#line * 0.3;
      const reach = finger === 0 ? 0.6 : 0.3;
      this.#root[0] = p[k]!;
      this.#root[1] = p[k + 1]!;
      this.#root[2] = p[k]! + (p[k + 2]! - p[k]!) * reach;
      this.#root[3] = p[k + 1]! + (p[k + 3]! - p[k + 1]!) * reach;
      // The thumb's root lies at the wrist's edge, whose outline must stay.
      const root = finger === 0 ? scale * 0.7 : scale;
      if (finger === 0 || !this.#folded(finger)) bone(ctx, this.#root, 0, 2, root, scale * 0.9);
    }
    ctx.fill();
  }

  /** Wrist, thumb's root, knuckles, heel of the hand; the wrist stays open under the sleeve. */
  #tracePalm(ctx: Painter): void {
    const p = this.#points;
    const w = this.#radius[0] * 1.75;
    const ax = p[34]! - p[10]!;
    const ay = p[35]! - p[11]!;
    const across = Math.max(1e-3, Math.hypot(ax, ay));
    const nx = ax / across;
    const ny = ay / across;
    const backX = (p[0]! - p[18]!) * 0.35;
    const backY = (p[1]! - p[19]!) * 0.35;
    const r = this.#radius[0];
    ctx.beginPath();
    ctx.moveTo(p[0]! - nx * w + backX, p[1]! - ny * w + backY);
    ctx.quadraticCurveTo(
      p[0]! - nx * w,
      p[1]! - ny * w,
      p[2]! - nx * r * 0.9,
      p[3]! - ny * r * 0.9,
    );
    ctx.lineTo(p[10]! - nx * r, p[11]! - ny * r);
    ctx.lineTo(p[18]!, p[19]!);
    ctx.lineTo(p[34]! + nx * r * 0.86, p[35]! + ny * r * 0.86);
    ctx.quadraticCurveTo(
      (p[34]! + p[0]!) / 2 + nx * w * 1.05,
      (p[35]! + p[1]!) / 2 + ny * w * 1.05,
      p[0]! + nx * w,
      p[1]! + ny * w,
    );
    ctx.lineTo(p[0]! + nx * w + backX, p[1]! + ny * w + backY);
    ctx.closePath();
  }

  #drawNails(ctx: Painter): void {
    const p = this.#points;
    const r = this.#radius[1];
    ctx.beginPath();
    for (let finger = 0; finger < 5; finger += 1) {
      if (this.#folded(finger)) continue;
      const tip = (finger * 4 + 4) * 2;
      const angle = Math.atan2(p[tip + 1]! - p[tip - 1]!, p[tip]! - p[tip - 2]!);
      const x = p[tip]! + Math.cos(angle) * r * 0.3;
      const y = p[tip + 1]! + Math.sin(angle) * r * 0.3;
      ctx.moveTo(x + Math.cos(angle) * r * 0.62, y + Math.sin(angle) * r * 0.62);
      ctx.ellipse(x, y, r * 0.62, r * 0.5, angle, 0, Math.PI * 2);
    }
    ctx.fillStyle = this.#nail;
    ctx.fill();
  }

  /** The line around the ball of the thumb. */
  #drawCrease(ctx: Painter): void {
    const p = this.#points;
    ctx.strokeStyle = this.#crease;
    ctx.lineWidth = this.#line * 0.7;
    ctx.beginPath();
    ctx.moveTo(p[4]! * 0.4 + p[10]! * 0.6, p[5]! * 0.4 + p[11]! * 0.6);
    ctx.quadraticCurveTo(
      (p[0]! + p[18]!) / 2,
      (p[1]! + p[19]!) / 2,
      p[0]! * 0.75 + p[18]! * 0.25,
      p[1]! * 0.75 + p[19]! * 0.25,
    );
    ctx.stroke();
  }
}
