/** What the render and its drawing threads tell each other; pictures lie in shared memory. */
import type { EnsembleOptions } from '../inference/ensemble.ts';
import type { Compute } from '../inference/providers.ts';
import type { CutoutParts } from '../render/scene/cutout.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { ReadyLook } from '../render/scene/look.ts';
import type { Gesture } from '../protocol/motion-state.ts';
import { POSE_FLOATS, readPose, writePose, type Pose } from '../protocol/pose.ts';

export type PictureKind = 'i420' | 'rgba';

export type DrawOptions = Pick<EnsembleOptions, 'cast' | 'width' | 'height'> & {
  /** I420 for encoders that take no transparency, else premultiplied RGBA. */
  readonly kind: PictureKind;
  /** `#rrggbb`, under I420. */
  readonly background: string;
  /** Of a scene, what goes along with the avatars where there is transparency. */
  readonly parts?: CutoutParts;
  /** Whether a scene with a video comes; its pictures are handed over beside the poses. */
  readonly videos?: 'none' | 'some';
  /** What networks run on; the CPU alone when absent. */
  readonly compute?: Compute | undefined;
  /** Of diffusion, in place of the packs' own. */
  readonly steps?: number | undefined;
};

/** What one drawing thread is given to start. */
export type DrawData = DrawOptions & {
  /** This thread draws every `threads`-th frame, from `first` on. */
  readonly threads: number;
  readonly first: number;
  /** `slots` pictures, used in turn. */
  readonly pictures: SharedArrayBuffer;
  readonly slots: number;
  /** Two pictures of videos a slot: of the scene, and of the one that fades out; I420. */
  readonly behind: SharedArrayBuffer;
};

/** `now`: of the look that is shown; `before`: of the one that fades out. */
export type Videos = { readonly now: boolean; readonly before: boolean };

/** Every thread is told every frame: hair swings through those that another one draws. */
export type ToDraw =
  | {
      readonly type: 'frame';
      readonly frame: number;
      readonly seconds: number;
      /** Which of the slot's pictures of videos are there. */
      readonly videos: Videos;
      /** POSE_FLOATS of each avatar, one after the other. */
      readonly poses: Float32Array;
      /** What the bodies listen to, in shared memory; undefined when none does. */
      readonly sound: Float32Array | undefined;
      /** What each avatar plays; undefined where no body wants to know. */
      readonly gestures: readonly (readonly Gesture[])[] | undefined;
    }
  /** Another look from the next frame on, at this time. */
  | {
      readonly type: 'show';
      readonly look: ReadyLook;
      readonly fadeMs: number;
      readonly seconds: number;
    }
  /** Another prompt, strength or seed from the next frame on. */
  | { readonly type: 'style'; readonly change: DiffusionChange }
  | { readonly type: 'stop' };

export type FromDraw =
  | { readonly type: 'drawn'; readonly frame: number }
  | { readonly type: 'failed'; readonly error: Error };

export function packPoses(poses: readonly Pose[]): Float32Array {
  const floats = new Float32Array(poses.length * POSE_FLOATS);
  for (const [i, pose] of poses.entries()) writePose(pose, floats, i * POSE_FLOATS);
  return floats;
}

export function unpackPoses(floats: Float32Array, poses: readonly Pose[]): void {
  for (const [i, pose] of poses.entries()) readPose(floats, pose, i * POSE_FLOATS);
}

export function behindBytes({ width, height, videos }: DrawOptions): number {
  return videos === 'some' ? width * height * 1.5 : 0;
}

export function pictureBytes({ width, height, kind }: DrawOptions): number {
  return width * height * (kind === 'i420' ? 1.5 : 4);
}
