/**
 * Speech beats: head nods, raised brows and small strokes of the hands on the stressed syllables of
 * the speaker's voice. Added to what lies below, under templates and live sources. Engine thread,
 * one per avatar. The stress of a syllable is known when its peak has passed; the picture's
 * look-ahead makes up for most of that, so a nod begins with its syllable.
 */
import { ARKIT } from '../protocol/arkit.ts';
import { BODY, type Pose } from '../protocol/pose.ts';
import { seededRandom } from './random.ts';
import { writeHeadPoints, type Speech } from './idle.ts';

const JUMP_SECONDS = 1;
const STEP_SECONDS = 0.01;
/** A spring of 1.7 Hz, nearly critically damped: a nod takes about a third of a second. */
const STIFFNESS = 115;
const DAMPING = 17;
const NOD_RADIANS = 0.11;
const STROKE_OUT = 0.1;
const STROKE_UP = 0.1;
const BROWS = 0.45;
/** A stress this strong after a pause begins a new phrase: then the hands may change their parts. */
const NEW_PHRASE = 0.3;

export class Beats {
  readonly #random: () => number;
  #time = Number.NaN;
  #voice = 0;
  #beat = 0;
  #speed = 0;
  /** Share of the stroke each hand makes. */
  #left = 1;
  #right = 0.6;

  constructor(seed: number) {
    this.#random = seededRandom(seed ^ 0x5bea75);
  }

  /** Adds the beats of this time to `pose`, whose confidences stay as they are. */
  add(timeSeconds: number, speech: Speech, pose: Pose): void {
    const elapsed = timeSeconds - this.#time;
    this.#time = timeSeconds;
    if (elapsed >= 0 && elapsed <= JUMP_SECONDS) this.#advance(elapsed, speech);
    else this.#beat = this.#speed = this.#voice = 0;
    const beat = this.#beat;
    if (Math.abs(beat) < 1e-4) return;
    pose.head[1]! -= beat * NOD_RADIANS;
    writeHeadPoints(pose);
    this.#addStroke(pose.body, 1, this.#left);
    this.#addStroke(pose.body, -1, this.#right);
    const raise = Math.max(0, beat) * BROWS;
    const { face } = pose;
    face[ARKIT.browInnerUp] = Math.min(1, face[ARKIT.browInnerUp]! + raise);
    for (const brow of [ARKIT.browOuterUpLeft, ARKIT.browOuterUpRight]) {
      face[brow] = Math.min(1, face[brow]! + raise * 0.7);
    }
  }

  #advance(elapsed: number, speech: Speech): void {
    const steps = Math.max(1, Math.round(elapsed / STEP_SECONDS));
    const dt = elapsed / steps;
    const voice = clamp01(speech.voice);
    const stress = clamp01(speech.stress);
    if (stress > NEW_PHRASE && Math.abs(this.#beat) < 0.02) this.#chooseHands();
    for (let i = 0; i < steps; i += 1) {
      this.#voice += (voice - this.#voice) * Math.min(1, dt * 2.5);
      this.#speed += (STIFFNESS * (stress - this.#beat) - DAMPING * this.#speed) * dt;
      this.#beat += this.#speed * dt;
    }
  }

  /** One hand leads, the other follows more or less; only between strokes, so nothing jumps. */
  #chooseHands(): void {
    const follows = 0.3 + 0.6 * this.#random();
    const leftLeads = this.#random() < 0.5;
    this.#left = leftLeads ? 1 : follows;
    this.#right = leftLeads ? follows : 1;
  }

  #addStroke(body: Float32Array, side: 1 | -1, share: number): void {
    const stroke = this.#beat * this.#voice * share;
    const elbow = (side > 0 ? BODY.leftElbow : BODY.rightElbow) * 3;
    const wrist = (side > 0 ? BODY.leftWrist : BODY.rightWrist) * 3;
    body[elbow + 1]! -= stroke * STROKE_UP * 0.25;
    body[wrist]! += stroke * STROKE_OUT * side;
    body[wrist + 1]! -= stroke * STROKE_UP;
  }
}

function clamp01(value: number): number {
  return Math.max(0, Math.min(1, value));
}
