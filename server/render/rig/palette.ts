/** Colours and gradients of a rig, made into paints once, when the rig is opened. */
import { AppError } from '../../core/errors.ts';
import { Gradient, Solid, type Paint } from '../raster/paint.ts';
import type { RigFile } from './rig-schema.ts';

export type Style = Paint;

export class Palette {
  readonly #rig: RigFile;
  readonly #styles = new Map<string, Style>();

  constructor(rig: RigFile) {
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

  #gradient(name: string): Gradient {
    const data = this.#rig.gradients[name]!;
    const stops = data.stops.map(([at, colour]) => [at, this.#colour(colour)] as const);
    return data.type === 'linear'
      ? Gradient.linear(data.from, data.to, stops)
      : Gradient.radial(data.centre, data.radius, stops);
  }

  #colour(reference: string): Solid {
    const [name = '', alpha = '1'] = reference.split('@');
    const hex = name.startsWith('#') ? name : this.#rig.colours[name];
    if (hex === undefined) {
      const names = [...Object.keys(this.#rig.colours), ...Object.keys(this.#rig.gradients)];
      throw new AppError(
        'bad_pack',
        `rig colour "${name}" is not in the palette; known: ${names.join(', ')}`,
      );
    }
    const byte = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
    return new Solid(byte(1), byte(3), byte(5), Number(alpha));
  }
}
