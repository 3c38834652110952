/**
 * A script as the engine plays it: its templates compiled, its places in pose coordinates, small
 * enough to be posted (the templates' frames are shared memory). Main thread makes them.
 */
import type { Emotion, TemplateId } from '../protocol/template.ts';
import { MOTION_PRIORITIES, type MotionPriority, type MotionScript } from '../protocol/motion.ts';
import type { CompiledTemplate } from './template/compiled-template.ts';
import { PART } from './template/layer.ts';

export type PlayStep = {
  readonly template: CompiledTemplate;
  /** Played with left and right exchanged. */
  readonly mirrored: boolean;
  readonly speed: number;
  /** Passes; undefined: once, or on and on where the template loops. */
  readonly repeat?: number | undefined;
  readonly size: number;
  /** Place on the canvas, 0..1. */
  readonly at: { readonly x: number; readonly y: number } | undefined;
};

export type PlayScript = {
  /** Names the script in `motion:state` and for `motion:stop`. */
  readonly id: number;
  readonly rank: number;
  readonly when: PlayWhen;
  readonly emotion: Emotion | undefined;
  readonly moments: readonly (readonly PlayStep[])[];
  /** After the last moment comes the first again, until it is stopped. */
  readonly round: boolean;
};

/** At once, or when everything asked for before has ended. */
export type PlayWhen = 'now' | 'after';

export type PlayOptions = {
  readonly id: number;
  readonly priority: MotionPriority;
  readonly when: PlayWhen;
};

/** Throws `template_not_found` for a template that isn't there. */
export async function prepareScript(
  script: MotionScript,
  options: PlayOptions,
  compiled: (id: TemplateId) => Promise<CompiledTemplate>,
): Promise<PlayScript> {
  const moments = await Promise.all(
    script.moments.map((steps) =>
      Promise.all(
        steps.map(async ({ template: id, side, speed, repeat, size, at }) => {
          const template = await compiled(id);
          const mirrored = side !== undefined && side !== sideOf(template);
          return { template, mirrored, speed, repeat, size, at };
        }),
      ),
    ),
  );
  const { id, priority, when } = options;
  const { emotion } = script;
  return { id, rank: MOTION_PRIORITIES[priority], when, emotion, moments, round: false };
}

/** A track from a file as a script of its own, played as it is. */
export function scriptOfTrack(track: CompiledTemplate, options: PlayOptions): PlayScript {
  const asItIs = { mirrored: false, speed: 1, size: 1, at: undefined };
  const step = { template: track, ...asItIs };
  const { id, priority, when } = options;
  const rank = MOTION_PRIORITIES[priority];
  return { id, rank, when, emotion: undefined, moments: [[step]], round: false };
}

/** Whether a step goes on until its moment ends. */
export function goesOn({ template, repeat }: PlayStep): boolean {
  return template.loop && repeat === undefined;
}

/** Whether it is played until somebody stops it. */
export function isEndless({ moments, round }: PlayScript): boolean {
  return round || moments.at(-1)!.every(goesOn);
}

/** The side a template acts with as it is stored: that of its only arm, else the right. */
export function sideOf({ aim, parts }: CompiledTemplate): 'left' | 'right' {
  if (aim) return aim === 'leftHand' ? 'left' : 'right';
  const left = parts[PART.leftArm]! + parts[PART.leftHand]!;
  const right = parts[PART.rightArm]! + parts[PART.rightHand]!;
  return left > 0 && right === 0 ? 'left' : 'right';
}
