/** The neck: from the collar to under the head, following it, with the chin's shadow on it. */
import type { Painter } from '../raster/painter.ts';

import type { Figure } from './figure.ts';
import type { Palette, Style } from './palette.ts';
import type { RigFile } from './rig-schema.ts';

export class Neck {
  readonly #data: RigFile['neck'];
  readonly #pivot: readonly [number, number];
  readonly #line: number;
  readonly #skin: Style;
  readonly #outline: Style;
  readonly #shade: Style;

  constructor(rig: RigFile, palette: Palette) {
    this.#data = rig.neck;
    this.#pivot = rig.head.pivot;
    this.#line = rig.line;
    this.#skin = palette.style('neckSkin');
    this.#outline = palette.style('skinLine');
    this.#shade = palette.style('neckShade');
  }

  draw(ctx: Painter, figure: Figure): void {
    const { base, top, halfWidth } = this.#data;
    const [low, high] = halfWidth;
    const cos = Math.cos(figure.roll);
    const sin = Math.sin(figure.roll);
    const reach = top[1] - this.#pivot[1];
    const topX = this.#pivot[0] + figure.headX - reach * sin + figure.sinYaw * 3;
    const topY = this.#pivot[1] + figure.headY + reach * cos;
    const baseX = base[0] + figure.swayX;
    const baseY = base[1] + figure.swayY;
    const midY = topY + (baseY - topY) * 0.55;
    ctx.beginPath();
    // From base to base over the top, left open below, where the collar covers it.
    ctx.moveTo(baseX - low, baseY);
    ctx.bezierCurveTo(
      baseX - low * 0.86,
      midY,
      topX - high * 0.98,
      midY,
      topX - high * cos,
      topY - high * sin,
    );
    ctx.lineTo(topX + high * cos, topY + high * sin);
    ctx.bezierCurveTo(topX + high * 0.98, midY, baseX + low * 0.86, midY, baseX + low, baseY);
    ctx.fillStyle = this.#skin;
    ctx.fill();
    ctx.strokeStyle = this.#outline;
    ctx.lineWidth = this.#line;
    ctx.stroke();
    ctx.save();
    ctx.clip();
    ctx.beginPath();
    const drop = figure.jaw * 0.5 - figure.sinPitch * 9;
    ctx.ellipse(
      topX + 2 + figure.sinYaw * 8,
      topY + drop + 12,
      high * 1.5,
      13,
      figure.roll,
      0,
      Math.PI * 2,
    );
    ctx.fillStyle = this.#shade;
    ctx.fill();
    ctx.restore();
  }
}
