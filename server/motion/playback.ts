/**
 * One step of a script being played: the compiled template's pose at a time, at the step's speed,
 * size, side and place. Pure but for its scratch room, allocation-free; engine thread.
 */
import { ARKIT_COUNT, ARKIT_NAMES } from '../protocol/arkit.ts';
import { BODY, BODY_COUNT, HAND_COUNT } from '../protocol/pose.ts';
import { ARMS } from './arm.ts';
import type { PlayStep } from './play-script.ts';
import { Reach } from './reach.ts';
import { createRest } from './rest.ts';
import {
  COMPILED_RATE_HZ,
  FRAME_FLOATS,
  FRAME_LAYOUT,
  type CompiledTemplate,
} from './template/compiled-template.ts';
import { PARTS, type Layer } from './template/layer.ts';

/** A place in pose coordinates. */
export type Place = { readonly x: number; readonly y: number };

const OTHER_SIDE: Readonly<Record<string, string>> = {
  left: 'right',
  right: 'left',
  Left: 'Right',
  Right: 'Left',
};
const REST: Readonly<Float32Array> = createRest();
const OTHER_JOINT = mirrorTable(Object.keys(BODY));
const OTHER_PART = mirrorTable(PARTS);
const OTHER_WEIGHT = mirrorTable(ARKIT_NAMES);

export class Playback {
  readonly step: PlayStep;
  /** Seconds of one pass and of all, as they are played; Infinity until stopped. */
  readonly passSeconds: number;
  readonly seconds: number;
  readonly #place: Place | undefined;
  readonly #frame = new Float32Array(FRAME_FLOATS);
  readonly #reach: Reach | undefined;

  /** `endless`: the passes go on until somebody else ends them. */
  constructor(step: PlayStep, place: Place | undefined, endless: boolean) {
    this.step = step;
    this.passSeconds = step.template.seconds / step.speed;
    this.seconds = endless ? Infinity : this.passSeconds * (step.repeat ?? 1);
    this.#place = place;
    if (place && step.template.aim) this.#reach = new Reach(step.template, step.template.aim);
  }

  /** Parts it moves, mirrored as it is played; 0 or 1 each. */
  writeMask(parts: Float32Array, face: Float32Array): void {
    const { template, mirrored } = this.step;
    for (let i = 0; i < PARTS.length; i += 1) {
      parts[mirrored ? OTHER_PART[i]! : i] = template.parts[i]!;
    }
    for (let i = 0; i < ARKIT_COUNT; i += 1) {
      face[mirrored ? OTHER_WEIGHT[i]! : i] = template.face[i]!;
    }
  }

  /** Writes the pose `seconds` after the start; masks are the caller's. */
  sample(seconds: number, out: Layer): void {
    const { template, speed, size, mirrored } = this.step;
    readFrame(template, passTime(template, seconds * speed), this.#frame);
    const { pose } = out;
    const sign = mirrored ? -1 : 1;
    writeBody(this.#frame, size, mirrored, pose.body);
    for (const arm of ARMS) {
      const from = arm.side * sign > 0 ? FRAME_LAYOUT.leftHand : FRAME_LAYOUT.rightHand;
      writeHand(this.#frame, { from, sign }, pose.body, arm.wrist, pose[arm.hand]);
    }
    const head = FRAME_LAYOUT.head;
    pose.head[0] = this.#frame[head]! * size * sign;
    pose.head[1] = this.#frame[head + 1]! * size;
    pose.head[2] = this.#frame[head + 2]! * size * sign;
    for (let i = 0; i < ARKIT_COUNT; i += 1) {
      const weight = Math.min(1, this.#frame[FRAME_LAYOUT.face + i]! * size);
      pose.face[mirrored ? OTHER_WEIGHT[i]! : i] = weight;
    }
    if (this.#reach && this.#place) this.#reach.apply(pose, this.#place, mirrored);
  }
}

/** Time within a pass; the end of the last pass is the end, not the beginning. */
function passTime(template: CompiledTemplate, seconds: number): number {
  const passes = Math.floor(seconds / template.seconds);
  const within = seconds - passes * template.seconds;
  return passes > 0 && within < 1e-9 && !template.loop ? template.seconds : within;
}

/** Between two frames, in straight lines; confidences are the lower of the two. */
export function readFrame(template: CompiledTemplate, seconds: number, out: Float32Array): void {
  const { frames } = template;
  const last = frames.length / FRAME_FLOATS - 1;
  const position = Math.max(0, Math.min(last, seconds * COMPILED_RATE_HZ));
  const index = Math.min(Math.floor(position), Math.max(0, last - 1));
  const share = position - index;
  const a = index * FRAME_FLOATS;
  const b = last > 0 ? a + FRAME_FLOATS : a;
  for (let i = 0; i < FRAME_FLOATS; i += 1) {
    out[i] = frames[a + i]! + (frames[b + i]! - frames[a + i]!) * share;
  }
}

function writeBody(frame: Float32Array, size: number, mirrored: boolean, body: Float32Array): void {
  for (let joint = 0; joint < BODY_COUNT; joint += 1) {
    const to = mirrored ? OTHER_JOINT[joint]! : joint;
    const from = FRAME_LAYOUT.body + joint * 3;
    const restX = REST[joint * 2]!;
    const restY = REST[joint * 2 + 1]!;
    const x = restX + (frame[from]! - restX) * size;
    body[to * 3] = mirrored ? -x : x;
    body[to * 3 + 1] = restY + (frame[from + 1]! - restY) * size;
    body[to * 3 + 2] = frame[from + 2]!;
  }
}

/** A hand keeps its shape whatever the size; it goes where its wrist went. */
function writeHand(
  frame: Float32Array,
  { from, sign }: { readonly from: number; readonly sign: number },
  body: Float32Array,
  wrist: number,
  hand: Float32Array,
): void {
  const wristX = body[wrist * 3]!;
  const wristY = body[wrist * 3 + 1]!;
  for (let i = 0; i < HAND_COUNT * 3; i += 3) {
    hand[i] = wristX + (frame[from + i]! - frame[from]!) * sign;
    hand[i + 1] = wristY + (frame[from + i + 1]! - frame[from + 1]!);
    hand[i + 2] = frame[from + i + 2]!;
  }
}

/** Index of each name's other side; of itself where it has none. */
function mirrorTable(names: readonly string[]): readonly number[] {
  return names.map((name, index) => {
    const swapped = name.replace(/left|right|Left|Right/, (side) => OTHER_SIDE[side] ?? side);
    const found = names.indexOf(swapped);
    return found < 0 ? index : found;
  });
}
