/** The joints that can be taken hold of on the canvas, and what dragging each does. Pure. */
import type { Template } from '../../../server/protocol/index.ts';
import type { Place } from './arm.ts';
import { headAt, moveArm, movePoint, turnHead } from './operations.ts';

/** Later ones lie over earlier ones: hands are what people want to catch. */
export const HANDLES = [
  { joint: 'nose', side: 'middle' },
  { joint: 'rightShoulder', side: 'right' },
  { joint: 'leftShoulder', side: 'left' },
  { joint: 'rightElbow', side: 'right' },
  { joint: 'leftElbow', side: 'left' },
  { joint: 'rightWrist', side: 'right' },
  { joint: 'leftWrist', side: 'left' },
] as const;
export type Handle = (typeof HANDLES)[number];

/** The nose of a head that looks ahead, and how far it goes for one radian. */
const NOSE_Y = -0.62;
const NOSE_REACH = 0.32;
const MOST_YAW = 0.9;
const MOST_PITCH = 0.6;

export function dragJoint(template: Template, handle: Handle, t: number, to: Place): Template {
  switch (handle.joint) {
    case 'nose': {
      const yaw = limit(to[0] / NOSE_REACH, MOST_YAW);
      const pitch = limit((NOSE_Y - to[1]) / NOSE_REACH, MOST_PITCH);
      return turnHead(template, t, { ...headAt(template, t), yaw, pitch });
    }
    case 'leftShoulder':
    case 'rightShoulder':
      return movePoint(template, handle.joint, t, to);
    case 'leftElbow':
    case 'rightElbow':
      return moveArm(template, { side: handle.side, joint: 'Elbow', t, to });
    case 'leftWrist':
    case 'rightWrist':
      return moveArm(template, { side: handle.side, joint: 'Wrist', t, to });
    default:
      return handle satisfies never;
  }
}

function limit(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
