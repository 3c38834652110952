/**
 * What shows between parted lips: the dark of the mouth, tongue and teeth, as small pictures beside
 * the photo. Drawn by arithmetic, lit like the photo's face. Pure.
 */

export type Patch = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Side by side, with a clear column between. */
export const PATCHES = {
  dark: { x: 0, y: 0, width: 32, height: 32 },
  tongue: { x: 34, y: 0, width: 64, height: 32 },
  upperTeeth: { x: 100, y: 0, width: 128, height: 32 },
  lowerTeeth: { x: 230, y: 0, width: 128, height: 32 },
} as const satisfies Record<string, Patch>;
export const PATCHES_WIDTH = 360;
export const PATCHES_HEIGHT = 32;

type Rgb = readonly [number, number, number];
type Colour = readonly [number, number, number, number];
type Shade = (u: number, v: number) => Colour;

/** Shares of half the dental arch that each upper tooth takes, from the middle outwards. */
const UPPER_TEETH = [0.3, 0.24, 0.24, 0.14, 0.08];
const LOWER_TEETH = [0.22, 0.22, 0.24, 0.18, 0.14];

const SHADES: Readonly<Record<keyof typeof PATCHES, Shade>> = {
  dark: (u, v) => {
    const edge = (2 * u - 1) ** 2;
    const light = 0.35 + 0.65 * v;
    return [70 * light * (1 - 0.5 * edge), 22 * light * (1 - 0.5 * edge), 24 * light, 1];
  },
  tongue: (u, v) => {
    const x = 2 * u - 1;
    const inside = 1 - smooth(0.86, 1, Math.hypot(x, Math.min(0, (v - 0.5) * 2)));
    const groove = 1 - 0.16 * Math.exp(-((x / 0.12) ** 2)) * smooth(0.1, 0.6, v);
    const light = (0.62 + 0.38 * smooth(0, 0.55, v)) * groove * (1 - 0.25 * x * x);
    return [190 * light, 92 * light, 92 * light, inside];
  },
  upperTeeth: (u, v) => teeth(u, v, UPPER_TEETH, [236, 226, 210]),
  lowerTeeth: (u, v) => teeth(u, 1 - v, LOWER_TEETH, [168, 142, 126]),
};

/** Writes the patches into an RGBA picture `stride` pixels wide, from its row `top` on; `light` 0..1.2. */
export function paintMouthParts(
  rgba: Uint8Array,
  stride: number,
  top: number,
  light: number,
): void {
  for (const [name, patch] of Object.entries(PATCHES)) {
    const shade = SHADES[name as keyof typeof PATCHES];
    for (let y = 0; y < patch.height; y += 1) {
      for (let x = 0; x < patch.width; x += 1) {
        const [r, g, b, a] = shade((x + 0.5) / patch.width, (y + 0.5) / patch.height);
        const at = ((top + patch.y + y) * stride + patch.x + x) * 4;
        rgba.set(
          [r, g, b].map((value) => Math.min(255, value * light) * a),
          at,
        );
        rgba[at + 3] = 255 * a;
      }
    }
  }
}

/** A row of teeth whose biting edge is at v = 1, darker to the sides and towards the gum. */
function teeth(u: number, v: number, widths: readonly number[], colour: Rgb): Colour {
  const x = Math.abs(2 * u - 1);
  let from = 0;
  let tooth = 0;
  while (tooth < widths.length - 1 && x > from + widths[tooth]!) {
    from += widths[tooth]!;
    tooth += 1;
  }
  const across = Math.min(1, (x - from) / widths[tooth]!);
  const round = (2 * across - 1) ** 2;
  const gap = 1 - 0.28 * smooth(0.8, 1, round);
  const edge = 1 - 0.1 * tooth - 0.1 * round ** 3;
  const alpha = 1 - smooth(edge - 0.1, edge, v);
  const shade = (1 - 0.5 * x ** 2) * gap * (0.72 + 0.28 * smooth(0, 0.5, v));
  return [colour[0] * shade, colour[1] * shade, colour[2] * shade, alpha];
}

function smooth(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
