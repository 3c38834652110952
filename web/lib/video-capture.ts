/**
 * A short video of a person as motion: MediaPipe looks at every frame of it in this browser, frames
 * in which it saw nobody are filled from their neighbours, and the ends without anybody are cut off.
 */
import { MAX_TEMPLATE_SECONDS, type Template } from '../../server/protocol/index.ts';
import type { PoseParts } from '../../server/motion/convert/image-points.ts';
import { fromMediaPipe } from '../../server/motion/convert/mediapipe.ts';
import { clipToTemplate, type ClipNames } from '../../server/motion/convert/motion-clip.ts';
import { MotionDataError } from '../../server/motion/template/motion-data-error.ts';
import { Models } from './models.ts';
import { frameOf } from './pose-packets.ts';
import { RequestError } from './request-error.ts';
import { VideoFrames } from './video-frames.ts';
import { Vision } from './vision.ts';

const RATE_HZ = 30;

export type CaptureOptions = {
  readonly file: Blob;
  readonly names: ClipNames;
  readonly signal: AbortSignal;
  /** Share done, 0..1, and in how many of the frames somebody was seen. */
  readonly onProgress: (share: number, seen: number) => void;
};

/** null when it was cancelled. Throws `unreadable_media`, `bad_pose`, `download_failed`. */
export async function captureVideo(options: CaptureOptions): Promise<Template | null> {
  const { file, names, signal, onProgress } = options;
  await using scope = new AsyncDisposableStack();
  const video = scope.use(await VideoFrames.open(file));
  const vision = await openVision(signal);
  scope.defer(() => vision.close());
  const count = Math.max(1, Math.floor(Math.min(video.seconds, MAX_TEMPLATE_SECONDS) * RATE_HZ));
  const frames: PoseParts[] = [];
  let seen = 0;
  for (let index = 0; index < count; index += 1) {
    if (signal.aborted) return null;
    const atMs = (index * 1000) / RATE_HZ;
    const picture = await video.at(atMs / 1000);
    const parts = fromMediaPipe(frameOf(await vision.find(picture, atMs)));
    if (parts.body) seen += 1;
    frames.push(parts);
    onProgress((index + 1) / count, seen);
  }
  return toTemplate(frames, names);
}

/** The shared converter's refusal in the panel's terms. */
function toTemplate(frames: readonly PoseParts[], names: ClipNames): Template {
  try {
    return clipToTemplate({ rateHz: RATE_HZ, frames }, names);
  } catch (error) {
    if (!(error instanceof MotionDataError)) throw error;
    throw new RequestError('bad_pose', error.message, { cause: error });
  }
}

async function openVision(signal: AbortSignal): Promise<Vision> {
  const models = new Models();
  const body = await models.ensure('body', signal);
  if (!body) {
    const problem = models.list.get()?.find(({ purpose }) => purpose === 'body')?.problem;
    throw new RequestError('download_failed', problem ?? '');
  }
  const face = await models.ensure('face', signal);
  const hands = await models.ensure('hands', signal);
  return Vision.open({ body: body.path, face: face?.path ?? null, hands: hands?.path ?? null });
}
