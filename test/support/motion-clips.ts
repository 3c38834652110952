/** Compiled templates for tests of mixer and player: written by hand, small enough to reason about. */
import { compileTemplate } from '../../server/motion/template/compile.ts';
import type { CompiledTemplate } from '../../server/motion/template/compiled-template.ts';
import { Template } from '../../server/protocol/template.ts';
import type { z } from 'zod';

type Clip = Omit<z.input<typeof Template>, 'format' | 'version' | 'title'>;

export function clip(template: Clip): CompiledTemplate {
  return compileTemplate(
    Template.parse({
      format: 'posecast-template',
      version: 1,
      title: { en: template.id },
      ...template,
    }),
  );
}

/** The right arm goes up beside the head within half a second, stays, and comes down: 2 s. */
export const RAISE = clip({
  id: 'raise',
  seconds: 2,
  aim: 'rightHand',
  tracks: {
    body: {
      rightElbow: [
        { t: 0, x: -0.7, y: 0.8 },
        { t: 0.5, x: -0.95, y: 0.1 },
        { t: 1.5, x: -0.95, y: 0.1 },
        { t: 2, x: -0.7, y: 0.8 },
      ],
      rightWrist: [
        { t: 0, x: -0.21, y: 1.04 },
        { t: 0.5, x: -1, y: -0.6 },
        { t: 1.5, x: -1, y: -0.6 },
        { t: 2, x: -0.21, y: 1.04 },
      ],
    },
    rightHand: [{ t: 0, shape: 'open' }],
  },
});

/** The head nods twice a second, for as long as it is let: loops in 0.5 s. */
export const NOD = clip({
  id: 'nod',
  seconds: 0.5,
  loop: true,
  tracks: {
    body: {},
    head: [
      { t: 0, yaw: 0, pitch: 0, roll: 0 },
      { t: 0.25, yaw: 0, pitch: -0.25, roll: 0 },
      { t: 0.5, yaw: 0, pitch: 0, roll: 0 },
    ],
  },
});

/** Both arms flung up at once, from anywhere: what a mixer must not show as it is. 1 s. */
export const FLING = clip({
  id: 'fling',
  seconds: 1,
  tracks: {
    body: {
      rightElbow: [{ t: 0, x: -0.8, y: -0.7 }],
      rightWrist: [{ t: 0, x: -0.3, y: -1.4 }],
      leftElbow: [{ t: 0, x: 0.8, y: -0.7 }],
      leftWrist: [{ t: 0, x: 1.6, y: -0.9 }],
    },
    head: [{ t: 0, yaw: 0.6, pitch: -0.4, roll: 0.3 }],
    face: { jawOpen: [{ t: 0, value: 1 }], browInnerUp: [{ t: 0, value: 1 }] },
    leftHand: [{ t: 0, shape: 'fist' }],
  },
});
