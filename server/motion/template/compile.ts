/**
 * Templates as the engine plays them: every track resampled at COMPILED_RATE_HZ into shared memory
 * where the platform has it (the engine's threads read it), else into plain memory (the panel).
 */
import { ARKIT_COUNT } from '../../protocol/arkit.ts';
import { BODY_COUNT, HAND_COUNT, type Pose } from '../../protocol/pose.ts';
import type { Template } from '../../protocol/template.ts';
import {
  COMPILED_RATE_HZ,
  FRAME_FLOATS,
  FRAME_LAYOUT,
  type CompiledTemplate,
} from './compiled-template.ts';
import { PARTS } from './layer.ts';
import { samplePose, writeMask } from './sample.ts';

export function compileTemplate(template: Template): CompiledTemplate {
  const { id, seconds, loop, beats, aim } = template;
  const count = Math.round(seconds * COMPILED_RATE_HZ) + 1;
  const frames = sharedFloats(count * FRAME_FLOATS);
  for (let frame = 0; frame < count; frame += 1) {
    // The last frame is the end itself, also when it lies between two frames.
    const t = Math.min(frame / COMPILED_RATE_HZ, seconds);
    samplePose(template, t, frameOf(frames, frame));
  }
  const parts = sharedFloats(PARTS.length);
  const face = sharedFloats(ARKIT_COUNT);
  writeMask(template, parts, face);
  return { id, seconds, loop, beats, aim, parts, face, frames };
}

/** The pose of one compiled frame: views into `frames`, not copies. */
export function frameOf(frames: Float32Array, frame: number): Pose {
  const view = (offset: number, length: number): Float32Array => {
    const start = frame * FRAME_FLOATS + offset;
    return frames.subarray(start, start + length);
  };
  return {
    body: view(FRAME_LAYOUT.body, BODY_COUNT * 3),
    leftHand: view(FRAME_LAYOUT.leftHand, HAND_COUNT * 3),
    rightHand: view(FRAME_LAYOUT.rightHand, HAND_COUNT * 3),
    head: view(FRAME_LAYOUT.head, 3),
    face: view(FRAME_LAYOUT.face, ARKIT_COUNT),
  };
}

function sharedFloats(length: number): Float32Array {
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  // Pages that are not cross-origin isolated have no shared memory.
  return typeof SharedArrayBuffer === 'function'
    ? new Float32Array(new SharedArrayBuffer(bytes))
    : new Float32Array(length);
}
