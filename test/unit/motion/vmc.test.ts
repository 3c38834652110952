import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toBuffer } from 'osc-min';
import { VmcReader } from '../../../server/motion/vmc-reader.ts';
import { ARKIT } from '../../../server/protocol/arkit.ts';
import { BODY } from '../../../server/protocol/pose.ts';
import { seededRandom } from '../../support/random.ts';

type Quaternion = readonly [number, number, number, number];
const NONE: Quaternion = [0, 0, 0, 1];

/** A turn about one of Unity's axes, degrees. */
function about(axis: 'x' | 'y' | 'z', degrees: number): Quaternion {
  const half = (degrees * Math.PI) / 360;
  const sin = Math.sin(half);
  return [axis === 'x' ? sin : 0, axis === 'y' ? sin : 0, axis === 'z' ? sin : 0, Math.cos(half)];
}

function message(address: string, ...args: (string | number)[]): Uint8Array {
  const view = toBuffer({
    address,
    args: args.map((value) =>
      typeof value === 'number' ? { type: 'float', value } : { type: 'string', value },
    ),
  });
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function bone(reader: VmcReader, name: string, rotation: Quaternion): boolean {
  return reader.read(message('/VMC/Ext/Bone/Pos', name, 0, 0, 0, ...rotation));
}

/** A whole body in T-pose, but for these bones. */
function bodyWith(turned: Readonly<Record<string, Quaternion>>): VmcReader {
  const reader = new VmcReader();
  const bones = ['Hips', 'Spine', 'Chest', 'Neck', 'Head'];
  for (const side of ['Left', 'Right']) {
    bones.push(...['UpperArm', 'LowerArm', 'Hand', 'UpperLeg'].map((name) => side + name));
  }
  for (const name of bones) bone(reader, name, turned[name] ?? NONE);
  return reader;
}

function point(reader: VmcReader, joint: keyof typeof BODY): readonly [number, number, number] {
  const body = reader.packet.body!;
  return [...body.subarray(BODY[joint] * 3, BODY[joint] * 3 + 3)] as never;
}

function near(found: ArrayLike<number>, expected: readonly number[], what: string): void {
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(found[i]! - value) < 0.02, `${what}: ${Array.from(found).join(', ')}`);
  }
}

describe('VMC', () => {
  test('a T-pose: shoulders one unit apart, the avatar’s left at the viewer’s right', () => {
    const reader = bodyWith({});
    near(point(reader, 'leftShoulder'), [0.5, 0, 1], 'left shoulder');
    near(point(reader, 'rightShoulder'), [-0.5, 0, 1], 'right shoulder');
    near(point(reader, 'leftElbow'), [0.5 + 0.28 / 0.34, 0, 1], 'left elbow');
    near(point(reader, 'leftWrist'), [0.5 + 0.53 / 0.34, 0, 1], 'left wrist');
    near(point(reader, 'leftHip'), [0.3, 1.44, 1], 'left hip');
    assert.ok(point(reader, 'nose')[1] < -0.4, 'the nose is above');
    assert.equal(point(reader, 'leftAnkle')[2], 1);
  });

  test('arms hang and bend as Unity says: + about z lowers the left arm of a model', () => {
    // Unity: the left arm lies along -x; a turn by +90 degrees about z takes -x to -y.
    const down = bodyWith({ LeftUpperArm: about('z', 90), RightUpperArm: about('z', -90) });
    near(point(down, 'leftElbow'), [0.5, 0.28 / 0.34], 'left arm down');
    near(point(down, 'rightElbow'), [-0.5, 0.28 / 0.34], 'right arm down');
    const bent = bodyWith({ LeftUpperArm: about('z', 90), LeftLowerArm: about('z', -90) });
    near(point(bent, 'leftWrist'), [0.5 + 0.25 / 0.34, 0.28 / 0.34], 'forearm out');
  });

  test('head angles have the pose’s signs', () => {
    // Seen from above, Unity's + about y turns ahead (+z) to the model's right (+x).
    const right = bodyWith({ Head: about('y', 30) }).packet.head!;
    near(right, [-Math.PI / 6, 0, 0], 'to its right');
    const down = bodyWith({ Head: about('x', 20) }).packet.head!;
    near(down, [0, -Math.PI / 9, 0], 'down');
    // + about z takes up (+y) to -x, the model's left.
    const tilted = bodyWith({ Neck: about('z', 10), Head: about('z', 5) }).packet.head!;
    near(tilted, [0, 0, Math.PI / 12], 'to its left shoulder');
  });

  test('the trunk carries arms and head; the pose stays relative to the neck', () => {
    const lean = bodyWith({ Spine: about('z', 20) });
    const [x, y] = point(lean, 'leftShoulder');
    near([x, y], [0.5 * Math.cos(Math.PI / 9), 0.5 * Math.sin(Math.PI / 9)], 'the left one sinks');
    assert.ok(point(lean, 'leftHip')[0] < 0.1, 'the hips stay behind');
    const root = bodyWith({});
    root.read(message('/VMC/Ext/Root/Pos', 'root', 1, 2, 3, ...about('y', 180)));
    assert.ok(point(root, 'leftShoulder')[0] < 0, 'a model that turns round');
  });

  test('fingers become a hand; without them there is none', () => {
    const reader = bodyWith({});
    assert.equal(reader.packet.leftHand, undefined);
    for (const finger of ['Thumb', 'Index', 'Middle', 'Ring', 'Little']) {
      bone(reader, `Left${finger}Proximal`, NONE);
    }
    const hand = reader.packet.leftHand!;
    const wrist = point(reader, 'leftWrist');
    near([hand[0]!, hand[1]!], wrist.slice(0, 2), 'on its wrist');
    const tip = hand[12 * 3]! - hand[0]!;
    assert.ok(tip > 0.4 && tip < 0.6, `the middle finger ends ${tip} from the wrist`);
    bone(reader, 'LeftMiddleProximal', about('z', 80));
    assert.ok(reader.packet.leftHand![12 * 3]! - hand[0]! < 0.45, 'a bent one is nearer');
    assert.equal(reader.packet.rightHand, undefined);
  });

  test('a phone that tells head and face only moves nothing else', () => {
    const reader = new VmcReader();
    bone(reader, 'Head', about('y', -20));
    assert.equal(reader.packet.face, undefined, 'not before it is applied');
    reader.read(message('/VMC/Ext/Blend/Val', 'eyeBlinkLeft', 0.75));
    reader.read(message('/VMC/Ext/Blend/Val', 'JawOpen', 0.5));
    reader.read(message('/VMC/Ext/Blend/Val', 'mouthSmile_R', 2));
    reader.read(message('/VMC/Ext/Blend/Val', 'MyOwnShape', 1));
    reader.read(message('/VMC/Ext/Blend/Apply'));
    const { body, head, face }: { body?: unknown; head?: Float32Array; face?: Float32Array } =
      reader.packet;
    assert.equal(body, undefined);
    assert.ok(Math.abs(head![0]! - Math.PI / 9) < 0.01);
    assert.equal(face![ARKIT.eyeBlinkLeft], 0.75);
    assert.equal(face![ARKIT.jawOpen], 0.5);
    assert.equal(face![ARKIT.mouthSmileRight], 1);
    assert.equal([...face!].filter((weight) => weight > 0).length, 3);
    assert.equal(reader.bad, 0);
  });

  test('VRM 0 and VRM 1 name the same faces', () => {
    const faces = [
      ['Blink_L', 'A', 'Joy'],
      ['blinkLeft', 'aa', 'happy'],
    ].map((names) => {
      const reader = new VmcReader();
      for (const name of names) reader.read(message('/VMC/Ext/Blend/Val', name, 1));
      reader.read(message('/VMC/Ext/Blend/Apply'));
      return [...reader.packet.face!];
    });
    assert.deepEqual(faces[0], faces[1]);
    assert.equal(faces[0]![ARKIT.eyeBlinkLeft], 1);
    assert.ok(faces[0]![ARKIT.jawOpen]! > 0.5 && faces[0]![ARKIT.mouthSmileLeft]! > 0.5);
  });

  test('wrong arguments and bytes are counted and change nothing', () => {
    const reader = bodyWith({});
    const before = [...reader.packet.body!];
    const wrong = [
      message('/VMC/Ext/Bone/Pos', 'Head', 0, 0, 0, 0, 0, 0, 0),
      message('/VMC/Ext/Bone/Pos', 'Head', 0, 0, 0, NaN, 0, 0, 1),
      message('/VMC/Ext/Bone/Pos', 'Head', 0, 0, 0),
      message('/VMC/Ext/Bone/Pos', 1, 0, 0, 0, 0, 0, 0, 1),
      message('/VMC/Ext/Blend/Val', 'Joy', 'much'),
      new Uint8Array(20_000),
      new Uint8Array(0),
    ];
    for (const datagram of wrong) assert.equal(reader.read(datagram), false);
    assert.equal(reader.bad, wrong.length);
    assert.deepEqual([...reader.packet.body!], before);
    const random = seededRandom(2);
    const sound = message('/VMC/Ext/Bone/Pos', 'Head', 0, 0, 0, ...NONE);
    for (let i = 0; i < 3000; i += 1) {
      reader.read(random.bytes(random.int(0, 200)));
      const damaged = sound.slice();
      damaged[random.int(0, 30)]! ^= 1 << random.int(0, 7);
      reader.read(damaged);
    }
    assert.ok(reader.bad > 3000);
    assert.ok(reader.packet.body!.every(Number.isFinite));
  });
});
