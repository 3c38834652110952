/**
 * A scene with one of its slides, made ready for one size of picture: all that doesn't move is
 * pixels. Made off the engine thread; its memory is shared, so posting it costs nothing.
 */
import type { SharedRing } from '../../core/slot-ring.ts';
import type { SceneStanding } from '../../protocol/scene.ts';
import type { Rgb } from '../i420.ts';
import type { LutTables } from './lut-tables.ts';

/** Premultiplied RGBA on a place of the picture; all numbers even, none of it outside. */
export type ReadyLayer = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
};

export type ReadyLook = {
  /** Under everything; alone where there is no plate and no video. */
  readonly colour: Rgb;
  /** I420 of the whole picture: background, slide and what else lies behind the avatars. */
  readonly plate: Uint8Array | undefined;
  /**
   * I420 pictures of the whole size, the newest shown; `behind` is laid over each. `handed`: they
   * come with each frame instead.
   */
  readonly video: SharedRing | 'handed' | undefined;
  readonly behind: readonly ReadyLayer[];
  readonly front: readonly ReadyLayer[];
  /** Over the avatars; all else was graded when it was made. */
  readonly lut: LutTables | undefined;
  /** First avatar first; those without one stand as the session has them. */
  readonly standing: readonly SceneStanding[];
};

/** A plain background and nothing else. */
export function plainLook(colour: Rgb): ReadyLook {
  return {
    colour,
    plate: undefined,
    video: undefined,
    behind: [],
    front: [],
    lut: undefined,
    standing: [],
  };
}
