/**
 * The lowest layer of motion: what a host does by itself. Breath, blinks, glances, sway and head
 * drift, livelier and with the hands apart while speaking. Deterministic for a seed and a sequence of times. Runs on the engine thread, owned by
 * the session. The lips are written afterwards by another step; here the mouth only smiles a bit.
 */
import { ARKIT } from '../protocol/arkit.ts';
import { Blinks, Gaze } from './idle-eyes.ts';
import { BODY, type Pose } from '../protocol/pose.ts';
import { seededRandom } from './random.ts';
import { ANKLE, EAR, ELBOW, EYE, HIP, KNEE, NOSE_Y, SHOULDER, WRIST } from './rest.ts';

/** `voice` 0..1: how much the avatar is speaking; `stress` 0..1: a pulse on stressed syllables. */
export type Speech = { readonly voice: number; readonly stress: number };

/** Longer gaps between updates than this count as a jump: springs start anew. */
const JUMP_SECONDS = 1;
const STEP_SECONDS = 0.01;
const BREATH_HERTZ = 0.24;

export class IdleMotion {
  readonly #blinks: Blinks;
  readonly #gaze: Gaze;
  /** Phases of the slow waves, radians. */
  readonly #phases: Float64Array;
  #time = Number.NaN;
  /** Smoothed speech activity. */
  #voice = 0;
  #headX = 0;
  #headY = 0;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.#phases = Float64Array.from({ length: 12 }, () => random() * Math.PI * 2);
    this.#blinks = new Blinks(random);
    this.#gaze = new Gaze(random);
  }

  /** Writes the complete pose at this time into `out`. */
  update(timeSeconds: number, speech: Speech, out: Pose): void {
    const elapsed = timeSeconds - this.#time;
    if (!(elapsed >= 0 && elapsed <= JUMP_SECONDS)) this.#restart(timeSeconds);
    else this.#advance(elapsed, speech);
    this.#time = timeSeconds;
    this.#gaze.update(timeSeconds);
    const lively = 1 + 0.8 * this.#voice;
    this.#writeHead(timeSeconds, lively, out);
    this.#writeBody(timeSeconds, lively, out);
    this.#writeFace(timeSeconds, out);
    out.leftHand.fill(0);
    out.rightHand.fill(0);
  }

  #restart(timeSeconds: number): void {
    this.#blinks.restart(timeSeconds);
    this.#gaze.restart(timeSeconds);
    this.#voice = 0;
    this.#headX = 0;
    this.#headY = 0;
  }

  /** Fixed steps, so that what follows slowly doesn't depend on how often they are asked. */
  #advance(elapsed: number, speech: Speech): void {
    const steps = Math.max(1, Math.round(elapsed / STEP_SECONDS));
    const dt = elapsed / steps;
    const voice = clamp01(speech.voice);
    for (let i = 0; i < steps; i += 1) {
      this.#voice += (voice - this.#voice) * Math.min(1, dt * 2.5);
      this.#headX += (this.#gaze.targetX - this.#headX) * Math.min(1, dt * 3);
      this.#headY += (this.#gaze.targetY - this.#headY) * Math.min(1, dt * 3);
    }
  }

  #writeHead(t: number, lively: number, out: Pose): void {
    const yaw = (this.#wave(0, t, 0.11) * 0.05 + this.#wave(1, t, 0.31) * 0.02) * lively;
    const pitch = (this.#wave(2, t, 0.13) * 0.025 + this.#wave(3, t, 0.37) * 0.012) * lively;
    const roll = (this.#wave(4, t, 0.09) * 0.03 + this.#wave(5, t, 0.23) * 0.012) * lively;
    out.head[0] = yaw + this.#headX * 0.22;
    out.head[1] = pitch + this.#headY * 0.12;
    out.head[2] = roll + this.#headX * 0.04;
  }

  #writeBody(t: number, lively: number, out: Pose): void {
    const breath = this.#breath(t);
    const sway = (this.#wave(6, t, 0.07) * 0.016 + this.#wave(7, t, 0.19) * 0.006) * lively;
    const tilt = this.#wave(8, t, 0.08) * 0.006 * lively;
    const body = out.body;
    put(body, BODY.neck, 0, 0);
    for (const side of SIDES) {
      const left = side > 0;
      const up = -0.014 * breath + tilt * side;
      put(
        body,
        left ? BODY.leftShoulder : BODY.rightShoulder,
        SHOULDER[0] * side,
        SHOULDER[1] + up,
      );
      this.#writeArm(t, side, breath, body);
      put(body, left ? BODY.leftHip : BODY.rightHip, HIP[0] * side - sway, HIP[1]);
      put(body, left ? BODY.leftKnee : BODY.rightKnee, KNEE[0] * side - sway, KNEE[1]);
      put(body, left ? BODY.leftAnkle : BODY.rightAnkle, ANKLE[0] * side - sway, ANKLE[1]);
    }
    writeHeadPoints(out);
  }

  /** Hands rest before the waist; speaking parts them. */
  #writeArm(t: number, side: 1 | -1, breath: number, body: Float32Array): void {
    const left = side > 0;
    const drift = this.#wave(left ? 9 : 10, t, 0.21);
    const apart = this.#voice * 0.13 + drift * 0.012;
    const lift = this.#voice * 0.06 + breath * 0.008;
    const elbowX = ELBOW[0] + this.#voice * 0.03 + drift * 0.006;
    put(body, left ? BODY.leftElbow : BODY.rightElbow, elbowX * side, ELBOW[1] - lift * 0.25);
    put(body, left ? BODY.leftWrist : BODY.rightWrist, (WRIST[0] + apart) * side, WRIST[1] - lift);
  }

  #writeFace(t: number, out: Pose): void {
    const face = out.face;
    face.fill(0);
    const blink = this.#blinks.at(t);
    face[ARKIT.eyeBlinkLeft] = blink;
    face[ARKIT.eyeBlinkRight] = blink;
    // The eyes stay on what they look at while the head drifts under them.
    const x = this.#gaze.x - out.head[0]! * 1.1;
    const y = this.#gaze.y - out.head[1]! * 1.2;
    face[ARKIT.eyeLookOutLeft] = clamp01(x);
    face[ARKIT.eyeLookInLeft] = clamp01(-x);
    face[ARKIT.eyeLookOutRight] = clamp01(-x);
    face[ARKIT.eyeLookInRight] = clamp01(x);
    face[ARKIT.eyeLookUpLeft] = face[ARKIT.eyeLookUpRight] = clamp01(y);
    face[ARKIT.eyeLookDownLeft] = face[ARKIT.eyeLookDownRight] = clamp01(-y);
    const raise = clamp01(0.05 + this.#wave(11, t, 0.06) * 0.05);
    face[ARKIT.browInnerUp] = raise;
    face[ARKIT.browOuterUpLeft] = face[ARKIT.browOuterUpRight] = raise * 0.7;
    const smile = 0.34 - 0.12 * this.#voice;
    face[ARKIT.mouthSmileLeft] = face[ARKIT.mouthSmileRight] = smile;
  }

  /** 0 empty, 1 full: breathing in is quicker than out. */
  #breath(t: number): number {
    const phase = Math.PI * 2 * BREATH_HERTZ * t;
    return 0.5 - 0.5 * Math.cos(phase + 0.35 * Math.sin(phase));
  }

  #wave(index: number, t: number, hertz: number): number {
    return Math.sin(Math.PI * 2 * hertz * t + this.#phases[index]!);
  }
}

const SIDES = [1, -1] as const;

/** Nose, eyes and ears where the head's angles put them. */
export function writeHeadPoints(out: Pose): void {
  const sinYaw = Math.sin(out.head[0]!);
  const sinPitch = Math.sin(out.head[1]!);
  const roll = out.head[2]!;
  headPoint(out.body, BODY.nose, 0.16 * sinYaw, NOSE_Y - 0.16 * sinPitch, roll);
  for (const side of SIDES) {
    const eye = side > 0 ? BODY.leftEye : BODY.rightEye;
    const ear = side > 0 ? BODY.leftEar : BODY.rightEar;
    headPoint(out.body, eye, EYE[0] * side + 0.13 * sinYaw, EYE[1] - 0.13 * sinPitch, roll);
    headPoint(out.body, ear, EAR[0] * side - 0.02 * sinYaw, EAR[1] + 0.02 * sinPitch, roll);
  }
}

function headPoint(body: Float32Array, index: number, x: number, y: number, roll: number): void {
  const cos = Math.cos(roll);
  const sin = Math.sin(roll);
  put(body, index, x * cos - y * sin, x * sin + y * cos);
}

function put(body: Float32Array, index: number, x: number, y: number): void {
  body[index * 3] = x;
  body[index * 3 + 1] = y;
  body[index * 3 + 2] = 1;
}

function clamp01(value: number): number {
  return Math.max(0, Math.min(1, value));
}
