/** A host at rest: where joints are that a template leaves to others. Canonical coordinates. */
import type { Pose, Template } from '../../../server/protocol/index.ts';
import { BODY, BODY_COUNT } from '../../../server/protocol/pose.ts';
import { samplePose, type JointName } from '../../../server/motion/template/sample.ts';

type Place = readonly [x: number, y: number];

/** The avatar's left side and middle; the right is its mirror. As server/motion/template has it. */
const LEFT: Partial<Record<JointName, Place>> = {
  nose: [0, -0.62],
  neck: [0, 0],
  leftShoulder: [0.5, 0],
  leftElbow: [0.7, 0.8],
  leftWrist: [0.21, 1.04],
  leftHip: [0.3, 1.55],
  leftKnee: [0.32, 2.55],
  leftAnkle: [0.32, 3.5],
  leftEye: [0.13, -0.72],
  leftEar: [0.29, -0.68],
};

export function restOf(joint: JointName): Place {
  const known = LEFT[joint];
  if (known) return known;
  const [x, y] = LEFT[joint.replace('right', 'left') as JointName] ?? [0, 0];
  return [-x, y];
}

const REST = new Float32Array(BODY_COUNT * 2);
for (const [name, index] of Object.entries(BODY)) REST.set(restOf(name as JointName), index * 2);

/** The template's pose at `t` seconds; body points that it leaves alone stand at rest. */
export function poseAt(template: Template, t: number, out: Pose): void {
  samplePose(template, t, out);
  fillRest(out);
}

/** Gives untracked body points their place at rest; their confidence stays 0. */
export function fillRest({ body }: Pose): void {
  for (let i = 0; i < BODY_COUNT; i += 1) {
    if (body[i * 3 + 2]! > 0) continue;
    body[i * 3] = REST[i * 2]!;
    body[i * 3 + 1] = REST[i * 2 + 1]!;
  }
}
