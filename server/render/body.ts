/**
 * The seam between motion and picture: a Body draws one frame of one avatar from a pose.
 * Runs on the engine thread; owned by the engine's session.
 */
import type { ModelShelf } from '../inference/model-shelf.ts';
import type { Compute } from '../inference/providers.ts';
import type { Percentiles } from '../core/percentiles.ts';
import type { Provider } from '../protocol/device.ts';
import type { DiffusionChange } from '../protocol/diffusion.ts';
import type { Gesture } from '../protocol/motion-state.ts';
import type { Pose } from '../protocol/pose.ts';

/** What a body is opened with: the picture's size, where it borrows its networks and what they run on. */
export type BodyPlace = {
  readonly width: number;
  readonly height: number;
  readonly shelf: ModelShelf;
  /** The CPU alone when absent. */
  readonly compute?: Compute;
  /**
   * `live` (when absent): a frame is drawn out of what is there by now; `offline`: it waits for what
   * belongs to it, so that it is the same whenever it is drawn.
   */
  readonly pace?: 'live' | 'offline';
  /** Of diffusion, in place of the pack's own: more than real time allows. */
  readonly steps?: number | undefined;
};

/** How a body's networks fare. */
export type BodyHealth = {
  /** What they run on. */
  readonly device: Provider;
  /** Whether `change` is there for it. */
  readonly styled: boolean;
  /** Why the last frame failed, as a sentence; empty while all is well. */
  readonly problem: string;
  /** Frames whose numbers were no picture, whose run failed, that were left out as alike. */
  readonly broken: number;
  readonly failed: number;
  readonly skipped: number;
  /** Milliseconds of a frame's parts. */
  readonly stages: Readonly<Record<string, Percentiles>>;
};

/** How much of the voice around a frame's time a body listens to; together at most 1.9 s. */
export type Hearing = {
  readonly beforeMs: number;
  /** The frame waits for it: what a body hears ahead delays picture and sound by as much. */
  readonly afterMs: number;
};

export interface Body {
  readonly width: number;
  readonly height: number;
  /** Absent for a body that needs no more than the pose's mouth. */
  readonly hearing?: Hearing;
  /**
   * Draws `pose` at `timeSeconds` (on the session's MediaTime; secondary motion such as hair
   * integrates over it) and returns the picture: RGBA, premultiplied, 4 * width * height bytes.
   * The array belongs to the body and is valid until the next call, which must not come before
   * this one has ended. A body that runs a network returns a promise. `sound`: what the body's
   * `hearing` asks for, 16 kHz mono, valid during the call; undefined when it says nothing.
   */
  draw(pose: Pose, timeSeconds: number, sound?: Float32Array): Uint8Array | Promise<Uint8Array>;
  /**
   * Draws only the mouth of `pose` over the last picture, for ticks that have no time for the body;
   * for bodies whose mouth is much cheaper than the rest. Takes and returns what `draw` does.
   */
  drawLips?(
    pose: Pose,
    timeSeconds: number,
    sound?: Float32Array,
  ): Uint8Array | Promise<Uint8Array>;
  /**
   * What is played at this time, low to high; told before each `draw` and `follow`. For bodies that
   * have pictures of gestures instead of joints.
   */
  perform?(gestures: readonly Gesture[], timeSeconds: number): void;
  /** What `draw` does to the secondary motion, without the picture. */
  follow(pose: Pose, timeSeconds: number): void;
  /** Where a place in the picture (0..1 from the upper left) lies in pose coordinates. */
  poseAt(x: number, y: number): { readonly x: number; readonly y: number };
  /** Changes what is drawn, from the next frame on; for bodies that are told in words. */
  change?(change: DiffusionChange): void;
  /** Absent for a body without networks. */
  readonly health?: BodyHealth | undefined;
  close(): void;
}
