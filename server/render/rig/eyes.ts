/** Eyes: lids, iris and lashes from ARKit weights, on the turned face. */
import type { Painter } from '../raster/painter.ts';

import { ARKIT } from '../../protocol/arkit.ts';
import type { Palette, Style } from './palette.ts';
import type { RigFile } from './rig-schema.ts';
import { FACE, type HeadSpace } from './spaces.ts';

/** Weights of one eye: blink, squint, wide, and the gaze (x towards its outer corner, y up). */
type EyeWeights = { blink: number; squint: number; wide: number; out: number; up: number };

const SIDES = [1, -1] as const;

export class Eyes {
  readonly #data: RigFile['eyes'];
  readonly #head: HeadSpace;
  readonly #styles: Record<
    | 'white'
    | 'whiteShade'
    | 'iris'
    | 'irisRim'
    | 'pupil'
    | 'lash'
    | 'crease'
    | 'lid'
    | 'glint'
    | 'lower',
    Style
  >;
  readonly #line: number;
  readonly #weights: EyeWeights = { blink: 0, squint: 0, wide: 0, out: 0, up: 0 };
  /**
   * Points: 0-6 the opening (inner corner, over the top to the outer one, back below), 7-9 the
   * lashes' outer edge, 10-13 the crease, 14 the iris and 15 one unit beside it.
   */
  readonly #raw = new Float32Array(2 * 16);
  readonly #moved = new Float32Array(2 * 16);

  constructor(rig: RigFile, palette: Palette, head: HeadSpace) {
    this.#data = rig.eyes;
    this.#head = head;
    this.#line = rig.line;
    this.#styles = {
      white: palette.style('eyeWhite'),
      whiteShade: palette.style('eyeShade@0.35'),
      iris: palette.style('iris'),
      irisRim: palette.style('irisRim'),
      pupil: palette.style('pupil'),
      lash: palette.style('lash'),
      crease: palette.style('skinLine@0.55'),
      lid: palette.style('lid'),
      glint: palette.style('#ffffff@0.95'),
      lower: palette.style('skinLine@0.5'),
    };
  }

  draw(ctx: Painter, face: Float32Array): void {
    for (const side of SIDES) {
      readWeights(face, side, this.#weights);
      ctx.save();
      if (side < 0) ctx.scale(-1, 1);
      this.#shape(this.#weights);
      this.#head.project(this.#raw, this.#moved, FACE, side);
      this.#drawLid(ctx);
      this.#drawBall(ctx, this.#weights, side);
      this.#drawLashes(ctx);
      ctx.restore();
    }
  }

  /** Writes the outline of this frame's eye, for the avatar's left. */
  #shape(w: EyeWeights): void {
    const { centre, halfWidth: hw, upper, lower, slant, crease, lashes, wing } = this.#data;
    const [cx, cy] = centre;
    const shut = Math.min(1, w.blink + w.squint * 0.22 * (1 - w.blink));
    const look = Math.max(-1, Math.min(1, w.up)) * (1 - shut);
    const rest = -(upper * (1 + 0.16 * w.wide)) - look * 0.9;
    const low = lower * (1 - 0.45 * w.squint) - w.blink * 0.6;
    const top = rest + (low + 0.3 - rest) * shut;
    const inX = cx - hw;
    const inY = cy + slant * 0.5 + shut * 0.8;
    const outX = cx + hw;
    const outY = cy - slant * 0.5 + shut * 0.9;
    // A cubic reaches three quarters of its controls' height.
    const peak = top * 1.33;
    const dip = low * 1.33;
    const creaseTop = -(upper + crease) * 1.33 + (crease * 0.5 + 1.2) * shut * 1.33;
    const flick = wing * (1 - 0.4 * shut);
    const gazeX = cx + w.out * hw * 0.36;
    const gazeY = cy - 0.35 - w.up * upper * 0.42;
    this.#put(0, inX, inY);
    this.#put(1, inX + hw * 0.42, cy + peak * 0.92);
    this.#put(2, outX - hw * 0.5, cy + peak);
    this.#put(3, outX, outY);
    this.#put(4, outX - hw * 0.35, cy + dip);
    this.#put(5, inX + hw * 0.55, cy + dip);
    this.#put(6, inX, inY);
    this.#put(7, outX + flick, outY - flick * 0.62);
    this.#put(8, outX - hw * 0.42, cy + peak - lashes * 1.5);
    this.#put(9, inX + hw * 0.42, cy + peak * 0.92 - lashes);
    this.#put(10, inX + 1, cy + creaseTop * 0.28);
    this.#put(11, inX + hw * 0.5, cy + creaseTop);
    this.#put(12, outX - hw * 0.5, cy + creaseTop);
    this.#put(13, outX + 0.8, cy + creaseTop * 0.3);
    this.#put(14, gazeX, gazeY);
    this.#put(15, gazeX + 1, gazeY);
  }

  #put(index: number, x: number, y: number): void {
    this.#raw[index * 2] = x;
    this.#raw[index * 2 + 1] = y;
  }

  /** Skin between crease and lashes. */
  #drawLid(ctx: Painter): void {
    const p = this.#moved;
    ctx.beginPath();
    ctx.moveTo(p[0]!, p[1]!);
    ctx.bezierCurveTo(p[2]!, p[3]!, p[4]!, p[5]!, p[6]!, p[7]!);
    ctx.lineTo(p[26]!, p[27]!);
    ctx.bezierCurveTo(p[24]!, p[25]!, p[22]!, p[23]!, p[20]!, p[21]!);
    ctx.closePath();
    ctx.fillStyle = this.#styles.lid;
    ctx.fill();
    ctx.beginPath();
    ctx.moveTo(p[20]!, p[21]!);
    ctx.bezierCurveTo(p[22]!, p[23]!, p[24]!, p[25]!, p[26]!, p[27]!);
    ctx.strokeStyle = this.#styles.crease;
    ctx.lineWidth = this.#line * 0.7;
    ctx.stroke();
  }

  #traceOpening(ctx: Painter): void {
    const p = this.#moved;
    ctx.beginPath();
    ctx.moveTo(p[0]!, p[1]!);
    ctx.bezierCurveTo(p[2]!, p[3]!, p[4]!, p[5]!, p[6]!, p[7]!);
    ctx.bezierCurveTo(p[8]!, p[9]!, p[10]!, p[11]!, p[12]!, p[13]!);
    ctx.closePath();
  }

  #drawBall(ctx: Painter, w: EyeWeights, side: 1 | -1): void {
    if (w.blink > 0.96) return;
    const p = this.#moved;
    const s = this.#styles;
    const r = this.#data.iris;
    const x = p[28]!;
    const y = p[29]!;
    const squeeze = Math.max(0.7, Math.min(1, (p[30]! - x) / 1));
    ctx.save();
    this.#traceOpening(ctx);
    ctx.fillStyle = s.white;
    ctx.fill();
    ctx.clip();
    disc(ctx, x, y, r * squeeze, r, s.irisRim);
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(squeeze, 1);
    disc(ctx, 0, 0, r * 0.86, r * 0.86, s.iris);
    ctx.restore();
    disc(ctx, x, y, r * 0.45 * squeeze, r * 0.45, s.pupil);
    // Shadow of the upper lid on the ball.
    ctx.beginPath();
    ctx.moveTo(p[0]!, p[1]!);
    ctx.bezierCurveTo(p[2]!, p[3]!, p[4]!, p[5]!, p[6]!, p[7]!);
    ctx.strokeStyle = s.whiteShade;
    ctx.lineWidth = r * 0.7;
    ctx.stroke();
    // The glint stays on the viewer's left on both eyes: one light.
    ctx.beginPath();
    ctx.arc(x - r * 0.34 * side, y - r * 0.36, r * 0.26, 0, Math.PI * 2);
    ctx.moveTo(x + r * 0.36 * side + r * 0.12, y + r * 0.4);
    ctx.arc(x + r * 0.36 * side, y + r * 0.4, r * 0.12, 0, Math.PI * 2);
    ctx.fillStyle = s.glint;
    ctx.fill();
    ctx.restore();
  }

  #drawLashes(ctx: Painter): void {
    const p = this.#moved;
    ctx.beginPath();
    ctx.moveTo(p[0]!, p[1]!);
    ctx.bezierCurveTo(p[2]!, p[3]!, p[4]!, p[5]!, p[6]!, p[7]!);
    ctx.lineTo(p[14]!, p[15]!);
    ctx.bezierCurveTo(p[16]!, p[17]!, p[18]!, p[19]!, p[0]!, p[1]!);
    ctx.closePath();
    ctx.fillStyle = this.#styles.lash;
    ctx.fill();
    ctx.strokeStyle = this.#styles.lash;
    ctx.lineWidth = this.#line * 0.6;
    ctx.lineJoin = 'round';
    ctx.stroke();
    ctx.lineJoin = 'miter';
    ctx.beginPath();
    ctx.moveTo(p[6]!, p[7]!);
    ctx.bezierCurveTo(p[8]!, p[9]!, p[10]!, p[11]!, p[12]!, p[13]!);
    ctx.strokeStyle = this.#styles.lower;
    ctx.lineWidth = this.#line * 0.6;
    ctx.stroke();
  }
}

function disc(ctx: Painter, x: number, y: number, rx: number, ry: number, style: Style): void {
  ctx.beginPath();
  ctx.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
  ctx.fillStyle = style;
  ctx.fill();
}

function readWeights(face: Float32Array, side: 1 | -1, out: EyeWeights): void {
  const left = side > 0;
  out.blink = face[left ? ARKIT.eyeBlinkLeft : ARKIT.eyeBlinkRight]!;
  out.squint = Math.max(
    face[left ? ARKIT.eyeSquintLeft : ARKIT.eyeSquintRight]!,
    0.7 * face[left ? ARKIT.cheekSquintLeft : ARKIT.cheekSquintRight]!,
    0.45 * face[left ? ARKIT.mouthSmileLeft : ARKIT.mouthSmileRight]!,
  );
  out.wide = face[left ? ARKIT.eyeWideLeft : ARKIT.eyeWideRight]!;
  out.out =
    face[left ? ARKIT.eyeLookOutLeft : ARKIT.eyeLookOutRight]! -
    face[left ? ARKIT.eyeLookInLeft : ARKIT.eyeLookInRight]!;
  out.up =
    face[left ? ARKIT.eyeLookUpLeft : ARKIT.eyeLookUpRight]! -
    face[left ? ARKIT.eyeLookDownLeft : ARKIT.eyeLookDownRight]!;
}
