/**
 * One person in a video frame, by MediaPipe's networks: body points, face points and weights, head
 * angles, and how surely each pixel belongs to the person. Owned by the script that opens it.
 */
import { join } from 'node:path';
import { openModel, zeros, type Model } from '../../../server/inference/onnx.ts';
import { anglesOfAxes } from '../../../server/motion/convert/head-angles.ts';
import type { Blendshape, Landmark } from '../../../server/motion/convert/mediapipe.ts';
import { ARKIT_NAMES } from '../../../server/protocol/arkit.ts';
import type { Still } from '../../../server/render/picture/still.ts';
import { bestDetection } from '../../../server/vision/anchors.ts';
import { cropSquare, toPicture, wholeSquare } from '../../../server/vision/crop.ts';
import {
  FaceFinder,
  maskOf,
  PERSON_GRIDS,
  personSquare,
} from '../../../server/vision/face-finder.ts';

export type Seen = {
  /** 33 points, 0..1 of the picture. */
  readonly pose?: readonly Landmark[];
  /** 0..255 a pixel. */
  readonly mask?: Uint8Array;
  /** 478 points as x, y, z in the picture's sizes. */
  readonly face?: Float32Array;
  readonly blendshapes?: readonly Blendshape[];
  readonly head?: Float32Array;
};

const LEAST_SCORE = 0.5;
const POSE_POINTS = 33;
/** MediaPipe's order: `_neutral`, then ARKit's names by alphabet, without tongueOut. */
const BLENDSHAPES = ['_neutral', ...ARKIT_NAMES.filter((name) => name !== 'tongueOut').toSorted()];
/**
 * The face points that the blendshape network reads.
 * https://github.com/google-ai-edge/mediapipe/blob/master/mediapipe/tasks/cc/vision/face_landmarker/face_blendshapes_graph.cc
 */
const BLENDSHAPE_POINTS = [
  0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66,
  67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145,
  146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176,
  178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283, 284, 285,
  288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334,
  336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387,
  388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474,
  475, 476, 477,
] as const; // prettier-ignore
/** Points whose lines are the face's own axes. */
const [RIGHT_CHEEK, LEFT_CHEEK, CHIN, FOREHEAD] = [234, 454, 152, 10];

type Models = Readonly<Record<'detector' | 'points' | 'weights', Model>>;

export class PersonWatch {
  readonly #faces: FaceFinder;
  readonly #models: Models;

  private constructor(faces: FaceFinder, models: Models) {
    this.#faces = faces;
    this.#models = models;
  }

  /** Throws `bad_pack` when a file is missing. */
  static async open(folder: string): Promise<PersonWatch> {
    const faces = await FaceFinder.open(folder);
    const open = (file: string): Promise<Model> => openModel(join(folder, file));
    return new PersonWatch(faces, {
      detector: await open('pose_detector.onnx'),
      points: await open('pose_landmarks_detector.onnx'),
      weights: await open('face_blendshapes.onnx'),
    });
  }

  async look(still: Still): Promise<Seen> {
    const face = await this.#faces.points(still).catch(() => undefined);
    return {
      ...(await this.#body(still)),
      ...(face && { face, head: headOf(face, still), blendshapes: await this.#weigh(face, still) }),
    };
  }

  async close(): Promise<void> {
    await this.#faces.close();
    for (const model of Object.values(this.#models)) await model.close();
  }

  async #body(still: Still): Promise<Pick<Seen, 'pose' | 'mask'>> {
    const { detector, points } = this.#models;
    const whole = zeros([1, 224, 224, 3]);
    cropSquare(still, wholeSquare(still), { low: -1, high: 1 }, { data: whole.data, side: 224 });
    const boxes = await detector.run({ [detector.inputNames[0]!]: whole });
    const values = boxes['Identity']!.data as Float32Array;
    const scores = boxes['Identity_1']!.data as Float32Array;
    const found = bestDetection({ values, scores, side: 224 }, PERSON_GRIDS, LEAST_SCORE);
    if (!found) return {};
    const square = personSquare(found, wholeSquare(still));
    const input = zeros([1, 256, 256, 3]);
    cropSquare(still, square, { low: 0, high: 1 }, { data: input.data, side: 256 });
    const results = await points.run({ [points.inputNames[0]!]: input });
    const raw = results['Identity']!.data as Float32Array;
    const pose = Array.from({ length: POSE_POINTS }, (_, i) => {
      const { x, y } = toPicture(square, raw[i * 5]! / 256, raw[i * 5 + 1]! / 256);
      const visibility = 1 / (1 + Math.exp(-raw[i * 5 + 3]!));
      return { x: x / still.width, y: y / still.height, z: 0, visibility };
    });
    return { pose, mask: maskOf(results['Identity_2']!.data as Float32Array, still, square) };
  }

  async #weigh(face: Float32Array, still: Still): Promise<Blendshape[]> {
    const { weights } = this.#models;
    const input = zeros([1, BLENDSHAPE_POINTS.length, 2]);
    BLENDSHAPE_POINTS.forEach((point, i) => {
      input.data[i * 2] = face[point * 3]! * still.width;
      input.data[i * 2 + 1] = face[point * 3 + 1]! * still.height;
    });
    const results = await weights.run({ [weights.inputNames[0]!]: input });
    const scores = results[weights.outputNames[0]!]!.data as Float32Array;
    return BLENDSHAPES.map((categoryName, i) => ({ categoryName, score: scores[i]! }));
  }
}

function headOf(face: Float32Array, still: Still): Float32Array {
  const place = (i: number): number[] => [
    face[i * 3]! * still.width,
    -face[i * 3 + 1]! * still.height,
    -face[i * 3 + 2]! * still.width,
  ];
  const along = (from: number, to: number): number[] => {
    const [a, b] = [place(from), place(to)];
    const way = b.map((value, axis) => value - a[axis]!);
    const length = Math.hypot(...way) || 1;
    return way.map((value) => value / length);
  };
  const x = along(RIGHT_CHEEK, LEFT_CHEEK);
  const y = along(CHIN, FOREHEAD);
  const z = [
    x[1]! * y[2]! - x[2]! * y[1]!,
    x[2]! * y[0]! - x[0]! * y[2]!,
    x[0]! * y[1]! - x[1]! * y[0]!,
  ];
  return anglesOfAxes(x, y, z);
}
