/**
 * A template as OpenPose pictures, for ControlNet and other programs that read them. What the
 * template leaves alone stands at rest: a picture always has a whole upper body. Legs are there
 * where the template has them.
 */
import { BODY, createPose, type Pose } from '../../protocol/pose.ts';
import type { Template } from '../../protocol/template.ts';
import { sampleJoint, samplePose } from '../template/sample.ts';
import type { Place } from './image-points.ts';
import { writeOpenPose, type OpenPoseFile, type PictureSize } from './openpose.ts';

export type OpenPoseOptions = PictureSize & {
  /** Pictures a second. */
  readonly rateHz: number;
};

export type OpenPosePicture = {
  /** As OpenPose names its files. */
  readonly name: string;
  /** With the picture's size, as ControlNet editors write it. */
  readonly file: OpenPoseFile & { readonly canvas_width: number; readonly canvas_height: number };
};

/** What has to fit, in shoulder widths: above and below the neck, and to either side. */
const ROOM = { above: 1.75, below: 1.95, side: 1.9 } as const;
/** The avatar's left hip at rest. */
const HIP = [0.3, 1.45] as const;

/** One picture after the other, at least one. */
export function* openPosePictures(
  template: Template,
  { rateHz, width, height }: OpenPoseOptions,
): Generator<OpenPosePicture> {
  const place = placeIn({ width, height });
  const whole = withHead(template);
  const pose = createPose();
  const count = Math.max(1, Math.round(template.seconds * rateHz));
  for (let index = 0; index < count; index += 1) {
    const t = Math.min(template.seconds, index / rateHz);
    samplePose(whole, t, pose);
    fillBody(whole, t, pose);
    const file = writeOpenPose(pose, place);
    const name = `${template.id}_${String(index).padStart(12, '0')}_keypoints.json`;
    yield { name, file: { ...file, canvas_width: width, canvas_height: height } };
  }
}

function placeIn({ width, height }: PictureSize): Place {
  const unit = Math.min(height / (ROOM.above + ROOM.below), width / (2 * ROOM.side));
  return { x: width / 2, y: ROOM.above * unit, unit };
}

/** A head that looks ahead where the template has none: its points come from its angles. */
function withHead(template: Template): Template {
  const { tracks } = template;
  if (tracks.head) return template;
  const head = [{ t: 0, yaw: 0, pitch: 0, roll: 0, ease: 'linear' as const }];
  return { ...template, tracks: { ...tracks, head } };
}

const ARMS = [
  'leftShoulder',
  'rightShoulder',
  'leftElbow',
  'rightElbow',
  'leftWrist',
  'rightWrist',
] as const;

function fillBody(template: Template, t: number, { body }: Pose): void {
  for (const joint of ARMS) {
    if (body[BODY[joint] * 3 + 2] === 0) {
      body.set([...sampleJoint(template, joint, t), 1], BODY[joint] * 3);
    }
  }
  for (const [joint, side] of [
    ['leftHip', 1],
    ['rightHip', -1],
  ] as const) {
    if (body[BODY[joint] * 3 + 2] === 0) body.set([HIP[0] * side, HIP[1], 1], BODY[joint] * 3);
  }
}
