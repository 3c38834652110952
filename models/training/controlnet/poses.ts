/**
 * Poses to learn from: what the project's own motion does (idle, speech, templates one over the
 * other through the mixer) and, in between, poses as a webcam may send them: any arms, any hand,
 * any face. Seeded: the same seed gives the same poses.
 */
import { Motion } from '../../../server/motion/motion.ts';
import { scriptOfTrack } from '../../../server/motion/play-script.ts';
import { seededRandom } from '../../../server/motion/random.ts';
import type { CompiledTemplate } from '../../../server/motion/template/compiled-template.ts';
import { HAND_LENGTH, writeHandShape } from '../../../server/motion/template/hand-shapes.ts';
import { ARKIT, ARKIT_COUNT, ARKIT_NAMES } from '../../../server/protocol/arkit.ts';
import {
  BODY,
  copyPose,
  createPose,
  HAND_COUNT,
  type Pose,
} from '../../../server/protocol/pose.ts';
import { HAND_SHAPES } from '../../../server/protocol/template.ts';
import { visemeFace } from '../../../server/speech/mouth.ts';
import { VISEMES } from '../../../server/speech/visemes.ts';

type Side = 'left' | 'right';
const SECONDS_PER_FRAME = 0.04;
/** Frames of motion between two poses that are taken, and between two templates that begin. */
const STRIDE = 4;
const TEMPLATE_EVERY = 24;
const UPPER_ARM = 0.8;
const FOREARM = 0.75;

export class PoseSource {
  readonly #random: () => number;
  readonly #motion: Motion;
  readonly #templates: readonly CompiledTemplate[];
  readonly #pose = createPose();
  #frame = 0;
  readonly #mouth = new Float32Array(ARKIT_COUNT);
  readonly #nextMouth = new Float32Array(ARKIT_COUNT);

  constructor(templates: readonly CompiledTemplate[], seed: number) {
    this.#random = seededRandom(seed);
    this.#templates = templates;
    this.#motion = new Motion({ seed, placeOf: ({ x, y }) => ({ x: x - 0.5, y }), live: [] });
    this.#motion.tier = 'full';
  }

  /** Seconds of the motion's own time. */
  get seconds(): number {
    return this.#frame * SECONDS_PER_FRAME;
  }

  /** The next frame of motion: a talking, gesturing host at 25 frames a second. */
  step(): Pose {
    if (this.#frame % TEMPLATE_EVERY === 0 && this.#templates.length > 0) this.#begin();
    const speech = { voice: 1, stress: this.#frame % 20 < 3 ? 1 : 0 };
    this.#motion.update(this.seconds, speech, this.#pose);
    this.#speak();
    this.#frame += 1;
    return this.#pose;
  }

  /** A pose some frames on, as motion has it. */
  moved(): Pose {
    for (let i = 1; i < STRIDE; i += 1) this.step();
    return this.step();
  }

  /** A pose as a webcam may send it, written into `out`. */
  anything(out: Pose): void {
    copyPose(this.moved(), out);
    const body = out.body;
    for (const side of ['left', 'right'] as const) {
      if (this.#random() < 0.8) this.#anyArm(side, out);
    }
    for (const joint of [BODY.leftShoulder, BODY.rightShoulder, BODY.nose]) {
      body[joint * 3]! += this.#about(0, 0.04);
      body[joint * 3 + 1]! += this.#about(0, 0.04);
    }
    const sway = this.#about(0, 0.08);
    for (const joint of [BODY.leftHip, BODY.rightHip]) body[joint * 3]! += sway;
    out.head.set([this.#about(0, 0.3), this.#about(0, 0.22), this.#about(0, 0.18)]);
    this.anyFace(out.face);
  }

  /** Any face: a viseme or two, looks, and weights that nobody has ever seen together. */
  anyFace(face: Float32Array): void {
    face.fill(0);
    if (this.#random() < 0.7) this.#addViseme(face, 0.4 + 0.6 * this.#random());
    if (this.#random() < 0.4) this.#addViseme(face, this.#random());
    const share = this.#random() < 0.5 ? 0.05 : 0.2;
    for (let i = 0; i < ARKIT_COUNT; i += 1) {
      if (this.#random() > share) continue;
      const weight = this.#random();
      face[i] = Math.max(face[i]!, weight);
      const twin = twinOf(i);
      if (twin !== undefined && this.#random() < 0.7) face[twin] = weight;
    }
    if (this.#random() < 0.3) this.#blink(face);
    for (let i = 0; i < ARKIT_COUNT; i += 1) face[i] = Math.max(0, Math.min(1, face[i]!));
  }

  #begin(): void {
    const track = this.#templates[Math.floor(this.#random() * this.#templates.length)]!;
    const script = scriptOfTrack(track, { id: this.#frame + 1, priority: 'hand', when: 'now' });
    const mirrored = this.#random() < 0.4;
    const moments = script.moments.map((steps) => steps.map((step) => ({ ...step, mirrored })));
    this.#motion.player.play({ ...script, moments }, this.seconds);
  }

  /** Mouth shapes one after another, a new one every fourth frame. */
  #speak(): void {
    const phase = this.#frame % STRIDE;
    if (phase === 0) {
      this.#mouth.set(this.#nextMouth);
      this.#nextMouth.fill(0);
      this.#addViseme(this.#nextMouth, 0.3 + 0.7 * this.#random());
    }
    for (let i = ARKIT.jawForward; i <= ARKIT.mouthUpperUpRight; i += 1) {
      const spoken = this.#mouth[i]! + (this.#nextMouth[i]! - this.#mouth[i]!) * (phase / STRIDE);
      this.#pose.face[i] = Math.max(this.#pose.face[i]!, spoken);
    }
    this.#pose.face[ARKIT.tongueOut] = this.#mouth[ARKIT.tongueOut]!;
  }

  #addViseme(face: Float32Array, strength: number): void {
    const viseme = visemeFace(VISEMES[Math.floor(this.#random() * VISEMES.length)]!);
    for (let i = 0; i < ARKIT_COUNT; i += 1) face[i]! += viseme[i]! * strength;
  }

  #blink(face: Float32Array): void {
    const shut = this.#random() < 0.5 ? 1 : this.#random();
    face[ARKIT.eyeBlinkLeft] = shut;
    face[ARKIT.eyeBlinkRight] = this.#random() < 0.85 ? shut : this.#random();
  }

  #anyArm(side: Side, out: Pose): void {
    const sign = side === 'left' ? 1 : -1;
    const elbow = BODY[`${side}Elbow`] * 3;
    const wrist = BODY[`${side}Wrist`] * 3;
    const upper = this.#about(0.35, 0.75);
    const reach = UPPER_ARM * (1 - 0.45 * this.#random() ** 2);
    const elbowX = sign * (0.45 + Math.sin(upper) * reach);
    const elbowY = 0.06 + Math.cos(upper) * reach;
    const fore = upper + this.#about(-1.3, 1.2);
    const length = FOREARM * (1 - 0.7 * this.#random() ** 2);
    const wristX = elbowX + sign * Math.sin(fore) * length;
    const wristY = elbowY + Math.cos(fore) * length;
    out.body.set([elbowX, elbowY, 1], elbow);
    out.body.set([wristX, wristY, 1], wrist);
    const hand = side === 'left' ? out.leftHand : out.rightHand;
    if (this.#random() < 0.25) hand.fill(0);
    else this.#anyHand(hand, sign, Math.atan2(wristY - elbowY, wristX - elbowX), wristX, wristY);
  }

  /** Between two named shapes, turned about the wrist, seen from any side, with a tremble. */
  #anyHand(hand: Float32Array, sign: 1 | -1, forearm: number, x: number, y: number): void {
    const a = new Float32Array(HAND_COUNT * 2);
    const b = new Float32Array(HAND_COUNT * 2);
    writeHandShape(HAND_SHAPES[Math.floor(this.#random() * HAND_SHAPES.length)]!, a);
    writeHandShape(HAND_SHAPES[Math.floor(this.#random() * HAND_SHAPES.length)]!, b);
    const share = this.#random() < 0.6 ? 0 : this.#random();
    const angle = forearm + this.#about(0, 0.5);
    const palm = this.#random() < 0.75 ? (this.#random() < 0.5 ? 1 : -1) : this.#about(0, 0.7);
    const length = HAND_LENGTH * (0.8 + 0.35 * this.#random());
    const along = 1 - 0.5 * this.#random() ** 3;
    for (let i = 0; i < HAND_COUNT; i += 1) {
      const u = (a[i * 2]! + (b[i * 2]! - a[i * 2]!) * share) * along + this.#about(0, 0.008);
      const v = (a[i * 2 + 1]! + (b[i * 2 + 1]! - a[i * 2 + 1]!) * share) * -sign * palm;
      hand[i * 3] = x + (Math.cos(angle) * u - Math.sin(angle) * v) * length;
      hand[i * 3 + 1] = y + (Math.sin(angle) * u + Math.cos(angle) * v) * length;
      hand[i * 3 + 2] = 1;
    }
  }

  /** Normally distributed (the sum of uniform ones will do), cut at 2.45 deviations. */
  #about(middle: number, deviation: number): number {
    const sum = this.#random() + this.#random() - this.#random() - this.#random();
    return middle + (sum * deviation * Math.sqrt(12)) / 2;
  }
}

function twinOf(index: number): number | undefined {
  const name = ARKIT_NAMES[index]!;
  const twin = name.endsWith('Left') ? `${name.slice(0, -4)}Right` : undefined;
  return twin === undefined ? undefined : ARKIT[twin as keyof typeof ARKIT];
}
