/**
 * A live source (webcam or VMC) on the engine thread: poses as they come, smoothed, each joint
 * gated by its confidence. The newest pose counts at once; between poses and for a moment after the
 * last one it stays (longer for a slow camera), then the person has left and the mixer fades to the
 * layers below.
 *
 * Lag: that of the One-Euro filters alone (smoothing.ts), 4 to 28 ms for what moves.
 */
import { ARKIT_COUNT } from '../protocol/arkit.ts';
import { BODY_COUNT, HAND_COUNT } from '../protocol/pose.ts';
import type { PosePart } from '../session/pose-ring.ts';
import { HeadHeight } from './head-height.ts';
import { Smoother, SMOOTHING, type Smoothing } from './smoothing.ts';
import { FRAME_LAYOUT } from './template/compiled-template.ts';
import { PART, PART_OF_JOINT, type Layer, type MotionSource } from './template/layer.ts';

/** What a live pose must tell; values lie in `floats` as in a compiled frame. */
export interface LiveRecord {
  readonly floats: Float32Array;
  /** MediaTime of the pose. */
  readonly timeUs: number;
  has(part: PosePart): boolean;
}

/**
 * A part that hasn't been seen for this long has left the picture: a few lost packets, no more. On a
 * machine that finds two poses a second it must be longer, or the avatar would never follow.
 */
const HOLD_SECONDS = 0.3;
const HOLD_GAPS = 2.5;
const MOST_HOLD_SECONDS = 1.5;
const GAP_SHARE = 0.25;
/** A joint counts from the upper confidence and no longer below the lower one: no flutter. */
const GATE_OPENS = 0.5;
const GATE_SHUTS = 0.3;
/** Filters remember nothing across a gap so much longer than the hold. */
const FORGET_HOLDS = 1.7;

export class LivePose implements MotionSource {
  readonly #body = new PointTrack(BODY_COUNT);
  readonly #headHeight = new HeadHeight();
  readonly #leftHand = new PointTrack(HAND_COUNT);
  readonly #rightHand = new PointTrack(HAND_COUNT);
  readonly #head = new ValueTrack(3, SMOOTHING.angles);
  readonly #face = new ValueTrack(ARKIT_COUNT, SMOOTHING.weights);
  #lastSeconds = -Infinity;
  #gapSeconds = 0;

  /** Takes a pose; those of one source come in the order of their times. */
  push(record: LiveRecord): void {
    const seconds = record.timeUs / 1e6;
    const { floats } = record;
    this.#learnGap(seconds);
    const forgetSeconds = FORGET_HOLDS * this.#holdSeconds;
    if (record.has('body')) {
      this.#body.push(floats, FRAME_LAYOUT.body, seconds, forgetSeconds);
      this.#headHeight.learn(this.#body.points, seconds);
    }
    if (record.has('leftHand'))
      this.#leftHand.push(floats, FRAME_LAYOUT.leftHand, seconds, forgetSeconds);
    if (record.has('rightHand'))
      this.#rightHand.push(floats, FRAME_LAYOUT.rightHand, seconds, forgetSeconds);
    if (record.has('head')) this.#head.push(floats, FRAME_LAYOUT.head, seconds, forgetSeconds);
    if (record.has('face')) this.#face.push(floats, FRAME_LAYOUT.face, seconds, forgetSeconds);
  }

  /** True while somebody is seen. */
  present(timeSeconds: number): boolean {
    return this.#isFresh(this.#body, timeSeconds) || this.#isFresh(this.#face, timeSeconds);
  }

  sample(timeSeconds: number, out: Layer): void {
    const { pose, parts } = out;
    parts.fill(0);
    const bodyFresh = this.#isFresh(this.#body, timeSeconds);
    if (bodyFresh) {
      pose.body.set(this.#body.points);
      this.#headHeight.apply(pose.body);
      for (let joint = 0; joint < BODY_COUNT; joint += 1) parts[PART_OF_JOINT[joint]!] = 1;
    }
    const headFresh = this.#isFresh(this.#head, timeSeconds);
    if (headFresh) pose.head.set(this.#head.values);
    // Head points without angles would pull nose and eyes apart.
    parts[PART.head] = headFresh ? 1 : 0;
    parts[PART.leftHand] = this.#sampleHand(this.#leftHand, timeSeconds, pose.leftHand);
    parts[PART.rightHand] = this.#sampleHand(this.#rightHand, timeSeconds, pose.rightHand);
    const faceFresh = this.#isFresh(this.#face, timeSeconds);
    if (faceFresh) pose.face.set(this.#face.values);
    out.face.fill(faceFresh ? 1 : 0);
  }

  get #holdSeconds(): number {
    return Math.min(MOST_HOLD_SECONDS, Math.max(HOLD_SECONDS, HOLD_GAPS * this.#gapSeconds));
  }

  /** How far apart poses come; a pause is no gap. */
  #learnGap(seconds: number): void {
    const gap = seconds - this.#lastSeconds;
    this.#lastSeconds = seconds;
    if (gap > MOST_HOLD_SECONDS) return;
    this.#gapSeconds += GAP_SHARE * (gap - this.#gapSeconds);
  }

  #isFresh(track: { readonly lastSeconds: number }, timeSeconds: number): boolean {
    return timeSeconds - track.lastSeconds < this.#holdSeconds;
  }

  /** A hand counts as a whole: half a hand would be a broken one. Returns its part's weight. */
  #sampleHand(track: PointTrack, timeSeconds: number, out: Float32Array): number {
    if (!this.#isFresh(track, timeSeconds)) return 0;
    let sure = 0;
    for (let i = 2; i < track.points.length; i += 3) sure += track.points[i]!;
    if (sure < HAND_COUNT) return 0;
    out.set(track.points);
    return 1;
  }
}

/** Points with confidences: those that are sure are smoothed, the others stay where they were. */
class PointTrack {
  readonly points: Float32Array;
  lastSeconds = -Infinity;
  readonly #smoother: Smoother;

  constructor(count: number) {
    this.points = new Float32Array(count * 3);
    this.#smoother = new Smoother(count * 2, SMOOTHING.points);
  }

  push(floats: Float32Array, offset: number, seconds: number, forgetSeconds: number): void {
    const { points } = this;
    const forget = seconds - this.lastSeconds > forgetSeconds;
    for (let i = 0; i < points.length; i += 3) {
      const open = points[i + 2]! > 0 && !forget;
      const sure = floats[offset + i + 2]!;
      const seen = sure >= (open ? GATE_SHUTS : GATE_OPENS);
      points[i + 2] = seen ? 1 : 0;
      if (!seen) continue;
      this.#smooth(i, 0, floats[offset + i]!, seconds, !open);
      this.#smooth(i, 1, floats[offset + i + 1]!, seconds, !open);
    }
    this.lastSeconds = seconds;
  }

  #smooth(point: number, axis: 0 | 1, value: number, seconds: number, anew: boolean): void {
    const channel = (point / 3) * 2 + axis;
    if (anew) this.#smoother.reset(channel);
    this.points[point + axis] = this.#smoother.filter(channel, value, seconds);
  }
}

class ValueTrack {
  readonly values: Float32Array;
  lastSeconds = -Infinity;
  readonly #smoother: Smoother;

  constructor(count: number, smoothing: Smoothing) {
    this.values = new Float32Array(count);
    this.#smoother = new Smoother(count, smoothing);
  }

  push(floats: Float32Array, offset: number, seconds: number, forgetSeconds: number): void {
    const forget = seconds - this.lastSeconds > forgetSeconds;
    for (let i = 0; i < this.values.length; i += 1) {
      if (forget) this.#smoother.reset(i);
      this.values[i] = this.#smoother.filter(i, floats[offset + i]!, seconds);
    }
    this.lastSeconds = seconds;
  }
}
