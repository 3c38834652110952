/**
 * A look-up table made ready for 8-bit pictures: for each of 256 inputs of each channel where it
 * falls in the lattice (curve, shaper and input range are in there and cost nothing per pixel), and
 * the lattice in 16 bits. Pure; off the engine thread, which gets the shared result.
 */
import type { CubeLut, LutTable } from './cube-file.ts';

export const LUT_METHODS = ['trilinear', 'tetrahedral', 'nearest'] as const;
export type LutMethod = (typeof LUT_METHODS)[number];

/** What crosses to the engine thread. */
export type LutTables = {
  readonly method: LutMethod;
  /** How much of the graded colour is shown, 0..1. */
  readonly strength: number;
  readonly size: number;
  /** r, g, b: 256 entries of lattice offset (u32, bytes) and a key (u32): see raster/wasm/scene.ts. */
  readonly axes: Uint32Array;
  /** Red fastest; r, g, b, 0 of each node: 32 a level. */
  readonly nodes: Int16Array;
};

export const AXIS_ENTRIES = 3 * 256;
export const NODE_BYTES = 8;
/** 255 levels of 32; nodes from -1 to 4 x 0.99 keep every difference within 16 bits. */
const NODE_UNIT = 255 * 32;
const LEAST_NODE = -1;
const MOST_NODE = 2.99;
const FULL_SHARE = 32_767;

export function lutTables(
  lut: CubeLut,
  { method, strength }: Pick<LutTables, 'method' | 'strength'>,
): LutTables {
  const cube = lut.cube ?? straight(lut.curve!);
  const { size } = cube;
  const axes = new Uint32Array(new SharedArrayBuffer(AXIS_ENTRIES * 8));
  for (let channel = 0; channel < 3; channel += 1) {
    const stride = size ** channel;
    for (let level = 0; level < 256; level += 1) {
      const at = latticeAt(lut, cube, channel, level / 255);
      const node = Math.min(size - 2, Math.floor(at));
      const entry = (channel * 256 + level) * 2;
      const near = method === 'nearest' ? Math.round(at) : node;
      const share = method === 'nearest' ? 0 : Math.round((at - node) * FULL_SHARE);
      axes[entry] = near * stride * NODE_BYTES;
      axes[entry + 1] = share * 2 ** 16 + stride;
    }
  }
  return { method, strength, size, axes, nodes: nodesOf(cube) };
}

/** A curve alone is a shaper before the lattice that changes nothing. */
function straight(curve: LutTable): LutTable {
  let [low, high] = [Infinity, -Infinity];
  for (const value of curve.values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  low = Math.max(LEAST_NODE, low);
  high = Math.max(low + 1e-3, Math.min(MOST_NODE, high));
  const values = new Float32Array(24);
  for (let i = 0; i < 8; i += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      values[i * 3 + channel] = (i >> channel) & 1 ? high : low;
    }
  }
  return { size: 2, min: [low, low, low], max: [high, high, high], values };
}

/** Where an input of 0..1 falls on an axis of the lattice, 0..size - 1. */
function latticeAt(lut: CubeLut, cube: LutTable, channel: number, input: number): number {
  const value = lut.curve ? curveAt(lut.curve, channel, input) : input;
  return onAxis(cube, channel, value);
}

/** Linear between the rows; the ends go on flat. */
export function curveAt(curve: LutTable, channel: number, input: number): number {
  const at = onAxis(curve, channel, input);
  const row = Math.min(curve.size - 2, Math.floor(at));
  const [from, to] = [curve.values[row * 3 + channel]!, curve.values[row * 3 + 3 + channel]!];
  return from + (to - from) * (at - row);
}

function onAxis({ size, min, max }: LutTable, channel: number, value: number): number {
  const share = (value - min[channel]!) / (max[channel]! - min[channel]!);
  return Math.max(0, Math.min(1, share)) * (size - 1);
}

function nodesOf({ values }: LutTable): Int16Array {
  const count = values.length / 3;
  // A pixel at the last node reads one more beside it.
  const nodes = new Int16Array(new SharedArrayBuffer((count + 2) * NODE_BYTES));
  for (let i = 0; i < count; i += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const value = Math.max(LEAST_NODE, Math.min(MOST_NODE, values[i * 3 + channel]!));
      nodes[i * 4 + channel] = Math.round(value * NODE_UNIT);
    }
  }
  return nodes;
}
