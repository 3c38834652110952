/**
 * The pose as the picture that an OpenPose ControlNet is steered by. One map per body, which owns
 * it; drawn in place on the thread that draws.
 */
import { BODY_COUNT, HAND_COUNT, type Pose } from '../../protocol/pose.ts';
import { SkeletonCanvas } from './canvas.ts';
import { FACE_POINTS, writeFacePoints } from './face-points.ts';
import { drawOpenPose, SKELETON_STYLE, type SkeletonStyle } from './openpose.ts';

/** Which part of the figure the picture shows: pose coordinates of its upper and lower edge. */
export type SkeletonView = { readonly top: number; readonly bottom: number };

/** Head to waist, as the drawn hosts stand. */
export const HOST_VIEW: SkeletonView = { top: -1.37, bottom: 1.33 };
/** Pictures at least this high are drawn in OpenPose's own thickness. */
const FULL_HEIGHT = 512;

export class SkeletonMap {
  readonly width: number;
  readonly height: number;
  readonly #canvas: SkeletonCanvas;
  readonly #view: SkeletonView;
  readonly #style: SkeletonStyle;
  readonly #pixels = {
    body: new Float32Array(BODY_COUNT * 3),
    leftHand: new Float32Array(HAND_COUNT * 3),
    rightHand: new Float32Array(HAND_COUNT * 3),
    face: new Float32Array(FACE_POINTS * 3),
  };

  constructor(width: number, height: number, view: SkeletonView = HOST_VIEW) {
    this.width = width;
    this.height = height;
    this.#canvas = new SkeletonCanvas(width, height);
    this.#view = view;
    this.#style = styleFor(height);
  }

  /** The last one drawn. */
  get pixels(): Uint8Array {
    return this.#canvas.pixels;
  }

  /** RGB, 3 * width * height bytes; valid until the next call. */
  draw(pose: Pose): Uint8Array {
    const { body, leftHand, rightHand, face } = this.#pixels;
    this.#place(pose.body, body);
    this.#place(pose.leftHand, leftHand);
    this.#place(pose.rightHand, rightHand);
    writeFacePoints(pose, face);
    this.#place(face, face);
    drawOpenPose(this.#canvas, this.#pixels, this.#style);
    return this.#canvas.pixels;
  }

  /** Where a place in the picture (0..1 from the upper left) lies in pose coordinates. */
  poseAt(x: number, y: number): { readonly x: number; readonly y: number } {
    const unit = this.#unit;
    return {
      x: ((x - 0.5) * this.width) / unit,
      y: (y * this.height) / unit + this.#view.top,
    };
  }

  /** Pixels of a shoulder width. */
  get #unit(): number {
    return this.height / (this.#view.bottom - this.#view.top);
  }

  #place(from: Float32Array, to: Float32Array): void {
    const unit = this.#unit;
    const middle = this.width / 2;
    const { top } = this.#view;
    for (let i = 0; i < from.length; i += 3) {
      to[i] = middle + from[i]! * unit;
      to[i + 1] = (from[i + 1]! - top) * unit;
      to[i + 2] = from[i + 2]!;
    }
  }
}

/** In small pictures the lines would cover everything: thinner there. */
function styleFor(height: number): SkeletonStyle {
  const share = Math.min(1, height / FULL_HEIGHT);
  const scaled = (radius: number): number =>
    Math.max(share < 0.5 ? 0 : 1, Math.round(radius * share));
  return {
    stick: Math.max(1, scaled(SKELETON_STYLE.stick)),
    handPoint: scaled(SKELETON_STYLE.handPoint),
    facePoint: scaled(SKELETON_STYLE.facePoint),
  };
}
