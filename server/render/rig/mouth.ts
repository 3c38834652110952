/** Draws the mouth: inside, teeth and tongue within the opening, lips over them. */
import type { Painter } from '../raster/painter.ts';

import { createMouthShape, shapeMouth, type MouthShape } from './mouth-shape.ts';
import type { Palette, Style } from './palette.ts';
import type { RigFile } from './rig-schema.ts';
import { FACE, type HeadSpace } from './spaces.ts';

/** Point indices: four edges from the right corner to the left, 7 points each (2 cubics). */
const UPPER_OUTER = 0;
const UPPER_INNER = 7;
const LOWER_INNER = 14;
const LOWER_OUTER = 21;
const UPPER_TEETH = 28;
const LOWER_TEETH = 35;
const TONGUE = 42;
const COUNT = 44;

export class Mouth {
  readonly #data: RigFile['mouth'];
  readonly #line: number;
  readonly #head: HeadSpace;
  readonly #shape: MouthShape = createMouthShape();
  readonly #raw = new Float32Array(COUNT * 2);
  readonly #at = new Float32Array(COUNT * 2);
  readonly #styles: Record<
    | 'inside'
    | 'teeth'
    | 'teethShade'
    | 'tongue'
    | 'tongueShade'
    | 'upper'
    | 'lower'
    | 'line'
    | 'gloss'
    | 'under',
    Style
  >;

  constructor(rig: RigFile, palette: Palette, head: HeadSpace) {
    this.#data = rig.mouth;
    this.#line = rig.line;
    this.#head = head;
    this.#styles = {
      inside: palette.style('mouthInside'),
      teeth: palette.style('teeth'),
      teethShade: palette.style('mouthInside@0.22'),
      tongue: palette.style('tongue'),
      tongueShade: palette.style('mouthInside@0.3'),
      upper: palette.style('lipUpper'),
      lower: palette.style('lipLower'),
      line: palette.style('lipLine'),
      gloss: palette.style('gloss@0.24'),
      under: palette.style('skinLine@0.3'),
    };
  }

  draw(ctx: Painter, face: Float32Array): void {
    shapeMouth(face, this.#data, this.#shape);
    this.#layOut(this.#shape);
    this.#head.project(this.#raw, this.#at, FACE, 1);
    if (this.#shape.gap > 0.15) this.#drawInside(ctx);
    this.#drawLips(ctx);
    this.#drawLines(ctx);
  }

  #layOut(m: MouthShape): void {
    const { round } = m;
    this.#edge(UPPER_OUTER, m.upperX, m.upperOuterY, [0.62, 0.66, 0.3, -m.bow * 1.4]);
    this.#edge(UPPER_INNER, m.upperX, m.upperInnerY, [
      0.66 + 0.32 * round,
      0.5 + 0.42 * round,
      0.42 + 0.14 * round,
      -0.3 * (1 - round),
    ]);
    this.#edge(LOWER_INNER, m.lowerX, m.lowerInnerY, [
      0.7 + 0.29 * round,
      0.6 + 0.34 * round,
      0.5 + 0.06 * round,
      0,
    ]);
    this.#edge(LOWER_OUTER, m.lowerX, m.lowerOuterY, [0.78 + 0.18 * round, 0.82, 0.46, 0]);
    this.#band(UPPER_TEETH, m.upperX, m.upperTeethY, -1.5);
    this.#band(LOWER_TEETH, m.lowerX, m.lowerTeethY, -0.9);
    this.#put(TONGUE, m.lowerX, m.tongueY);
    this.#put(TONGUE + 1, m.lowerX + m.tongueWidth, m.tongueY);
  }

  /** Edge from corner to corner over (x, y); `bend`: corner control x, y; middle control x, y. */
  #edge(at: number, x: number, y: number, bend: readonly [number, number, number, number]): void {
    const { leftX, leftY, rightX, rightY } = this.#shape;
    const [cornerX, cornerY, middleX, lift] = bend;
    this.#put(at, rightX, rightY);
    this.#put(at + 1, x + (rightX - x) * cornerX, rightY + (y - rightY) * cornerY);
    this.#put(at + 2, x + (rightX - x) * middleX, y + lift);
    this.#put(at + 3, x, y);
    this.#put(at + 4, x + (leftX - x) * middleX, y + lift);
    this.#put(at + 5, x + (leftX - x) * cornerX, leftY + (y - leftY) * cornerY);
    this.#put(at + 6, leftX, leftY);
  }

  /** Edge of a row of teeth: an arc as wide as the dental arch. */
  #band(at: number, x: number, y: number, curve: number): void {
    const w = this.#data.halfWidth * 1.15;
    for (let i = 0; i < 7; i += 1) {
      const t = i / 3 - 1;
      this.#put(at + i, x + w * t, y + curve * t * t);
    }
  }

  #put(index: number, x: number, y: number): void {
    this.#raw[index * 2] = x;
    this.#raw[index * 2 + 1] = y;
  }

  /** Continues the path along an edge, forwards (right to left corner). */
  #forward(ctx: Painter, edge: number): void {
    const p = this.#at;
    for (let i = edge * 2 + 2; i < edge * 2 + 14; i += 6) {
      ctx.bezierCurveTo(p[i]!, p[i + 1]!, p[i + 2]!, p[i + 3]!, p[i + 4]!, p[i + 5]!);
    }
  }

  #backward(ctx: Painter, edge: number): void {
    const p = this.#at;
    for (let i = edge * 2 + 10; i > edge * 2; i -= 6) {
      ctx.bezierCurveTo(p[i]!, p[i + 1]!, p[i - 2]!, p[i - 1]!, p[i - 4]!, p[i - 3]!);
    }
  }

  #begin(ctx: Painter, edge: number): void {
    ctx.beginPath();
    ctx.moveTo(this.#at[edge * 2]!, this.#at[edge * 2 + 1]!);
    this.#forward(ctx, edge);
  }

  #drawInside(ctx: Painter): void {
    const p = this.#at;
    const s = this.#styles;
    const m = this.#shape;
    this.#begin(ctx, UPPER_INNER);
    this.#backward(ctx, LOWER_INNER);
    ctx.closePath();
    ctx.fillStyle = s.inside;
    ctx.fill();
    ctx.save();
    ctx.clip();
    this.#drawTeeth(ctx, LOWER_TEETH, 12);
    if (m.tongueTip < 0.5) this.#drawTongue(ctx, 3 + m.gap * 0.34);
    this.#drawTeeth(ctx, UPPER_TEETH, -12);
    if (m.tongueTip >= 0.5) this.#drawTongue(ctx, 1.6 + m.gap * 0.4);
    // Shadow of the upper lip on the teeth.
    ctx.beginPath();
    ctx.moveTo(p[UPPER_INNER * 2]!, p[UPPER_INNER * 2 + 1]!);
    this.#forward(ctx, UPPER_INNER);
    ctx.strokeStyle = s.teethShade;
    ctx.lineWidth = 1.8;
    ctx.stroke();
    ctx.restore();
  }

  /** `root` is how far the gums lie from the biting edge, along y. */
  #drawTeeth(ctx: Painter, edge: number, root: number): void {
    const p = this.#at;
    ctx.beginPath();
    ctx.moveTo(p[edge * 2]!, p[edge * 2 + 1]! + root);
    for (let i = edge; i < edge + 7; i += 1) ctx.lineTo(p[i * 2]!, p[i * 2 + 1]!);
    ctx.lineTo(p[edge * 2 + 12]!, p[edge * 2 + 13]! + root);
    ctx.closePath();
    ctx.fillStyle = this.#styles.teeth;
    ctx.fill();
  }

  #drawTongue(ctx: Painter, height: number): void {
    const x = this.#at[TONGUE * 2]!;
    const y = this.#at[TONGUE * 2 + 1]!;
    const width = Math.abs(this.#at[TONGUE * 2 + 2]! - x);
    ctx.beginPath();
    ctx.ellipse(x, y + height, width, height, 0, 0, Math.PI * 2);
    ctx.fillStyle = this.#styles.tongue;
    ctx.fill();
    ctx.beginPath();
    ctx.moveTo(x, y + 0.8);
    ctx.lineTo(x, y + height);
    ctx.strokeStyle = this.#styles.tongueShade;
    ctx.lineWidth = 0.7;
    ctx.stroke();
  }

  #drawLips(ctx: Painter): void {
    const s = this.#styles;
    this.#begin(ctx, LOWER_INNER);
    this.#backward(ctx, LOWER_OUTER);
    ctx.closePath();
    ctx.fillStyle = s.lower;
    ctx.fill();
    this.#begin(ctx, UPPER_OUTER);
    this.#backward(ctx, UPPER_INNER);
    ctx.closePath();
    ctx.fillStyle = s.upper;
    ctx.fill();
  }

  #drawLines(ctx: Painter): void {
    const p = this.#at;
    const s = this.#styles;
    const m = this.#shape;
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    ctx.strokeStyle = s.line;
    ctx.lineWidth = this.#line * (m.gap < 0.8 ? 0.65 : 0.5);
    this.#begin(ctx, UPPER_INNER);
    if (m.gap > 0.8) this.#backward(ctx, LOWER_INNER);
    ctx.stroke();
    const x = p[(LOWER_OUTER + 3) * 2]!;
    const inner = p[(LOWER_INNER + 3) * 2 + 1]!;
    const outer = p[(LOWER_OUTER + 3) * 2 + 1]!;
    const w = Math.abs(p[(LOWER_OUTER + 6) * 2]! - x) * 0.32;
    const y = inner + (outer - inner) * 0.45;
    ctx.strokeStyle = s.gloss;
    ctx.lineWidth = (outer - inner) * 0.2;
    ctx.beginPath();
    ctx.moveTo(x - w, y - 0.2);
    ctx.quadraticCurveTo(x, y + 0.5, x + w, y - 0.2);
    ctx.stroke();
    ctx.strokeStyle = s.under;
    ctx.lineWidth = this.#line * 0.8;
    ctx.beginPath();
    ctx.moveTo(x - w * 1.1, outer + 1.9);
    ctx.quadraticCurveTo(x, outer + 2.7, x + w * 1.1, outer + 1.9);
    ctx.stroke();
    ctx.lineCap = 'butt';
    ctx.lineJoin = 'miter';
  }
}
