import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodePose,
  encodePose,
  MAX_POSE_PACKET_BYTES,
  type PosePacket,
} from '../../../server/protocol/pose-packet.ts';
import { seeded } from '../../support/random.ts';

function randomPose(random: () => number): PosePacket {
  const fill = (length: number, least: number, most: number): Float32Array =>
    Float32Array.from({ length }, () => least + random() * (most - least));
  const points = (count: number): Float32Array =>
    fill(count * 3, -15, 15).map((value, i) => (i % 3 === 2 ? Math.abs(value) / 15 : value));
  return {
    timeUs: Math.floor(random() * 1e12),
    ...(random() < 0.8 ? { body: points(18) } : {}),
    ...(random() < 0.5 ? { leftHand: points(21) } : {}),
    ...(random() < 0.5 ? { rightHand: points(21) } : {}),
    ...(random() < 0.5 ? { head: fill(3, -3.9, 3.9) } : {}),
    ...(random() < 0.5 ? { face: fill(52, 0, 1) } : {}),
  };
}

test('a pose survives the wire within its quantisation', () => {
  const random = seeded(3);
  for (let round = 0; round < 200; round += 1) {
    const pose = randomPose(random);
    const bytes = encodePose(pose);
    assert.ok(bytes.length <= MAX_POSE_PACKET_BYTES);
    const decoded = decodePose(bytes);
    assert.ok(decoded.ok);
    assert.deepEqual(Object.keys(decoded.packet).sort(), Object.keys(pose).sort());
    assert.equal(decoded.packet.timeUs, pose.timeUs);
    for (const name of ['body', 'leftHand', 'rightHand', 'head', 'face'] as const) {
      pose[name]?.forEach((value, i) => {
        assert.ok(Math.abs(decoded.packet[name]![i]! - value) <= 1 / 500, `${name}[${i}]`);
      });
    }
  }
});

test('values out of range are clamped and what is not a number becomes 0', () => {
  const head = Float32Array.of(100, -100, Number.NaN);
  const decoded = decodePose(encodePose({ timeUs: 0, head }));
  assert.ok(decoded.ok);
  assert.ok(Math.abs(decoded.packet.head![0]! - 4) < 0.001);
  assert.equal(decoded.packet.head![1], -4);
  assert.equal(decoded.packet.head![2], 0);
});

test('random bytes and damaged packets are refused with a reason, never thrown', () => {
  const random = seeded(11);
  let refused = 0;
  for (let round = 0; round < 5000; round += 1) {
    let bytes = Uint8Array.from({ length: Math.floor(random() * 600) }, () => random() * 256);
    if (random() < 0.7) {
      bytes = encodePose(randomPose(random)).slice();
      const cut = random();
      if (cut < 0.4) bytes = bytes.subarray(0, Math.floor(random() * bytes.length));
      else bytes[Math.floor(random() * 12)] = random() * 256;
    }
    const decoded = decodePose(bytes);
    if (!decoded.ok) {
      refused += 1;
      assert.notEqual(decoded.reason, '');
    }
  }
  assert.ok(refused > 2500, `${refused} were refused`);
});

test('each fault has its own sentence', () => {
  const good = encodePose({ timeUs: 5, head: new Float32Array(3) });
  const broken = (index: number, value: number): Uint8Array => {
    const bytes = good.slice();
    bytes[index] = value;
    return bytes;
  };
  const reason = (bytes: Uint8Array): string => {
    const decoded = decodePose(bytes);
    return decoded.ok ? '' : decoded.reason;
  };
  assert.equal(reason(good), '');
  assert.match(reason(good.subarray(0, 5)), /at least 12 bytes/);
  assert.match(reason(broken(0, 1)), /first byte/);
  assert.match(reason(broken(1, 9)), /version is 9/);
  assert.match(reason(broken(2, 0xff)), /Reserved/);
  assert.match(reason(broken(2, 1)), /need 102 bytes/);
  assert.match(reason(broken(11, 0xc0)), /time is -5/);
});
