/**
 * Blends the sources of motion from low to high into one pose. Every source fades in and out over
 * FADE_SECONDS, per joint, hand, head and face weight; a source that falls silent is held where it
 * was until it has faded. Arms are blended as bones, by angle and length, so that an arm on its way
 * from one pose to another swings and never shrinks through the body. What comes out is then held
 * to the speed limits (speed-limit.ts). Pure, allocation-free; engine thread, one per avatar.
 */
import { ARKIT_COUNT } from '../protocol/arkit.ts';
import { BODY, BODY_COUNT, copyPose, createPose, HAND_COUNT, type Pose } from '../protocol/pose.ts';
import { ArmBlend, ARMS } from './arm.ts';
import { SpeedLimit } from './speed-limit.ts';
import { createLayer, PART, PART_OF_JOINT, type Layer } from './template/layer.ts';

export const FADE_SECONDS = 0.2;
/** Points surer than this count; sources gate and hold what is less sure. */
export const SURE = 0.3;
/** A hand is drawn fully from this confidence and not at all below the lower one. */
const HAND_FROM = 0.05;
const HAND_FULL = 0.3;

/** Joints that are blended as points; the arms' are blended as bones. */
const POINTS = Object.values(BODY).filter(
  (joint) => joint !== BODY.neck && !ARMS.some((arm) => joint === arm.elbow || joint === arm.wrist),
);

/** A source's place in the mixer: what it says, and how far it has faded in. */
export class MixedLayer {
  /** Written by the source before every `mix`. */
  readonly says: Layer = createLayer();
  readonly #held: Pose = createPose();
  readonly #joints = new Float32Array(BODY_COUNT);
  readonly #hands = new Float32Array(2);
  readonly #head = new Float32Array(1);
  readonly #face = new Float32Array(ARKIT_COUNT);
  readonly #arm = new ArmBlend();
  #active = false;

  /** False when it has faded out altogether. */
  get active(): boolean {
    return this.#active;
  }

  /** How far one ARKit weight of it has faded in, 0..1. */
  faceWeight(index: number): number {
    return ease(this.#face[index]!);
  }

  /** Says nothing from now on; what it said fades out. */
  fallSilent(): void {
    this.says.parts.fill(0);
    this.says.face.fill(0);
  }

  /** Forgets everything at once: for a place that a new source takes. */
  clear(): void {
    this.fallSilent();
    this.#joints.fill(0);
    this.#hands.fill(0);
    this.#head.fill(0);
    this.#face.fill(0);
    this.#active = false;
  }

  /** Takes what the source says now and moves the fades by `step` (0..1). */
  advance(step: number): void {
    const { pose, parts, face } = this.says;
    let most = 0;
    for (let joint = 0; joint < BODY_COUNT; joint += 1) {
      const sure = pose.body[joint * 3 + 2]! >= SURE;
      const target = sure ? parts[PART_OF_JOINT[joint]!]! : 0;
      if (target > 0) holdPoint(pose.body, this.#held.body, joint);
      most = Math.max(most, fade(this.#joints, joint, target, step));
    }
    most = Math.max(most, this.#advanceHand(0, pose.rightHand, parts[PART.rightHand]!, step));
    most = Math.max(most, this.#advanceHand(1, pose.leftHand, parts[PART.leftHand]!, step));
    if (parts[PART.head]! > 0) this.#held.head.set(pose.head);
    most = Math.max(most, fade(this.#head, 0, parts[PART.head]!, step));
    for (let i = 0; i < ARKIT_COUNT; i += 1) {
      if (face[i]! > 0) this.#held.face[i] = pose.face[i]!;
      most = Math.max(most, fade(this.#face, i, face[i]!, step));
    }
    this.#active = most > 0;
  }

  /** Lays what it says over `out`. */
  blendInto(out: Pose): void {
    const { body, head, face } = this.#held;
    const joints = this.#joints;
    for (const joint of POINTS) blendPoint(out.body, body, joint, ease(joints[joint]!));
    for (const arm of ARMS) {
      this.#arm.blend(out.body, body, arm, ease(joints[arm.elbow]!), ease(joints[arm.wrist]!));
    }
    blendHand(out.rightHand, this.#held.rightHand, ease(this.#hands[0]!));
    blendHand(out.leftHand, this.#held.leftHand, ease(this.#hands[1]!));
    const turn = ease(this.#head[0]!);
    for (let i = 0; i < 3; i += 1) out.head[i]! += (head[i]! - out.head[i]!) * turn;
    for (let i = 0; i < ARKIT_COUNT; i += 1) {
      out.face[i]! += (face[i]! - out.face[i]!) * ease(this.#face[i]!);
    }
  }

  #advanceHand(index: 0 | 1, hand: Float32Array, part: number, step: number): number {
    const target = hand[2]! >= SURE ? part : 0;
    const held = index === 0 ? this.#held.rightHand : this.#held.leftHand;
    if (target > 0) holdHand(hand, held);
    return fade(this.#hands, index, target, step);
  }
}

export class Mixer {
  readonly #limit = new SpeedLimit();

  /**
   * Lays `layers` over `base` in their order, low to high, and writes the result to `out`.
   * `dtSeconds`: since the last call. `base` may be `out`.
   */
  mix(base: Pose, layers: readonly MixedLayer[], dtSeconds: number, out: Pose): void {
    if (base !== out) copyPose(base, out);
    relateHand(out.rightHand);
    relateHand(out.leftHand);
    const step = Math.max(0, dtSeconds) / FADE_SECONDS;
    for (let i = 0; i < layers.length; i += 1) {
      const layer = layers[i]!;
      layer.advance(step);
      if (layer.active) layer.blendInto(out);
    }
    this.#limit.apply(out);
    attachHand(out.rightHand, out.body, BODY.rightWrist);
    attachHand(out.leftHand, out.body, BODY.leftWrist);
  }
}

/** Moves one fade towards its target; returns where it is. */
function fade(fades: Float32Array, index: number, target: number, step: number): number {
  const value = fades[index]!;
  const change = Math.max(-step, Math.min(step, target - value));
  return (fades[index] = value + change);
}

function holdPoint(from: Float32Array, to: Float32Array, joint: number): void {
  to[joint * 3] = from[joint * 3]!;
  to[joint * 3 + 1] = from[joint * 3 + 1]!;
  to[joint * 3 + 2] = 1;
}

/** Hands are kept relative to their wrist. */
function holdHand(from: Float32Array, to: Float32Array): void {
  for (let i = HAND_COUNT - 1; i >= 0; i -= 1) {
    to[i * 3] = from[i * 3]! - from[0]!;
    to[i * 3 + 1] = from[i * 3 + 1]! - from[1]!;
  }
}

function blendPoint(out: Float32Array, layer: Float32Array, joint: number, weight: number): void {
  if (weight === 0) return;
  const i = joint * 3;
  out[i]! += (layer[i]! - out[i]!) * weight;
  out[i + 1]! += (layer[i + 1]! - out[i + 1]!) * weight;
  out[i + 2]! += (1 - out[i + 2]!) * weight;
}

function blendHand(out: Float32Array, layer: Float32Array, weight: number): void {
  if (weight === 0) return;
  // Under a hand that isn't tracked there is nothing to blend with: its confidence does it.
  const share = out[2]! > 0 ? weight : 1;
  const before = Math.max(0, (out[2]! - HAND_FROM) / (HAND_FULL - HAND_FROM));
  const sure = HAND_FROM + (HAND_FULL - HAND_FROM) * Math.min(1, before + (1 - before) * weight);
  for (let i = 0; i < HAND_COUNT * 3; i += 3) {
    out[i]! += (layer[i]! - out[i]!) * share;
    out[i + 1]! += (layer[i + 1]! - out[i + 1]!) * share;
    out[i + 2] = sure;
  }
}

function relateHand(hand: Float32Array): void {
  const x = hand[0]!;
  const y = hand[1]!;
  for (let i = 0; i < HAND_COUNT * 3; i += 3) {
    hand[i]! -= x;
    hand[i + 1]! -= y;
  }
}

function attachHand(hand: Float32Array, body: Float32Array, wrist: number): void {
  for (let i = 0; i < HAND_COUNT * 3; i += 3) {
    hand[i]! += body[wrist * 3]!;
    hand[i + 1]! += body[wrist * 3 + 1]!;
  }
}

/** Smooth 0..1 of a fade that is within it. */
function ease(value: number): number {
  return value * value * (3 - 2 * value);
}
