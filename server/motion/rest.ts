/** Where a standing host's body rests, in pose coordinates: what idle sways about. */
import { BODY, BODY_COUNT } from '../protocol/pose.ts';

/** The avatar's left; the right side is mirrored. */
export const SHOULDER = [0.5, 0] as const;
export const ELBOW = [0.7, 0.8] as const;
export const WRIST = [0.21, 1.04] as const;
export const HIP = [0.3, 1.45] as const;
export const KNEE = [0.29, 2.5] as const;
export const ANKLE = [0.28, 3.4] as const;
export const NOSE_Y = -0.62;
export const EYE = [0.13, -0.72] as const;
export const EAR = [0.29, -0.68] as const;

/** x and y of the 18 body points at rest. */
export function createRest(): Float32Array {
  const rest = new Float32Array(BODY_COUNT * 2);
  rest[BODY.nose * 2 + 1] = NOSE_Y;
  const pairs = [
    [BODY.leftShoulder, BODY.rightShoulder, SHOULDER],
    [BODY.leftElbow, BODY.rightElbow, ELBOW],
    [BODY.leftWrist, BODY.rightWrist, WRIST],
    [BODY.leftHip, BODY.rightHip, HIP],
    [BODY.leftKnee, BODY.rightKnee, KNEE],
    [BODY.leftAnkle, BODY.rightAnkle, ANKLE],
    [BODY.leftEye, BODY.rightEye, EYE],
    [BODY.leftEar, BODY.rightEar, EAR],
  ] as const;
  for (const [left, right, [x, y]] of pairs) {
    rest.set([x, y], left * 2);
    rest.set([-x, y], right * 2);
  }
  return rest;
}
