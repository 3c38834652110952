/**
 * Moves a template's acting hand to a place: two-bone inverse kinematics in the picture's plane.
 * As the template's own arm leaves its rest, so far is the arm turned to the place; so a template
 * that raises, holds and lowers its arm does the same towards wherever it is sent. Pure,
 * allocation-free after construction; engine thread.
 */
import { HAND_COUNT, type Pose } from '../protocol/pose.ts';
import { ArmBlend, ARMS, boneBetween, lengthOf, type Arm, type Vector } from './arm.ts';
import type { Place } from './playback.ts';
import { SHOULDER, WRIST } from './rest.ts';
import { FRAME_FLOATS, FRAME_LAYOUT, type CompiledTemplate } from './template/compiled-template.ts';

/** Shoulder widths: both bones of an arm in the picture's plane, wrist to the pointing fingertip. */
const UPPER = 0.82;
const FORE = 0.8;
const HAND = 0.4;
/** An arm isn't locked straight, and comes towards the viewer rather than fold up altogether. */
const MOST_STRETCH = 0.97;
const LEAST_STRETCH = 0.6;
const SHORTEST = 0.55;
/** The hand is at its place when this share of the template's own way is done. */
const RAISED = 0.8;
const LEAST_LENGTH = 1e-3;

export class Reach {
  readonly #stored: Arm;
  readonly #other: Arm;
  readonly #farthest: number;
  readonly #blend = new ArmBlend();
  readonly #goal = new Float32Array(18 * 3);
  readonly #before: Vector = [0, 0];
  readonly #after: Vector = [0, 0];

  constructor(template: CompiledTemplate, aim: 'leftHand' | 'rightHand') {
    this.#stored = ARMS.find(({ hand }) => hand === aim)!;
    this.#other = ARMS.find(({ hand }) => hand !== aim)!;
    this.#farthest = farthestFromRest(template, this.#stored);
  }

  /** `mirrored`: the pose is, so the other arm acts. */
  apply(pose: Pose, place: Place, mirrored: boolean): void {
    const arm = mirrored ? this.#other : this.#stored;
    const { body } = pose;
    const weight = raised(fromRest(body, arm) / this.#farthest / RAISED);
    if (weight === 0) return;
    // A template without shoulders leaves them to idle: near their rest.
    if (body[arm.shoulder * 3 + 2]! === 0) {
      body[arm.shoulder * 3] = SHOULDER[0] * arm.side;
      body[arm.shoulder * 3 + 1] = SHOULDER[1];
    }
    this.#solve(body, arm, place);
    boneBetween(body, arm.elbow, body, arm.wrist, this.#before);
    const wristX = body[arm.wrist * 3]!;
    const wristY = body[arm.wrist * 3 + 1]!;
    this.#blend.blend(body, this.#goal, arm, weight, weight);
    boneBetween(body, arm.elbow, body, arm.wrist, this.#after);
    this.#turnHand(pose[arm.hand], wristX, wristY, body, arm.wrist);
  }

  /** Elbow and wrist that bring the fingertip to the place, or as near as the arm reaches. */
  #solve(body: Float32Array, { side, shoulder, elbow, wrist }: Arm, place: Place): void {
    const fromX = body[shoulder * 3]!;
    const fromY = body[shoulder * 3 + 1]!;
    const farX = place.x - fromX;
    const farY = place.y - fromY;
    const far = Math.max(LEAST_LENGTH, lengthOf(farX, farY));
    const ux = farX / far;
    const uy = farY / far;
    const full = UPPER + FORE;
    const way = Math.max(full * 0.15, Math.min(full * MOST_STRETCH, far - HAND));
    const scale = Math.max(SHORTEST, Math.min(1, way / (full * LEAST_STRETCH)));
    const upper = UPPER * scale;
    const fore = FORE * scale;
    // Law of cosines: how far along the way, and how far beside it, the elbow lies.
    const along = (way * way + upper * upper - fore * fore) / (2 * way);
    const beside = Math.sqrt(Math.max(0, upper * upper - along * along));
    // Of the two places an elbow hangs at the lower, and the outer one of two as low.
    const turn = ux + uy * -side * 0.3 >= 0 ? 1 : -1;
    const goal = this.#goal;
    goal[elbow * 3] = fromX + ux * along - uy * beside * turn;
    goal[elbow * 3 + 1] = fromY + uy * along + ux * beside * turn;
    goal[wrist * 3] = fromX + ux * way;
    goal[wrist * 3 + 1] = fromY + uy * way;
  }

  /** The hand goes with its wrist and turns with its forearm. */
  #turnHand(
    hand: Float32Array,
    fromX: number,
    fromY: number,
    body: Float32Array,
    wrist: number,
  ): void {
    const ax = this.#before[0];
    const ay = this.#before[1];
    const bx = this.#after[0];
    const by = this.#after[1];
    const angle = Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    for (let i = 0; i < HAND_COUNT * 3; i += 3) {
      const x = hand[i]! - fromX;
      const y = hand[i + 1]! - fromY;
      hand[i] = body[wrist * 3]! + x * cos - y * sin;
      hand[i + 1] = body[wrist * 3 + 1]! + x * sin + y * cos;
    }
  }
}

function fromRest(body: Float32Array, { side, wrist }: Arm): number {
  return lengthOf(body[wrist * 3]! - WRIST[0] * side, body[wrist * 3 + 1]! - WRIST[1]);
}

function farthestFromRest({ frames }: CompiledTemplate, arm: Arm): number {
  let most = LEAST_LENGTH;
  for (let frame = 0; frame < frames.length; frame += FRAME_FLOATS) {
    most = Math.max(most, fromRest(frames.subarray(frame + FRAME_LAYOUT.body), arm));
  }
  return most;
}

/** Smooth 0..1. */
function raised(share: number): number {
  const t = Math.max(0, Math.min(1, share));
  return t * t * (3 - 2 * t);
}
