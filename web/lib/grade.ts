/** A colour grade as the editor shows it: a small cube that the server makes of a LUT. Pure but for `loadGrade`. */
import type { AssetId, SceneLut } from '../../server/protocol/index.ts';
import { api } from './api.ts';

/** `side`³ colours, red fastest, three bytes each. */
export type Cube = { readonly side: number; readonly colours: Uint8Array };

/** A cube and how much of it is shown, 0..1. */
export type Grade = { readonly cube: Cube; readonly strength: number };

const known = new Map<AssetId, Promise<Cube>>();

/** Asked for once a file: its name is its content's. */
export async function loadGrade({ asset, strength }: SceneLut): Promise<Grade> {
  const cube = known.get(asset) ?? ask(asset);
  known.set(asset, cube);
  // Who asks again after a failure gets another try.
  cube.catch(() => known.delete(asset));
  return { cube: await cube, strength };
}

async function ask(asset: AssetId): Promise<Cube> {
  const answer = await api<{ side: number; colours: string }>(
    'GET',
    `/scene-assets/${asset}/colours`,
  );
  const colours = Uint8Array.from(atob(answer.colours), (each) => each.charCodeAt(0));
  return { side: answer.side, colours };
}

/** In place, straight RGBA. */
export function gradePixels({ cube, strength }: Grade, rgba: Uint8ClampedArray): void {
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3] === 0) continue;
    const [r, g, b] = [rgba[i]!, rgba[i + 1]!, rgba[i + 2]!];
    for (let channel = 0; channel < 3; channel += 1) {
      const before = rgba[i + channel]!;
      // Reads r, g and b as they were: the loop writes only its own channel.
      rgba[i + channel] = before + (between(cube, r, g, b, channel) - before) * strength;
    }
  }
}

/** `#rrggbb` through the grade; null leaves it as it is. */
export function gradedColour(grade: Grade | null, colour: string): string {
  if (!grade) return colour;
  const value = Number.parseInt(colour.slice(1, 7), 16);
  const rgba = Uint8ClampedArray.of(value >> 16, (value >> 8) & 255, value & 255, 255);
  gradePixels(grade, rgba);
  return `#${[...rgba.subarray(0, 3)].map((each) => each.toString(16).padStart(2, '0')).join('')}`;
}

/** One channel, between the eight nearest colours. */
function between(
  { side, colours }: Cube,
  r: number,
  g: number,
  b: number,
  channel: number,
): number {
  const most = side - 1;
  const [x, y, z] = [(r / 255) * most, (g / 255) * most, (b / 255) * most];
  const [i, j, k] = [Math.min(most - 1, x | 0), Math.min(most - 1, y | 0), Math.min(most - 1, z | 0)]; // prettier-ignore
  const at = (dx: number, dy: number, dz: number): number =>
    colours[(i + dx + side * (j + dy + side * (k + dz))) * 3 + channel]!;
  const row = (dy: number, dz: number): number => mix(at(0, dy, dz), at(1, dy, dz), x - i);
  return mix(mix(row(0, 0), row(1, 0), y - j), mix(row(0, 1), row(1, 1), y - j), z - k);
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
