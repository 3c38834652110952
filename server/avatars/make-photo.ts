/** A photo and the points of its face become an avatar pack. Workshop thread or command line. */
import { AppError } from '../core/errors.ts';
import { resample, type Still } from '../render/picture/still.ts';
import { writePng } from '../render/picture/png.ts';
import { cutOut } from '../render/photo/cut-out.ts';
import { faceFrame } from '../render/photo/face-frame.ts';
import { CHIN, EAR, FACE_POINTS, TOP } from '../render/photo/landmarks.ts';
import {
  PHOTO_BEHIND,
  PHOTO_FILE,
  PHOTO_PICTURE,
  type PhotoFile,
} from '../render/photo/photo-file.ts';
import type { PackWriter } from './pack-writer.ts';
import type { PhotoWishes } from '../protocol/avatar.ts';

/** A photo is kept at no more than this a side: what a stream shows of it. */
const MOST_SIDE = 1280;
/** A face smaller than this, ear to ear, has no features left to move. */
const LEAST_FACE_PIXELS = 40;

export type PhotoSource = {
  readonly photo: Still;
  /** 478 points: x, y 0..1 of the photo, z in the unit of x. */
  readonly points: ArrayLike<number>;
  /** 0..255 for each pixel of the photo, how surely it is the person; undefined: nobody can say. */
  readonly mask: Uint8Array | undefined;
  readonly wishes: PhotoWishes;
};

/** Writes the photo's files. Throws `bad_request` when the face is too small to be moved. */
export async function writePhoto(writer: PackWriter, source: PhotoSource): Promise<void> {
  const { photo, points, mask, wishes } = source;
  if (wishes.background === 'cut' && !mask) {
    throw new AppError('bad_request', 'The background can only be cut out where the person was found'); // prettier-ignore
  }
  refuseSmall(photo, points);
  const scale = Math.min(1, MOST_SIDE / Math.max(photo.width, photo.height));
  const fitted = scaledTo(photo, scale);
  if (mask) {
    const { person, behind } = cutOut(fitted, fittedMask(photo, mask, scale));
    await writer.write(PHOTO_PICTURE, writePng(person));
    if (wishes.background === 'kept') await writer.write(PHOTO_BEHIND, writePng(behind));
  } else await writer.write(PHOTO_PICTURE, writePng(fitted));
  const file: PhotoFile = {
    format: 'posecast-photo',
    version: 1,
    points: Array.from(points, (value) => Number(value.toFixed(5))),
    view: viewOf(photo, points, wishes.framing),
    background: wishes.background,
  };
  await writer.write(PHOTO_FILE, JSON.stringify(file));
}

function refuseSmall(photo: Still, points: ArrayLike<number>): void {
  if (points.length !== FACE_POINTS * 3) {
    throw new AppError('bad_request', `expected ${FACE_POINTS} face points, found ${points.length / 3}`); // prettier-ignore
  }
  const x = (landmark: number): number => points[landmark * 3]! * photo.width;
  const y = (landmark: number): number => points[landmark * 3 + 1]! * photo.height;
  const pixels = Math.hypot(x(EAR.left) - x(EAR.right), y(EAR.left) - y(EAR.right));
  if (pixels >= LEAST_FACE_PIXELS) return;
  throw new AppError(
    'bad_request',
    `The face is ${Math.round(pixels)} pixels wide; at least ${LEAST_FACE_PIXELS} are needed to move it`,
  );
}

function scaledTo(photo: Still, scale: number): Still {
  if (scale === 1) return photo;
  const size = { width: Math.round(photo.width * scale), height: Math.round(photo.height * scale) };
  return resample(photo, { x: 0, y: 0, width: photo.width, height: photo.height }, size);
}

function fittedMask({ width, height }: Still, mask: Uint8Array, scale: number): Uint8Array {
  const rgba = new Uint8Array(mask.length * 4);
  mask.forEach((value, i) => rgba.fill(value, i * 4, i * 4 + 3).fill(255, i * 4 + 3, i * 4 + 4));
  const fitted = scaledTo({ width, height, rgba }, scale);
  return Uint8Array.from({ length: fitted.width * fitted.height }, (_, i) => fitted.rgba[i * 4]!);
}

/** Head and shoulders, or all there is; as shares of the photo. */
function viewOf(
  photo: Still,
  points: ArrayLike<number>,
  framing: PhotoWishes['framing'],
): PhotoFile['view'] {
  if (framing === 'whole') return { x: 0, y: 0, width: 1, height: 1 };
  const pixels = Float32Array.from(points, (value, i) => value * (i % 3 === 1 ? photo.height : photo.width)); // prettier-ignore
  const { height, mouth } = faceFrame(pixels);
  const top = pixels[TOP * 3 + 1]!;
  const middle = (pixels[TOP * 3]! + pixels[CHIN * 3]! + mouth[0]) / 3;
  const upper = Math.max(0, top - 0.85 * height);
  const lower = Math.min(photo.height, Math.max(upper + 2 * height, top + 2.5 * height));
  const wide = 2.3 * height;
  return {
    x: (middle - wide / 2) / photo.width,
    y: upper / photo.height,
    width: Math.min(3, wide / photo.width),
    height: (lower - upper) / photo.height,
  };
}
