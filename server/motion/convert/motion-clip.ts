/**
 * A clip as it was captured, and what makes a template of it: gaps filled, trembling smoothed, ends
 * without a person cut off, keys reduced to those that matter.
 */
import { ARKIT_COUNT, ARKIT_NAMES } from '../../protocol/arkit.ts';
import { BODY, HAND_COUNT } from '../../protocol/pose.ts';
import {
  MAX_TEMPLATE_SECONDS,
  TEMPLATE_FORMAT,
  TEMPLATE_VERSION,
  type Template,
} from '../../protocol/template.ts';
import { checkTemplate } from '../template/check.ts';
import { MotionDataError } from '../template/motion-data-error.ts';
import { fillGaps, resample, smooth, type Series } from './clip-series.ts';
import type { PoseParts } from './image-points.ts';
import { reduceKeys } from './reduce-keys.ts';

export type MotionClip = { readonly rateHz: number; readonly frames: readonly PoseParts[] };
export type ClipNames = { readonly id: string; readonly title: string; readonly tags?: string[] };

const RATE_HZ = 30;
const LEAST_SECONDS = 0.2;
/** A joint, hand or head seen in fewer frames than this (share) gets no track. */
const LEAST_SEEN = 0.4;
/** Standard deviation of the smoothing, seconds: as a good One-Euro filter, but without its lag. */
const SMOOTHING_SECONDS = 0.045;
/** How far the reduced motion may be from the captured: shoulder widths, radians, weights. */
export const TOLERANCE = { point: 0.012, hand: 0.015, angle: 0.015, weight: 0.025 } as const;
/** A face weight that never gets this high isn't worth a track. */
const LEAST_WEIGHT = 0.08;
/** Where a host at rest has its hips: a captured body sways about its own middle. */
const REST_HIP = { x: 0.3, y: 1.45 } as const;

/** Throws MotionDataError when nobody is seen for long enough. */
export function clipToTemplate(clip: MotionClip, names: ClipNames): Template {
  const frames = trim(clip);
  const seconds = Math.min(MAX_TEMPLATE_SECONDS, (frames.length - 1) / clip.rateHz);
  if (!(seconds >= LEAST_SECONDS)) {
    throw new MotionDataError(
      `A person with both shoulders is seen in ${frames.length} of ${clip.frames.length} pictures; ` +
        `a template needs at least ${LEAST_SECONDS} seconds`,
    );
  }
  const track = new TrackMaker({ ...clip, frames }, seconds);
  const head = track.head();
  const leftHand = track.hand('leftHand');
  const rightHand = track.hand('rightHand');
  return checkTemplate({
    format: TEMPLATE_FORMAT,
    version: TEMPLATE_VERSION,
    id: names.id,
    title: { en: names.title.slice(0, 80), zh: '' },
    tags: names.tags ?? [],
    seconds: milli(seconds),
    tracks: {
      body: track.body(),
      ...(head && { head }),
      ...(leftHand && { leftHand }),
      ...(rightHand && { rightHand }),
      face: track.face(),
    },
  });
}

/** From the first to the last frame with a body or a face. */
function trim({ frames }: MotionClip): readonly PoseParts[] {
  const seen = (parts: PoseParts): boolean => parts.body !== undefined || parts.face !== undefined;
  const first = frames.findIndex(seen);
  return first < 0 ? [] : frames.slice(first, frames.findLastIndex(seen) + 1);
}

/** Tracks of one clip, one kind at a time. */
class TrackMaker {
  readonly #clip: MotionClip;
  readonly #count: number;

  constructor(clip: MotionClip, seconds: number) {
    this.#clip = clip;
    this.#count = Math.floor(seconds * RATE_HZ + 1e-6) + 1;
  }

  /** Arms, hips, legs and shoulders; the head follows its angles. */
  body(): Record<string, object[]> {
    const tracks: Record<string, object[]> = {};
    for (const [name, index] of Object.entries(BODY)) {
      if (index === BODY.neck || /Eye|Ear|nose/.test(name)) continue;
      const at = index * 3;
      const series = this.#series('body', [at, at + 1], at + 2);
      if (!series) continue;
      if (name.endsWith('Hip')) aboutRest(series, name === 'leftHip' ? 1 : -1);
      tracks[name] = reduceKeys(series, RATE_HZ, TOLERANCE.point).map(({ t, values }) => ({
        t: milli(t),
        x: bounded(values[0]!),
        y: bounded(values[1]!),
        ease: 'linear',
      }));
    }
    return tracks;
  }

  head(): object[] | undefined {
    const series = this.#series('head', [0, 1, 2]);
    return (
      series &&
      reduceKeys(series, RATE_HZ, TOLERANCE.angle).map(({ t, values: [yaw, pitch, roll] }) => ({
        t: milli(t),
        yaw: milli(yaw!),
        pitch: milli(pitch!),
        roll: milli(roll!),
        ease: 'linear',
      }))
    );
  }

  /** Points relative to the wrist. */
  hand(side: 'leftHand' | 'rightHand'): object[] | undefined {
    const columns = Array.from({ length: HAND_COUNT * 2 }, (_, i) => (i >> 1) * 3 + (i & 1));
    const series = this.#series(side, columns, 2);
    if (!series) return undefined;
    for (const values of series) {
      for (let i = values.length - 1; i >= 0; i -= 1) values[i]! -= values[i & 1]!;
    }
    return reduceKeys(series, RATE_HZ, TOLERANCE.hand).map(({ t, values }) => ({
      t: milli(t),
      points: Array.from({ length: HAND_COUNT }, (_, i) => [
        bounded(values[i * 2]!),
        bounded(values[i * 2 + 1]!),
      ]),
      ease: 'linear',
    }));
  }

  face(): Record<string, object[]> {
    const tracks: Record<string, object[]> = {};
    const columns = Array.from({ length: ARKIT_COUNT }, (_, i) => i);
    const series = this.#series('face', columns);
    if (!series) return tracks;
    ARKIT_NAMES.forEach((name, index) => {
      const one = series.map((values) => Float64Array.of(values[index]!));
      if (!one.some((values) => values[0]! >= LEAST_WEIGHT)) return;
      tracks[name] = reduceKeys(one, RATE_HZ, TOLERANCE.weight).map(({ t, values }) => ({
        t: milli(t),
        value: Math.max(0, Math.min(1, milli(values[0]!))),
        ease: 'linear',
      }));
    });
    return tracks;
  }

  /** Filled, at RATE_HZ and smoothed; undefined when it is seen too rarely. */
  #series(
    part: keyof PoseParts,
    columns: readonly number[],
    confidence?: number,
  ): Series | undefined {
    const { frames, rateHz } = this.#clip;
    const raw = frames.map((frame) => {
      const values = frame[part];
      const seen = values && (confidence === undefined || values[confidence]! > 0.05);
      return seen ? Float64Array.from(columns, (column) => values[column]!) : undefined;
    });
    const seen = raw.filter((values) => values !== undefined).length;
    if (seen < Math.max(2, frames.length * LEAST_SEEN)) return undefined;
    const even = resample(fillGaps(raw), rateHz, RATE_HZ, this.#count);
    return smooth(even, SMOOTHING_SECONDS * RATE_HZ);
  }
}

/** Hips about where a host at rest has them: bodies differ, the sway is what counts. */
function aboutRest(series: Series, side: 1 | -1): void {
  const middle = (axis: 0 | 1): number =>
    series.map((values) => values[axis]!).sort((a, b) => a - b)[series.length >> 1]!;
  const dx = REST_HIP.x * side - middle(0);
  const dy = REST_HIP.y - middle(1);
  for (const values of series) {
    values[0]! += dx;
    values[1]! += dy;
  }
}

function bounded(value: number): number {
  return Math.max(-16, Math.min(16, milli(value)));
}

function milli(value: number): number {
  return Math.round(value * 1000) / 1000 + 0;
}
