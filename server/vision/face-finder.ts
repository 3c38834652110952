/**
 * MediaPipe's face landmarks and person mask without a browser, for the command line and for tests:
 * ONNX conversions of its networks in a folder. Whoever opens it owns it. One picture at a time.
 */
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { openModel, zeros, type Model } from '../inference/onnx.ts';
import type { Still } from '../render/picture/still.ts';
import { bestDetection, type AnchorGrids, type Detection } from './anchors.ts';
import { cropSquare, toPicture, toSquare, wholeSquare, type Square } from './crop.ts';

export const FACE_POINTS = 478;

/** Files that the folder must have. */
export const VISION_FILES = {
  face: 'face_detector.onnx',
  mesh: 'face_landmarks_detector.onnx',
  person: 'pose_detector.onnx',
  mask: 'pose_landmarks_detector.onnx',
} as const;
type Part = keyof typeof VISION_FILES;

const FACE_GRIDS: AnchorGrids = [
  { cells: 16, each: 2 },
  { cells: 8, each: 6 },
];
export const PERSON_GRIDS: AnchorGrids = [
  { cells: 28, each: 2 },
  { cells: 14, each: 2 },
  { cells: 7, each: 6 },
];
const LEAST_SCORE = 0.5;
/** What the mesh sees around the found box or the points of the round before. */
const FACE_MARGIN = 1.5;
const PERSON_MARGIN = 1.25;
/** Outer corners of the eyes, whose line is level in the network's input. */
const [RIGHT_EYE, LEFT_EYE] = [33, 263];
const ROUNDS = 3;

export class FaceFinder {
  readonly #models: Readonly<Record<Part, Model>>;

  private constructor(models: Readonly<Record<Part, Model>>) {
    this.#models = models;
  }

  /** Throws `bad_pack` when a file is missing. */
  static async open(folder: string): Promise<FaceFinder> {
    const opened: Partial<Record<Part, Model>> = {};
    try {
      for (const [part, file] of Object.entries(VISION_FILES)) {
        opened[part as Part] = await openModel(join(folder, file));
      }
    } catch (error) {
      await Promise.all(Object.values(opened).map((model) => model.close()));
      throw error;
    }
    return new FaceFinder(opened as Record<Part, Model>);
  }

  /**
   * The 478 points of the clearest face: x and y 0..1 of the picture, z in the same unit as x.
   * Throws `unreadable_media` when no face is found.
   */
  async points(still: Still): Promise<Float32Array> {
    const whole = wholeSquare(still);
    const face = await this.#detect('face', still, { side: 128, grids: FACE_GRIDS });
    if (!face) throw new AppError('unreadable_media', 'No face was found in the picture');
    let square = faceSquare(face, whole);
    let points = new Float32Array(FACE_POINTS * 3);
    for (let round = 0; round < ROUNDS; round += 1) {
      points = await this.#mesh(still, square);
      square = squareAround(points);
    }
    return points.map((value, i) => value / (i % 3 === 1 ? still.height : still.width));
  }

  /** How surely each pixel belongs to the person, 0..255; undefined when nobody is seen. */
  async mask(still: Still): Promise<Uint8Array | undefined> {
    const found = await this.#detect('person', still, { side: 224, grids: PERSON_GRIDS });
    if (!found) return undefined;
    const square = personSquare(found, wholeSquare(still));
    const { mask } = this.#models;
    const input = zeros([1, 256, 256, 3]);
    cropSquare(still, square, { low: 0, high: 1 }, { data: input.data, side: 256 });
    const results = await mask.run({ [mask.inputNames[0]!]: input });
    return maskOf(results['Identity_2']!.data as Float32Array, still, square);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#models).map((model) => model.close()));
  }

  async #detect(
    part: 'face' | 'person',
    still: Still,
    { side, grids }: { readonly side: number; readonly grids: AnchorGrids },
  ): Promise<Detection | undefined> {
    const model = this.#models[part];
    const input = zeros([1, side, side, 3]);
    cropSquare(still, wholeSquare(still), { low: -1, high: 1 }, { data: input.data, side });
    const results = await model.run({ [model.inputNames[0]!]: input });
    const [values, scores] = model.outputNames.map((name) => results[name]!.data as Float32Array);
    return bestDetection({ values: values!, scores: scores!, side }, grids, LEAST_SCORE);
  }

  /** Points in pixels of the picture. */
  async #mesh(still: Still, square: Square): Promise<Float32Array<ArrayBuffer>> {
    const side = 192;
    const { mesh } = this.#models;
    const input = zeros([1, side, side, 3]);
    cropSquare(still, square, { low: 0, high: 1 }, { data: input.data, side });
    const results = await mesh.run({ [mesh.inputNames[0]!]: input });
    const raw = Object.values(results).find(({ size }) => size === FACE_POINTS * 3)!;
    const points = new Float32Array(raw.data as Float32Array);
    for (let i = 0; i < points.length; i += 3) {
      const { x, y } = toPicture(square, points[i]! / side, points[i + 1]! / side);
      points.set([x, y, (points[i + 2]! * square.side) / side], i);
    }
    return points;
  }
}

/** Around the box, turned so that the eyes (key points 0 and 1) are level. */
function faceSquare({ values }: Detection, whole: Square): Square {
  const { x, y } = toPicture(whole, values[0]!, values[1]!);
  const angle = Math.atan2(values[7]! - values[5]!, values[6]! - values[4]!);
  return { x, y, side: FACE_MARGIN * Math.max(values[2]!, values[3]!) * whole.side, angle };
}

function squareAround(points: Float32Array): Square {
  const at = (i: number, axis: 0 | 1): number => points[i * 3 + axis]!;
  const angle = Math.atan2(at(LEFT_EYE, 1) - at(RIGHT_EYE, 1), at(LEFT_EYE, 0) - at(RIGHT_EYE, 0));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const box = { u0: Infinity, u1: -Infinity, v0: Infinity, v1: -Infinity };
  for (let i = 0; i < 468; i += 1) {
    const u = at(i, 0) * cos + at(i, 1) * sin;
    const v = at(i, 1) * cos - at(i, 0) * sin;
    box.u0 = Math.min(box.u0, u);
    box.u1 = Math.max(box.u1, u);
    box.v0 = Math.min(box.v0, v);
    box.v1 = Math.max(box.v1, v);
  }
  const [u, v] = [(box.u0 + box.u1) / 2, (box.v0 + box.v1) / 2];
  const side = FACE_MARGIN * Math.max(box.u1 - box.u0, box.v1 - box.v0);
  return { x: u * cos - v * sin, y: u * sin + v * cos, side, angle };
}

/** Around the hips (key point 0), reaching as far as the whole body (key point 1) does. */
export function personSquare({ values }: Detection, whole: Square): Square {
  const hips = toPicture(whole, values[4]!, values[5]!);
  const reach = toPicture(whole, values[6]!, values[7]!);
  const [dx, dy] = [reach.x - hips.x, reach.y - hips.y];
  const side = 2 * Math.hypot(dx, dy) * PERSON_MARGIN;
  return { ...hips, side, angle: Math.PI / 2 - Math.atan2(-dy, dx) };
}

/** The network's 256 x 256 values on the picture's own pixels. */
export function maskOf(values: Float32Array, { width, height }: Still, square: Square): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const { u, v } = toSquare(square, x + 0.5, y + 0.5);
      const value = bilinear(values, u * 256 - 0.5, v * 256 - 0.5);
      mask[y * width + x] = Math.round(255 / (1 + Math.exp(-value)));
    }
  }
  return mask;
}

function bilinear(values: Float32Array, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number): number =>
    values[Math.max(0, Math.min(255, row)) * 256 + Math.max(0, Math.min(255, column))]!;
  const [fx, fy] = [x - left, y - top];
  const upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
  return upper * (1 - fy) + (at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx) * fy;
}
