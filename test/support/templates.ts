/** Small templates for tests. */
import { Template } from '../../server/protocol/template.ts';

/** A template of `seconds` with these tracks; defaults are filled in as at the doors. */
export function makeTemplate(seconds: number, tracks: object, more: object = {}): Template {
  return Template.parse({
    format: 'posecast-template',
    version: 1,
    id: 'sample',
    title: { en: 'Sample' },
    seconds,
    tracks,
    ...more,
  });
}

/** A template that uses every kind of track, on one side more than on the other. */
export function richTemplate(): Template {
  return makeTemplate(
    2,
    {
      body: {
        leftHip: [{ t: 0, x: 0.3, y: 1.45 }],
        rightElbow: [
          { t: 0, x: -0.7, y: 0.8 },
          { t: 0.6, x: -0.9, y: 0.5, ease: 'out' },
          { t: 2, x: -0.7, y: 0.8 },
        ],
        rightWrist: [
          { t: 0, x: -0.21, y: 1.04 },
          { t: 0.7, x: -1, y: -0.1 },
          { t: 1.4, x: -0.8, y: -0.1, ease: 'hold' },
          { t: 2, x: -0.21, y: 1.04, ease: 'in' },
        ],
      },
      rightHand: [
        { t: 0, shape: 'relaxed', palm: 'back' },
        { t: 0.7, shape: 'open', angle: 0.3 },
        { t: 2, points: Array.from({ length: 21 }, (_, i) => [i / 50, i / 40]) },
      ],
      head: [
        { t: 0, yaw: 0, pitch: 0, roll: 0 },
        { t: 1, yaw: 0.3, pitch: -0.1, roll: 0.2 },
      ],
      face: { mouthSmileLeft: [{ t: 0.5, value: 0.7 }], jawOpen: [{ t: 0, value: 0.2 }] },
    },
    { aim: 'rightHand' },
  );
}
