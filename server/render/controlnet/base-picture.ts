/**
 * The base's picture: a pack's drawings, bent as its small network says (raster/bend.wasm). It is what
 * the pose branch draws arms and hands over. One per body, on its thread; the memory goes with it.
 *
 * In the graph this took half of the time: onnxruntime samples each channel by itself.
 */
import { readFileSync } from 'node:fs';
import { CONTROL } from './control.ts';
import type { ControlNetFile } from './controlnet-file.ts';

const MODULE = new WebAssembly.Module(
  readFileSync(new URL('../raster/bend.wasm', import.meta.url)),
);

/** Cells of the flows: layers of the head, x and y each; rows, columns. */
export const HEAD_FLOW = [1, 6, 24, 24] as const;
export const TORSO_FLOW = [1, 2, 16, 24] as const;
export const HEAD_LAYERS = 3;
/** Rig units in a shoulder width. */
const UNITS = 100;

/** What bend.wasm exports; see raster/wasm/bend.ts. */
type Bend = {
  readonly memory: { readonly buffer: ArrayBuffer };
  open(
    size: number,
    torsoRow: number,
    headRows: number,
    patch: number,
    faceLeft: number,
    faceTop: number,
    faceSide: number,
  ): void;
  begin(): void;
  headAt(): number;
  torsoAt(): number;
  expressionAt(): number;
  headFlowAt(): number;
  torsoFlowAt(): number;
  resultAt(): number;
  bend(ax: number, bx: number, cx: number, ay: number, by: number, cy: number): void;
};

/** Planes of float32 as the base's graph gives them. */
export type Drawings = {
  /** The head's layers, [1, 12, patch, patch]. */
  readonly head: Float32Array;
  /** [1, 4, rows, size]. */
  readonly torso: Float32Array;
};

export class BasePicture {
  /** Memory for what the network gives: [1, 4, n, n] that is added to the face, and both flows' cells. */
  readonly expression: Float32Array;
  readonly headFlow: Float32Array;
  readonly torsoFlow: Float32Array;
  /** Premultiplied RGBA in planes, [1, 4, size, size]; the same memory after every `draw`. */
  readonly picture: Float32Array;
  readonly #wasm: Bend;
  readonly #file: ControlNetFile;

  constructor(file: ControlNetFile, drawings: Drawings) {
    const { size, base } = file;
    const { patch, face } = base.head;
    const { exports } = new WebAssembly.Instance(MODULE, { env: { abort: noMemory } });
    this.#wasm = exports as Bend;
    this.#file = file;
    this.#wasm.open(size, base.torsoRow, base.headRows, patch, ...face);
    const { buffer } = this.#wasm.memory;
    const floats = (at: number, length: number): Float32Array =>
      new Float32Array(buffer, at, length);
    const layer = 4 * (patch + 2) ** 2;
    for (let i = 0; i < HEAD_LAYERS; i += 1) {
      const planes = drawings.head.subarray(i * 4 * patch ** 2, (i + 1) * 4 * patch ** 2);
      interleave(planes, patch, floats(this.#wasm.headAt() + i * layer * 4, layer));
    }
    const rows = size - base.torsoRow;
    interleave(drawings.torso, size, floats(this.#wasm.torsoAt(), 4 * (size + 2) * (rows + 2)));
    this.#wasm.begin();
    this.expression = floats(this.#wasm.expressionAt(), 4 * face[2] ** 2);
    this.headFlow = floats(this.#wasm.headFlowAt(), volume(HEAD_FLOW));
    this.torsoFlow = floats(this.#wasm.torsoFlowAt(), volume(TORSO_FLOW));
    this.picture = floats(this.#wasm.resultAt(), 4 * size ** 2);
  }

  /** Draws what the network's memory says, the head where `control` (control.ts) has it. */
  draw(control: Float32Array): void {
    this.#wasm.bend(...headPlace(this.#file, control));
  }
}

/** How a pixel's column and row become a place in the head's patch: x by a, b, c, then y. */
export function headPlace(
  { size, view, base }: ControlNetFile,
  control: Float32Array,
): [number, number, number, number, number, number] {
  const { patch, reach, origin, pivot } = base.head;
  const pixels = (UNITS * size) / (view.bottom - view.top);
  const [shiftX, shiftY, roll] = [0, 1, 2].map((i) => control[CONTROL.head + i]!) as Three;
  const [px, py] = [pivot[0] / UNITS + shiftX, pivot[1] / UNITS + shiftY];
  const scale = (UNITS * patch) / reach;
  const [cos, sin] = [Math.cos(roll) * scale, Math.sin(roll) * scale];
  // The first pixel's middle in shoulder widths, and the pivot in the patch.
  const [x0, y0] = [(0.5 - size / 2) / pixels, (0.5 - size) / pixels + view.bottom / UNITS];
  const middle = (patch - 1) / 2;
  const [ox, oy] = [0, 1].map((i) => ((pivot[i]! - origin[i]!) / UNITS) * scale + middle) as Two;
  return [
    ...[cos / pixels, sin / pixels, ox + cos * (x0 - px) + sin * (y0 - py)],
    ...[-sin / pixels, cos / pixels, oy - sin * (x0 - px) + cos * (y0 - py)],
  ] as [number, number, number, number, number, number];
}

type Two = [number, number];
type Three = [number, number, number];

/** Planes of a drawing as pixels, inside a border of nothing. */
function interleave(planes: Float32Array, width: number, into: Float32Array): void {
  const height = planes.length / 4 / width;
  for (let c = 0; c < 4; c += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        into[((y + 1) * (width + 2) + x + 1) * 4 + c] = planes[(c * height + y) * width + x]!;
      }
    }
  }
}

export function volume(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function noMemory(): never {
  throw new Error('bend.wasm could not get memory for the drawings');
}
