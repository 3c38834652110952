import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LivePose, type LiveRecord } from '../../../server/motion/live-pose.ts';
import { Motion } from '../../../server/motion/motion.ts';
import type { PlayScript } from '../../../server/motion/play-script.ts';
import { MAX_STEP } from '../../../server/motion/speed-limit.ts';
import { FRAME_FLOATS, FRAME_LAYOUT } from '../../../server/motion/template/compiled-template.ts';
import type { CompiledTemplate } from '../../../server/motion/template/compiled-template.ts';
import { EMOTIONS } from '../../../server/protocol/template.ts';
import {
  BODY,
  BODY_COUNT,
  copyPose,
  createPose,
  HAND_COUNT,
  type Pose,
} from '../../../server/protocol/pose.ts';
import { FLING, NOD, RAISE } from '../../support/motion-clips.ts';
import { seededRandom, type Random } from '../../support/random.ts';

const TICK_SECONDS = 0.04;
/** Float32 rounding of positions up to 4. */
const ROUNDING = 1e-5;

const LIMITS: readonly number[] = Array.from({ length: BODY_COUNT }, (_, joint) => {
  const name = Object.keys(BODY)[joint]!;
  if (/Elbow/.test(name)) return MAX_STEP.elbow;
  if (/Wrist/.test(name)) return MAX_STEP.wrist;
  if (/Knee|Ankle/.test(name)) return MAX_STEP.leg;
  if (/nose|Eye|Ear/.test(name)) return MAX_STEP.headPoint;
  return MAX_STEP.torso;
});

describe('whatever moves an avatar', () => {
  test('no joint moves farther in a tick than is stated, however the sources are interleaved', (t) => {
    const largest = { body: 0, head: 0, finger: 0 };
    for (let seed = 1; seed <= 12; seed += 1) {
      const storm = new Storm(seed);
      const before = createPose();
      for (let tick = 0; tick < 1500; tick += 1) {
        const pose = storm.tick(tick);
        if (tick > 0) check(before, pose, `seed ${seed}, tick ${tick}`, largest);
        copyPose(pose, before);
      }
    }
    t.diagnostic(`largest share of a bound: ${JSON.stringify(largest)}`);
    assert.ok(largest.body > 0.9, 'the storm must reach the bounds to test them');
  });

  test('every number stays one, and faces stay within 0..1', () => {
    const storm = new Storm(99);
    for (let tick = 0; tick < 2000; tick += 1) {
      const { body, head, face, leftHand, rightHand } = storm.tick(tick);
      for (const values of [body, head, leftHand, rightHand]) {
        assert.ok(values.every(Number.isFinite), `tick ${tick}`);
      }
      assert.ok(
        face.every((weight) => weight >= 0 && weight <= 1),
        `tick ${tick}`,
      );
    }
  });

  test('the same storm moves the same way', () => {
    const record = (): number[] => {
      const storm = new Storm(5);
      return Array.from({ length: 300 }, (_, tick) => [...storm.tick(tick).body]).flat();
    };
    assert.deepEqual(record(), record());
  });
});

/** Starts, stops, lost people, jumping packets, tiers: all at random. */
class Storm {
  readonly #random: Random;
  readonly #webcam = new LivePose();
  readonly #vmc = new LivePose();
  readonly #motion: Motion;
  readonly #pose = createPose();
  #scripts = 0;
  #seen = { webcam: false, vmc: false };
  #voice = 0;
  #seconds = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const live = [this.#webcam, this.#vmc];
    const placeOf = ({ x, y }: { x: number; y: number }) => ({ x: 4 * x - 2, y: 3 * y - 1.4 });
    this.#motion = new Motion({ seed, placeOf, live });
    this.#motion.tier = 'full';
  }

  tick(tick: number): Pose {
    const random = this.#random;
    // Now and then the clock leaps, or a frame comes late.
    this.#seconds += random.next() < 0.005 ? 3 * random.next() : TICK_SECONDS;
    if (random.next() < 0.02) this.#motion.tier = random.next() < 0.2 ? 'basic' : 'full';
    if (random.next() < 0.08) this.#motion.player.play(this.#script(), this.#seconds);
    if (random.next() < 0.02) this.#motion.player.stop();
    for (const source of ['webcam', 'vmc'] as const) {
      if (random.next() < 0.03) this.#seen[source] = !this.#seen[source];
      const live = source === 'webcam' ? this.#webcam : this.#vmc;
      if (this.#seen[source]) live.push(this.#record(tick));
    }
    if (random.next() < 0.05) this.#voice = random.next();
    const stress = random.next() < 0.1 ? random.next() : 0;
    this.#motion.update(this.#seconds, { voice: this.#voice, stress }, this.#pose);
    return this.#pose;
  }

  #script(): PlayScript {
    const random = this.#random;
    const step = (template: CompiledTemplate) => ({
      template,
      mirrored: random.next() < 0.5,
      speed: 0.25 + 3.75 * random.next(),
      repeat: random.int(1, 3),
      size: 0.2 + 1.3 * random.next(),
      at: random.next() < 0.5 ? { x: random.next(), y: random.next() } : undefined,
    });
    const clips = [RAISE, NOD, FLING];
    const moment = () =>
      Array.from({ length: random.int(1, 3) }, () => step(clips[random.int(0, 2)]!));
    return {
      id: (this.#scripts += 1),
      rank: random.int(1, 3),
      when: random.next() < 0.3 ? 'after' : 'now',
      emotion: random.next() < 0.5 ? EMOTIONS[random.int(0, EMOTIONS.length - 1)] : undefined,
      moments: Array.from({ length: random.int(1, 3) }, moment),
      round: random.next() < 0.1,
    };
  }

  /** A pose from anywhere: every part may be missing, every joint unsure and somewhere else. */
  #record(tick: number): LiveRecord {
    const random = this.#random;
    const floats = new Float32Array(FRAME_FLOATS);
    const jump = random.next() < 0.2;
    for (let i = 0; i < FRAME_FLOATS; i += 1) {
      floats[i] = jump ? 8 * random.next() - 4 : Math.sin(i + tick * 0.2) * 1.5;
    }
    for (let i = 2; i < FRAME_LAYOUT.head; i += 3) floats[i] = random.next() < 0.05 ? 0.1 : 0.9;
    for (let i = FRAME_LAYOUT.face; i < FRAME_FLOATS; i += 1) floats[i] = random.next();
    const missing = random.next() < 0.1 ? random.int(0, 4) : -1;
    const parts = ['body', 'leftHand', 'rightHand', 'head', 'face'];
    return {
      floats,
      timeUs: this.#seconds * 1e6,
      has: (part) => parts.indexOf(part) !== missing,
    };
  }
}

function check(
  before: Pose,
  now: Pose,
  when: string,
  largest: { body: number; head: number; finger: number },
): void {
  for (let joint = 0; joint < BODY_COUNT; joint += 1) {
    const moved = distance(before.body, now.body, joint * 3);
    const limit = LIMITS[joint]! + ROUNDING;
    assert.ok(moved <= limit, `${when}: ${Object.keys(BODY)[joint]} moved ${moved}`);
    largest.body = Math.max(largest.body, moved / limit);
  }
  for (let i = 0; i < 3; i += 1) {
    const turned = Math.abs(now.head[i]! - before.head[i]!);
    assert.ok(turned <= MAX_STEP.headAngle + ROUNDING, `${when}: head turned ${turned}`);
    largest.head = Math.max(largest.head, turned / MAX_STEP.headAngle);
  }
  for (const hand of ['leftHand', 'rightHand'] as const) {
    // Fingers against their wrist, and only of hands that are seen.
    if (before[hand][2]! < 0.05 || now[hand][2]! < 0.05) continue;
    for (let i = 0; i < HAND_COUNT * 3; i += 3) {
      const x = now[hand][i]! - now[hand][0]! - (before[hand][i]! - before[hand][0]!);
      const y = now[hand][i + 1]! - now[hand][1]! - (before[hand][i + 1]! - before[hand][1]!);
      const moved = Math.hypot(x, y);
      assert.ok(moved <= MAX_STEP.finger + ROUNDING, `${when}: ${hand} ${i / 3} moved ${moved}`);
      largest.finger = Math.max(largest.finger, moved / MAX_STEP.finger);
    }
    const wrist = hand === 'leftHand' ? BODY.leftWrist : BODY.rightWrist;
    assert.ok(Math.abs(now[hand][0]! - now.body[wrist * 3]!) < ROUNDING, 'hands stay on wrists');
  }
}

function distance(a: Float32Array, b: Float32Array, i: number): number {
  return Math.hypot(b[i]! - a[i]!, b[i + 1]! - a[i + 1]!);
}
