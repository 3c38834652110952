/** A place of the picture as the motion that points at it. Pure. */
import { MotionStep, type MotionScript } from '../protocol/motion.ts';
import { TemplateId } from '../protocol/template.ts';

export type Place = { readonly x: number; readonly y: number };

const POINT_AT = TemplateId.parse('point-at');

/** `standsAt`: the avatar's middle, 0..1; the hand on the place's side points, so no arm crosses. */
export function pointingScript(at: Place, standsAt: number): MotionScript {
  // Facing the viewer, its left hand is at the picture's right.
  const side = at.x > standsAt ? 'left' : 'right';
  return { moments: [[MotionStep.parse({ template: POINT_AT, at, side })]] };
}
