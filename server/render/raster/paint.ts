/** What a painter paints with: one colour, or a gradient through stops. Immutable. */

/** Bytes 0..255 and alpha 0..1, straight. */
export class Solid {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
  readonly #word: number;

  constructor(red: number, green: number, blue: number, alpha: number) {
    this.red = red;
    this.green = green;
    this.blue = blue;
    this.alpha = alpha;
    this.#word = word(red, green, blue, alpha);
  }

  /** RGBA in one little-endian word, premultiplied; `more` fades it further. */
  premultiplied(more: number): number {
    if (more === 1) return this.#word;
    return word(this.red, this.green, this.blue, this.alpha * more);
  }
}

const RAMP_COLOURS = 256;

export class Gradient {
  readonly radial: boolean;
  /**
   * Place in user coordinates: u = p0 x + p1 y + p2 and v = p3 x + p4 y + p5; the offset is u
   * (linear) or the length of (u, v) (radial).
   */
  readonly place: readonly [number, number, number, number, number, number];
  readonly opaque: boolean;
  readonly #stops: readonly (readonly [number, Solid])[];

  private constructor(
    radial: boolean,
    place: Gradient['place'],
    stops: readonly (readonly [number, Solid])[],
  ) {
    this.radial = radial;
    this.place = place;
    this.#stops = [...stops].sort(([a], [b]) => a - b);
    this.opaque = stops.every(([, { alpha }]) => alpha === 1);
  }

  static linear(
    [x0, y0]: readonly [number, number],
    [x1, y1]: readonly [number, number],
    stops: readonly (readonly [number, Solid])[],
  ): Gradient {
    const dx = x1 - x0;
    const dy = y1 - y0;
    const square = dx * dx + dy * dy || 1;
    const place = [dx / square, dy / square, -(x0 * dx + y0 * dy) / square, 0, 0, 0] as const;
    return new Gradient(false, place, stops);
  }

  /** From the centre (offset 0) to the radius (1). */
  static radial(
    [x, y]: readonly [number, number],
    radius: number,
    stops: readonly (readonly [number, Solid])[],
  ): Gradient {
    const place = [1 / radius, 0, -x / radius, 0, 1 / radius, -y / radius] as const;
    return new Gradient(true, place, stops);
  }

  /** 256 colours, RGBA premultiplied; colours between stops are mixed straight, as on a canvas. */
  ramp(): Uint8Array {
    const out = new Uint8Array(RAMP_COLOURS * 4);
    const view = new DataView(out.buffer);
    for (let i = 0; i < RAMP_COLOURS; i += 1) {
      view.setUint32(i * 4, this.#at(i / (RAMP_COLOURS - 1)), true);
    }
    return out;
  }

  #at(offset: number): number {
    const stops = this.#stops;
    const after = stops.findIndex(([at]) => at >= offset);
    if (after === 0 || stops.length === 1) return stops[0]![1].premultiplied(1);
    if (after === -1) return stops.at(-1)![1].premultiplied(1);
    const [from, a] = stops[after - 1]!;
    const [to, b] = stops[after]!;
    const t = (offset - from) / (to - from || 1);
    const mix = (x: number, y: number): number => x + (y - x) * t;
    return word(
      mix(a.red, b.red),
      mix(a.green, b.green),
      mix(a.blue, b.blue),
      mix(a.alpha, b.alpha),
    );
  }
}

export type Paint = Solid | Gradient;

function word(red: number, green: number, blue: number, alpha: number): number {
  const byte = (value: number): number => Math.round(Math.max(0, Math.min(255, value * alpha)));
  const a = Math.round(Math.max(0, Math.min(1, alpha)) * 255);
  return ((a << 24) | (byte(blue) << 16) | (byte(green) << 8) | byte(red)) >>> 0;
}
