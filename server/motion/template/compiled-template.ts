/**
 * A template as the engine plays it: tracks resampled to whole poses at a fixed rate, in shared
 * memory, so that main compiles once and engine threads read it without a copy.
 */
import { ARKIT_COUNT } from '../../protocol/arkit.ts';
import { BODY_COUNT, HAND_COUNT } from '../../protocol/pose.ts';
import type { TemplateId } from '../../protocol/template.ts';

export const COMPILED_RATE_HZ = 30;

/** Where each array of a pose lies in one compiled frame of FRAME_FLOATS floats. */
export const FRAME_LAYOUT = {
  body: 0,
  leftHand: BODY_COUNT * 3,
  rightHand: BODY_COUNT * 3 + HAND_COUNT * 3,
  head: BODY_COUNT * 3 + HAND_COUNT * 6,
  face: BODY_COUNT * 3 + HAND_COUNT * 6 + 3,
} as const;
export const FRAME_FLOATS = FRAME_LAYOUT.face + ARKIT_COUNT;

export type CompiledTemplate = {
  readonly id: TemplateId;
  readonly seconds: number;
  readonly loop: boolean;
  readonly beats: number | undefined;
  readonly aim: 'leftHand' | 'rightHand' | undefined;
  /** Mask: which PARTS and which ARKit weights it moves, 0 or 1 each. */
  readonly parts: Float32Array;
  readonly face: Float32Array;
  /**
   * round(seconds x 30) + 1 frames of FRAME_FLOATS floats over a SharedArrayBuffer; body points
   * without a track have confidence 0, so do hands without one.
   */
  readonly frames: Float32Array;
};
