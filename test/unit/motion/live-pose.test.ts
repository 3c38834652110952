import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LivePose, type LiveRecord } from '../../../server/motion/live-pose.ts';
import { Motion } from '../../../server/motion/motion.ts';
import { FRAME_FLOATS, FRAME_LAYOUT } from '../../../server/motion/template/compiled-template.ts';
import { ARKIT } from '../../../server/protocol/arkit.ts';
import { BODY, createPose } from '../../../server/protocol/pose.ts';
import type { PosePart } from '../../../server/session/pose-ring.ts';

const GAP_SECONDS = 1 / 30;
const WRIST = BODY.leftWrist * 3;
const ELBOW = BODY.leftElbow * 3;

/** A person with the left arm up. */
function record(
  seconds: number,
  change: (floats: Float32Array) => void = () => undefined,
  parts: readonly PosePart[] = ['body', 'face'],
): LiveRecord {
  const floats = new Float32Array(FRAME_FLOATS);
  for (let i = 2; i < FRAME_LAYOUT.head; i += 3) floats[i] = 1;
  floats.set([0.5, 0, 1], BODY.leftShoulder * 3);
  floats.set([-0.5, 0, 1], BODY.rightShoulder * 3);
  floats.set([1, 0.1, 1], ELBOW);
  floats.set([1.1, -0.7, 1], WRIST);
  change(floats);
  return { floats, timeUs: seconds * 1e6, has: (part) => parts.includes(part) };
}

class Scene {
  readonly live = new LivePose();
  readonly motion = new Motion({
    seed: 1,
    placeOf: () => ({ x: 0, y: 0 }),
    live: [this.live],
  });
  readonly pose = createPose();
  seconds = 0;

  constructor() {
    this.motion.tier = 'full';
  }

  /** `seen`: what the camera sees meanwhile; nobody when absent. */
  run(seconds: number, seen?: (seconds: number) => LiveRecord, look?: () => void): void {
    for (let left = Math.round(seconds / GAP_SECONDS); left > 0; left -= 1) {
      this.seconds += GAP_SECONDS;
      if (seen) this.live.push(seen(this.seconds));
      this.motion.update(this.seconds, { voice: 0, stress: 0 }, this.pose);
      look?.();
    }
  }
}

describe('a live source', () => {
  test('is followed once it has faded in, and let go when the person leaves, without a jump', () => {
    const scene = new Scene();
    scene.run(1);
    const rest = scene.pose.body[WRIST + 1]!;
    let last = [scene.pose.body[WRIST]!, scene.pose.body[WRIST + 1]!];
    let largest = 0;
    const look = (): void => {
      const now = [scene.pose.body[WRIST]!, scene.pose.body[WRIST + 1]!];
      largest = Math.max(largest, Math.hypot(now[0]! - last[0]!, now[1]! - last[1]!));
      last = now;
    };
    scene.run(1, record, look);
    assert.ok(Math.abs(scene.pose.body[WRIST + 1]! + 0.7) < 1e-3, 'the wrist is where it is seen');
    scene.run(1, undefined, look);
    assert.ok(Math.abs(scene.pose.body[WRIST + 1]! - rest) < 0.05, 'it rests again');
    assert.ok(!scene.live.present(scene.seconds));
    assert.ok(largest > 0.1 && largest < 0.5, `the largest step was ${largest}`);
  });

  test('a few lost packets change nothing', () => {
    const scene = new Scene();
    scene.run(1, record);
    scene.run(0.2);
    assert.ok(Math.abs(scene.pose.body[WRIST + 1]! + 0.7) < 1e-3);
  });

  test('a joint the camera is unsure of stays where it was and then rests; the others go on', () => {
    const scene = new Scene();
    scene.run(1, record);
    const hidden = (seconds: number): LiveRecord =>
      record(seconds, (floats) => {
        floats.set([0, 3, 0.1], WRIST);
        floats.set([1, -0.2, 1], ELBOW);
      });
    scene.run(GAP_SECONDS, hidden);
    assert.ok(scene.pose.body[WRIST + 1]! < 0, 'a wild guess is not followed');
    scene.run(1, hidden);
    assert.ok(Math.abs(scene.pose.body[ELBOW + 1]! + 0.2) < 1e-3, 'the elbow is seen');
    const fore = scene.pose.body[WRIST + 1]! - scene.pose.body[ELBOW + 1]!;
    assert.ok(fore > 0.1, 'the forearm hangs as at rest');
  });

  test('confidence that flutters about the threshold does not make a joint flutter', () => {
    const scene = new Scene();
    scene.run(1, record);
    let lowest = -Infinity;
    scene.run(
      1,
      (seconds) =>
        record(seconds, (floats) => {
          floats[WRIST + 2] = Math.round(seconds * 30) % 2 === 0 ? 0.35 : 0.45;
        }),
      () => (lowest = Math.max(lowest, scene.pose.body[WRIST + 1]!)),
    );
    assert.ok(lowest < -0.69, `it fell to ${lowest}`);
  });

  test('without head angles, nose and eyes stay with the head that is drawn', () => {
    const scene = new Scene();
    scene.run(1, (seconds) => record(seconds, (floats) => floats.set([3, 3, 1], BODY.nose * 3)));
    assert.ok(Math.abs(scene.pose.body[BODY.nose * 3]!) < 0.2);
  });

  test('eyes, brows and smile are the webcam’s', () => {
    const scene = new Scene();
    scene.run(1, (seconds) =>
      record(seconds, (floats) => {
        floats[FRAME_LAYOUT.face + ARKIT.browInnerUp] = 0.8;
        floats[FRAME_LAYOUT.face + ARKIT.mouthSmileLeft] = 0.1;
        floats[FRAME_LAYOUT.face + ARKIT.eyeBlinkRight] = 1;
      }),
    );
    const { face } = scene.pose;
    assert.ok(Math.abs(face[ARKIT.browInnerUp]! - 0.8) < 1e-3);
    assert.ok(Math.abs(face[ARKIT.mouthSmileLeft]! - 0.1) < 1e-3);
    assert.ok(Math.abs(face[ARKIT.eyeBlinkRight]! - 1) < 1e-3);
    assert.equal(face[ARKIT.eyeBlinkLeft], 0, 'a wink is no blink');
  });

  test('with pose control off nothing of it is shown', () => {
    const scene = new Scene();
    scene.motion.tier = 'basic';
    scene.run(1, record);
    assert.ok(scene.pose.body[WRIST + 1]! > 0.9);
  });

  test('a short neck or a camera from above does not bow the head, a nod does', () => {
    const scene = new Scene();
    const heads =
      (nose: number) =>
      (seconds: number): LiveRecord =>
        record(
          seconds,
          (floats) => {
            floats[BODY.nose * 3 + 1] = nose;
            floats[FRAME_LAYOUT.head] = 0;
          },
          ['body', 'face', 'head'],
        );
    const noses: number[] = [];
    for (const nose of [-0.62, -0.45, -0.8]) {
      scene.run(2.5);
      scene.run(20, heads(nose));
      noses.push(scene.pose.body[BODY.nose * 3 + 1]!);
      scene.run(1, heads(nose + 0.15));
      const bowed = scene.pose.body[BODY.nose * 3 + 1]!;
      assert.ok(bowed - noses.at(-1)! > 0.08, `a nod from ${nose} is ${bowed - noses.at(-1)!}`);
    }
    for (const y of noses) assert.ok(Math.abs(y + 0.62) < 0.06, noses.join(' '));
  });

  test('a camera of two pictures a second is followed all the same', () => {
    const scene = new Scene();
    let shown = -Infinity;
    scene.run(4);
    const slow = (seconds: number): void => {
      if (seconds - shown < 0.5) return;
      shown = seconds;
      scene.live.push(record(seconds));
    };
    const wrists: number[] = [];
    for (let tick = 0; tick < 180; tick += 1) {
      slow(scene.seconds);
      scene.run(GAP_SECONDS);
      if (tick > 90) wrists.push(scene.pose.body[WRIST + 1]!);
    }
    assert.ok(Math.max(...wrists) < -0.65, `the wrist sank to ${Math.max(...wrists)}`);
    scene.run(2.5);
    assert.ok(!scene.live.present(scene.seconds), 'and it is let go when the person leaves');
  });
});
