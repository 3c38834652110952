/** A LUT in floating point, one colour at a time: for single colours, and to test the fast way by. Pure. */
import type { CubeLut, LutTable, Triple } from './cube-file.ts';
import { curveAt, type LutMethod } from './lut-tables.ts';

/** Colours are 0..1; what comes out may lie outside. */
export function throughLut(lut: CubeLut, colour: Triple, method: LutMethod): Triple {
  const { curve, cube } = lut;
  const [r, g, b] = curve
    ? ([0, 1, 2].map((i) => curveAt(curve, i, colour[i]!)) as unknown as Triple)
    : colour;
  if (!cube) return [r, g, b];
  const at = [r, g, b].map((value, i) => onAxis(cube, i, value));
  const low = at.map((value) => Math.min(cube.size - 2, Math.floor(value)));
  const shares = at.map((value, i) => value - low[i]!);
  if (method === 'nearest') return corner(cube, low, shares.map(Math.round));
  return method === 'trilinear' ? cells(cube, low, shares) : tetrahedra(cube, low, shares);
}

function onAxis({ size, min, max }: LutTable, i: number, value: number): number {
  const share = (value - min[i]!) / (max[i]! - min[i]!);
  return Math.max(0, Math.min(1, share)) * (size - 1);
}

function corner({ size, values }: LutTable, low: readonly number[], by: readonly number[]): Triple {
  const [r, g, b] = low.map((value, i) => value + by[i]!);
  const at = (r! + size * (g! + size * b!)) * 3;
  return [values[at]!, values[at + 1]!, values[at + 2]!];
}

function cells(cube: LutTable, low: readonly number[], shares: readonly number[]): Triple {
  const sum = [0, 0, 0];
  for (let i = 0; i < 8; i += 1) {
    const by = [i & 1, (i >> 1) & 1, i >> 2];
    const weight = by.reduce((w, one, axis) => w * (one ? shares[axis]! : 1 - shares[axis]!), 1);
    corner(cube, low, by).forEach((value, channel) => (sum[channel]! += value * weight));
  }
  return [sum[0]!, sum[1]!, sum[2]!];
}

/** From the lower corner along the axis with the largest share first. */
function tetrahedra(cube: LutTable, low: readonly number[], shares: readonly number[]): Triple {
  const order = [0, 1, 2].sort((a, b) => shares[b]! - shares[a]!);
  const by = [0, 0, 0];
  let from = corner(cube, low, by);
  const sum = [...from];
  for (const axis of order) {
    by[axis] = 1;
    const to = corner(cube, low, by);
    const last = from;
    to.forEach((value, i) => (sum[i]! += (value - last[i]!) * shares[axis]!));
    from = to;
  }
  return [sum[0]!, sum[1]!, sum[2]!];
}
