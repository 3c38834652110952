/** Colours and gradients of a rig, made into canvas styles once, when the rig is opened. */
import type { CanvasGradient, SKRSContext2D } from '@napi-rs/canvas';

import { AppError } from '../../core/errors.ts';
import type { RigFile } from './rig-schema.ts';

export type Style = string | CanvasGradient;

export class Palette {
  readonly #ctx: SKRSContext2D;
  readonly #rig: RigFile;
  readonly #styles = new Map<string, Style>();

  constructor(ctx: SKRSContext2D, rig: RigFile) {
    this.#ctx = ctx;
    this.#rig = rig;
  }

  /** Style of `#rrggbb`, a colour's or gradient's name, or a colour with `@alpha`. */
  style(reference: string): Style {
    const known = this.#styles.get(reference);
    if (known !== undefined) return known;
    const made = this.#rig.gradients[reference]
      ? this.#gradient(reference)
      : this.#colour(reference);
    this.#styles.set(reference, made);
    return made;
  }

  #gradient(name: string): CanvasGradient {
    const data = this.#rig.gradients[name]!;
    const gradient =
      data.type === 'linear'
        ? this.#ctx.createLinearGradient(...data.from, ...data.to)
        : this.#ctx.createRadialGradient(...data.centre, 0, ...data.centre, data.radius);
    for (const [offset, colour] of data.stops) gradient.addColorStop(offset, this.#colour(colour));
    return gradient;
  }

  #colour(reference: string): string {
    const [name = '', alpha = '1'] = reference.split('@');
    const hex = name.startsWith('#') ? name : this.#rig.colours[name];
    if (hex === undefined) {
      const names = [...Object.keys(this.#rig.colours), ...Object.keys(this.#rig.gradients)];
      throw new AppError(
        'bad_pack',
        `rig colour "${name}" is not in the palette; known: ${names.join(', ')}`,
      );
    }
    const rgb = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    return `rgba(${rgb.join(',')},${alpha})`;
  }
}
