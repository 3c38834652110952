/**
 * Recorded MediaPipe results as a clip: `{ fps, width, height, frames: [...] }`, or the frames alone.
 * A frame is a result of @mediapipe/tasks-vision as it is (`landmarks`, `worldLandmarks`,
 * `faceBlendshapes`, `facialTransformationMatrixes`), or Holistic's (`poseLandmarks`,
 * `leftHandLandmarks`, `rightHandLandmarks`); `timestampMs` gives the rate when `fps` doesn't.
 */
import { z } from 'zod';
import { MotionDataError } from '../template/motion-data-error.ts';
import { fromMediaPipe, type Landmark, type MediaPipeFrame } from './mediapipe.ts';
import type { MotionClip } from './motion-clip.ts';

const coordinate = z.number().min(-100).max(100);
const LandmarkShape = z.object({
  x: coordinate,
  y: coordinate,
  z: coordinate.default(0),
  visibility: z.number().min(0).max(1).optional(),
});
const Landmarks = z.array(LandmarkShape).max(478);
const Shapes = z.array(z.object({ categoryName: z.string(), score: z.number() })).max(60);
const Matrix = z.array(z.number()).length(16);
const FrameShape = z.object({
  timestampMs: z.number().optional(),
  poseLandmarks: z.union([Landmarks, z.array(Landmarks).max(10)]).optional(),
  landmarks: z.union([Landmarks, z.array(Landmarks).max(10)]).optional(),
  poseWorldLandmarks: z.union([Landmarks, z.array(Landmarks).max(10)]).optional(),
  worldLandmarks: z.union([Landmarks, z.array(Landmarks).max(10)]).optional(),
  leftHandLandmarks: z.union([Landmarks, z.array(Landmarks).max(10)]).optional(),
  rightHandLandmarks: z.union([Landmarks, z.array(Landmarks).max(10)]).optional(),
  handLandmarks: z.array(Landmarks).max(4).optional(),
  faceBlendshapes: z.union([Shapes, z.array(z.object({ categories: Shapes })).max(10)]).optional(),
  facialTransformationMatrix: Matrix.optional(),
  facialTransformationMatrixes: z
    .array(z.object({ data: Matrix }))
    .max(10)
    .optional(),
});
type Frame = z.infer<typeof FrameShape>;
export const MAX_PICTURES = 7200;
const ClipShape = z.object({
  fps: z.number().min(1).max(240).optional(),
  width: z.number().min(1).max(20_000).default(1),
  height: z.number().min(1).max(20_000).default(1),
  frames: z.array(FrameShape).max(MAX_PICTURES),
});

const NAMES = ['poseLandmarks', 'landmarks', 'faceBlendshapes', 'handLandmarks'];

export function isMediaPipe(frame: unknown): boolean {
  return typeof frame === 'object' && frame !== null && NAMES.some((name) => name in frame);
}

/** `rateHz` is used when the file doesn't tell. Throws MotionDataError with the place. */
export function readMediaPipe(json: object, rateHz: number): MotionClip {
  const parsed = ClipShape.safeParse(Array.isArray(json) ? { frames: json } : json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join('.') ?? '';
    throw new MotionDataError(`The MediaPipe file at "${place}": ${issue?.message ?? 'is wrong'}`);
  }
  const { fps, width, height, frames } = parsed.data;
  return {
    rateHz: fps ?? rateOf(frames) ?? rateHz,
    frames: frames.map((frame) => fromMediaPipe(plain(frame, { width, height }))),
  };
}

function rateOf(frames: readonly Frame[]): number | undefined {
  const first = frames[0]?.timestampMs;
  const last = frames.at(-1)?.timestampMs;
  if (first === undefined || last === undefined || !(last > first)) return undefined;
  return Math.max(1, Math.min(240, ((frames.length - 1) * 1000) / (last - first)));
}

type Size = { readonly width: number; readonly height: number };

function plain(frame: Frame, size: Size): MediaPipeFrame {
  const pose = first(frame.poseLandmarks ?? frame.landmarks);
  const world = first(frame.poseWorldLandmarks ?? frame.worldLandmarks);
  const left = first(frame.leftHandLandmarks);
  const right = first(frame.rightHandLandmarks);
  const hands = frame.handLandmarks ?? [left, right].filter((hand) => hand !== undefined);
  const shapes = frame.faceBlendshapes?.flatMap((one) =>
    'categories' in one ? one.categories : [one],
  );
  const faceMatrix =
    frame.facialTransformationMatrix ?? frame.facialTransformationMatrixes?.[0]?.data;
  return {
    ...size,
    hands: hands as Landmark[][],
    ...(pose && { pose }),
    ...(world && { world }),
    ...(shapes && { blendshapes: shapes }),
    ...(faceMatrix && { faceMatrix }),
  };
}

/** The first person's landmarks: tasks give a list of people, Holistic one person. */
function first(landmarks: Frame['landmarks']): Landmark[] | undefined {
  const one = landmarks?.[0];
  if (!landmarks || one === undefined) return undefined;
  return (Array.isArray(one) ? one : landmarks) as Landmark[];
}
