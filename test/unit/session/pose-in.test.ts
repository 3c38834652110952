import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRing } from '../../../server/core/slot-ring.ts';
import { FRAME_LAYOUT } from '../../../server/motion/template/compiled-template.ts';
import { createPose, encodePose } from '../../../server/protocol/index.ts';
import { InputTap } from '../../../server/session/input-tap.ts';
import { PoseIn } from '../../../server/session/pose-in.ts';
import { POSE_RING, PoseReader, PoseWriter } from '../../../server/session/pose-ring.ts';
import { seededRandom } from '../../support/random.ts';

function open() {
  const ring = createRing(POSE_RING);
  const reader = new PoseReader(ring);
  return { reader, input: new PoseIn(new PoseWriter(ring), () => 1000, new InputTap()) };
}

describe('the door for poses', () => {
  test('a pose comes out of the ring as it went in, with its parts and its time', () => {
    const { reader, input } = open();
    const { body, head } = createPose();
    body.set([0.5, -1.25, 1], 9);
    head.set([0.5, 0, -0.25]);
    input.accept({ timeUs: 77, body, head }, 'vmc', 5000);
    assert.ok(reader.next());
    assert.equal(reader.source, 'vmc');
    assert.equal(reader.timeUs, 4000, 'arrival less the time of MediaTime 0');
    assert.equal(reader.arrivalUs, 5000);
    assert.deepEqual(
      (['body', 'leftHand', 'rightHand', 'head', 'face'] as const).map((part) => reader.has(part)),
      [true, false, false, true, false],
    );
    assert.deepEqual([...reader.floats.subarray(9, 12)], [0.5, -1.25, 1]);
    assert.deepEqual([...reader.floats.subarray(FRAME_LAYOUT.head, FRAME_LAYOUT.face)], [...head]);
    assert.ok(!reader.next());
  });

  test('what is behind a pose that was taken is late; the two sources do not mix', () => {
    const { input } = open();
    input.accept({ timeUs: 100_000 }, 'webcam', 200_000);
    input.accept({ timeUs: 66_000 }, 'webcam', 200_100);
    input.accept({ timeUs: 1 }, 'vmc', 200_200);
    input.accept({ timeUs: 133_000 }, 'webcam', 233_000);
    assert.deepEqual([input.accepted, input.late, input.bad], [3, 1, 0]);
  });

  test('no bytes make it throw, and all that are no pose are counted', () => {
    const random = seededRandom(11);
    const { reader, input } = open();
    for (let i = 0; i < 2000; i += 1) {
      input.receive(random.bytes(random.int(0, 600)), i * 33_000);
    }
    assert.equal(input.accepted, 0);
    assert.equal(input.bad, 2000);
    assert.ok(!reader.next());
  });

  test('a flood of sound poses is cut down to what anybody can see', () => {
    const { input } = open();
    const floodUs = 2_000_000;
    for (let i = 0; i < 5000; i += 1) {
      const atUs = (i * floodUs) / 5000;
      input.receive(encodePose({ timeUs: atUs }), atUs);
    }
    assert.ok(input.accepted <= 45 + 2 * 90 + 1, `${input.accepted} were taken`);
    assert.ok(input.accepted >= 2 * 90, `only ${input.accepted} were taken`);
    assert.equal(input.accepted + input.bad + input.late, 5000);
  });
});
