/**
 * A photo on its way to an avatar: MediaPipe finds the face and, with the body's model, the person in
 * this browser; what goes to the server is the photo, its face points and the person's mask.
 */
import { zipSync } from 'fflate';
import type { PhotoUpload } from '../../server/protocol/index.ts';
import { openFaceVision } from './face-vision.ts';
import { RequestError } from './request-error.ts';
import type { Found, Landmark } from './vision.ts';

/** What the server keeps of a photo. */
const MOST_SIDE = 1280;
/** MediaPipe settles on a face over a few looks. */
const LOOKS = 3;

export type FoundPhoto = {
  readonly picture: OffscreenCanvas;
  readonly face: readonly Landmark[];
  /** Grey, of the picture's size; null where nobody was told apart. */
  readonly mask: OffscreenCanvas | null;
};

export type PhotoChoices = Pick<
  PhotoUpload,
  'name' | 'title' | 'framing' | 'background' | 'licence' | 'commercial'
>;

/** Throws `unreadable_media` without a face, `download_failed` without the face's model. */
export async function findFace(file: Blob, signal: AbortSignal): Promise<FoundPhoto> {
  const picture = await openPicture(file);
  // Without a mask the background bends a little with the head.
  const vision = await openFaceVision(signal, { mask: true });
  try {
    let found: Found | null = null;
    for (let look = 0; look < LOOKS; look += 1) {
      signal.throwIfAborted();
      found = await vision.find(await createImageBitmap(picture), look * 40);
    }
    if (!found?.face) throw new RequestError('unreadable_media', 'No face was found in the photo.');
    return { picture, face: found.face, mask: found.mask && maskOf(found.mask, picture) };
  } finally {
    vision.close();
  }
}

/** The archive that `POST /avatars/photo` takes. */
export async function photoArchive(photo: FoundPhoto, choices: PhotoChoices): Promise<Blob> {
  const points = photo.face.flatMap(({ x, y, z }) =>
    [x, y, z].map((value) => Number(value.toFixed(5))),
  );
  const files: Record<string, Uint8Array> = {
    picture: await pngOf(photo.picture),
    'face.json': new TextEncoder().encode(JSON.stringify({ ...choices, points })),
    ...(photo.mask && { 'mask.png': await pngOf(photo.mask) }),
  };
  return new Blob([new Uint8Array(zipSync(files, { level: 0 }))]);
}

async function openPicture(file: Blob): Promise<OffscreenCanvas> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(
    (cause: unknown) => {
      throw new RequestError('unreadable_media', 'This browser can’t read the picture.', { cause });
    },
  );
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.round(bitmap.width * scale);
  const height = Math.round(bitmap.height * scale);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return canvas;
}

function maskOf(
  mask: NonNullable<Found['mask']>,
  { width, height }: OffscreenCanvas,
): OffscreenCanvas {
  const small = new OffscreenCanvas(mask.width, mask.height);
  const rgba = new Uint8ClampedArray(mask.values.length * 4);
  mask.values.forEach((value, i) => rgba.set([value, value, value, 255], i * 4));
  small.getContext('2d')!.putImageData(new ImageData(rgba, mask.width, mask.height), 0, 0);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.drawImage(small, 0, 0, width, height);
  return canvas;
}

async function pngOf(canvas: OffscreenCanvas): Promise<Uint8Array> {
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}
