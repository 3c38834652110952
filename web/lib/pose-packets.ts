/** From what MediaPipe found in one picture to the packet that is sent. */
import { fromMediaPipe, type MediaPipeFrame } from '../../server/motion/convert/mediapipe.ts';
import { encodePose } from '../../server/protocol/pose-packet.ts';
import type { Found } from './vision.ts';

const US_PER_MS = 1000;

/** null where nobody is in the picture: nothing is sent then, and the avatar falls back to idle. */
export function poseBytes(found: Found): Uint8Array | null {
  const parts = fromMediaPipe(frameOf(found));
  const seen = parts.body !== undefined || parts.face !== undefined;
  return seen ? encodePose({ timeUs: Math.round(found.timeMs * US_PER_MS), ...parts }) : null;
}

export function frameOf(found: Found): MediaPipeFrame {
  const { width, height, pose, world, hands, blendshapes, matrix } = found;
  return {
    width,
    height,
    hands: hands.map(({ landmarks }) => landmarks),
    ...(pose && { pose }),
    ...(world && { world }),
    ...(blendshapes && { blendshapes }),
    ...(matrix && { faceMatrix: matrix }),
  };
}
