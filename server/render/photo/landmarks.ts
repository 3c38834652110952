/** Names for MediaPipe's 478 face points, and the triangles between them. `left` is the person's. */
import { readFileSync } from 'node:fs';

export const FACE_POINTS = 478;
/** The last ten are the irises; no triangle has them. */
export const MESH_POINTS = 468;

const file = readFileSync(new URL('face-triangles.json', import.meta.url), 'utf8');
/** Three points a triangle; mouth and eyes are open. */
export const FACE_TRIANGLES: readonly number[] = (
  JSON.parse(file) as { readonly triangles: number[] }
).triangles;

export const TOP = 10;
export const CHIN = 152;
export const NOSE_TIP = 1;
/** Where the cheeks end before the ears. */
export const EAR = { right: 234, left: 454 } as const;
/** Where the jaw begins under the ears. */
export const LOBE = { right: 93, left: 323 } as const;

/** Round the face from the forehead on, clockwise for the viewer. */
export const OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
  176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
] as const;

/** Rows of the lips from the right corner to the left one, from the outer edge inwards. */
export const UPPER_LIP = [
  [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
  [76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306],
  [62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292],
  [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
] as const;
export const LOWER_LIP = [
  [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
  [76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306],
  [62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292],
  [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
] as const;
export const COLUMNS = 11;

/** Round the open mouth: along the upper lip to the left corner, back along the lower one. */
export const INNER_MOUTH: readonly number[] = [
  ...UPPER_LIP[3],
  ...LOWER_LIP[3].slice(1, -1).reverse(),
];

export type EyePoints = {
  readonly upper: readonly number[];
  readonly lower: readonly number[];
  /** Rows of skin above the lid's edge, from the edge upwards. */
  readonly above: readonly (readonly number[])[];
  readonly below: readonly (readonly number[])[];
  readonly brow: readonly number[];
  readonly iris: number;
};

/** Each row from the eye's outer corner inwards; `upper` and `lower` share the corners. */
export const EYES: Readonly<Record<'right' | 'left', EyePoints>> = {
  right: {
    upper: [33, 246, 161, 160, 159, 158, 157, 173, 133],
    lower: [33, 7, 163, 144, 145, 153, 154, 155, 133],
    above: [
      [130, 247, 30, 29, 27, 28, 56, 190, 243],
      [226, 113, 225, 224, 223, 222, 221, 189, 244],
    ],
    below: [
      [130, 25, 110, 24, 23, 22, 26, 112, 243],
      [226, 31, 228, 229, 230, 231, 232, 233, 244],
    ],
    brow: [70, 63, 105, 66, 107, 46, 53, 52, 65, 55],
    iris: 468,
  },
  left: {
    upper: [263, 466, 388, 387, 386, 385, 384, 398, 362],
    lower: [263, 249, 390, 373, 374, 380, 381, 382, 362],
    above: [
      [359, 467, 260, 259, 257, 258, 286, 414, 463],
      [446, 342, 445, 444, 443, 442, 441, 413, 464],
    ],
    below: [
      [359, 255, 339, 254, 253, 252, 256, 341, 463],
      [446, 261, 448, 449, 450, 451, 452, 453, 464],
    ],
    brow: [300, 293, 334, 296, 336, 276, 283, 282, 295, 285],
    iris: 473,
  },
};
