/** Eyebrows: one tapered stroke each, bent by three pairs of weights. */
import type { Painter } from '../raster/painter.ts';

import { ARKIT } from '../../protocol/arkit.ts';
import type { Palette, Style } from './palette.ts';
import type { RigFile } from './rig-schema.ts';
import { FACE, type HeadSpace } from './spaces.ts';

const SIDES = [1, -1] as const;

export class Brows {
  readonly #data: RigFile['brows'];
  readonly #head: HeadSpace;
  readonly #fill: Style;
  /** Upper edge inner, arch, outer; lower edge arch, inner. */
  readonly #raw = new Float32Array(14);
  readonly #moved = new Float32Array(14);

  constructor(rig: RigFile, palette: Palette, head: HeadSpace) {
    this.#data = rig.brows;
    this.#head = head;
    this.#fill = palette.style('brow');
  }

  draw(ctx: Painter, face: Float32Array): void {
    ctx.fillStyle = this.#fill;
    // The stroke only rounds the ends.
    ctx.strokeStyle = this.#fill;
    ctx.lineWidth = this.#data.thickness * 0.4;
    ctx.lineJoin = 'round';
    for (const side of SIDES) {
      this.#shape(face, side);
      this.#head.project(this.#raw, this.#moved, FACE, side);
      const p = this.#moved;
      ctx.save();
      if (side < 0) ctx.scale(-1, 1);
      ctx.beginPath();
      ctx.moveTo(p[0]!, p[1]!);
      ctx.bezierCurveTo(p[2]!, p[3]!, p[4]!, p[5]!, p[6]!, p[7]!);
      ctx.bezierCurveTo(p[8]!, p[9]!, p[10]!, p[11]!, p[12]!, p[13]!);
      ctx.closePath();
      ctx.fill();
      ctx.stroke();
      ctx.restore();
    }
    ctx.lineJoin = 'miter';
  }

  #shape(face: Float32Array, side: 1 | -1): void {
    const left = side > 0;
    const down = face[left ? ARKIT.browDownLeft : ARKIT.browDownRight]!;
    const outerUp = face[left ? ARKIT.browOuterUpLeft : ARKIT.browOuterUpRight]!;
    const innerUp = face[ARKIT.browInnerUp]!;
    const { inner, arch, outer, thickness } = this.#data;
    const innerX = inner[0] - down * 1.2;
    const innerY = inner[1] + down * 3.4 - innerUp * 4;
    const archY = arch[1] + down * 1.8 - outerUp * 3.6 - innerUp * 1.4;
    const outerY = outer[1] + down * 0.6 - outerUp * 2.2;
    const raw = this.#raw;
    raw[0] = innerX;
    raw[1] = innerY - thickness * 0.4;
    raw[2] = innerX + (arch[0] - innerX) * 0.5;
    raw[3] = archY + (innerY - archY) * 0.3 - thickness * 0.55;
    raw[4] = arch[0];
    raw[5] = archY - thickness * 0.65;
    raw[6] = outer[0];
    raw[7] = outerY;
    raw[8] = arch[0] - 0.3;
    raw[9] = archY + thickness * 0.3;
    raw[10] = innerX + (arch[0] - innerX) * 0.45;
    raw[11] = archY + (innerY - archY) * 0.3 + thickness * 0.45;
    raw[12] = innerX + 0.3;
    raw[13] = innerY + thickness * 0.6;
  }
}
