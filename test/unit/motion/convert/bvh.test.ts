import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBvh, Kinematics } from '../../../../server/motion/convert/bvh.ts';
import { parseBvh } from '../../../../server/motion/convert/bvh-parse.ts';
import { MotionDataError } from '../../../../server/motion/template/motion-data-error.ts';
import { BODY } from '../../../../server/protocol/pose.ts';
import { sharedFile } from '../../../support/shared-data.ts';

/** World positions by bvhtoolbox 0.1.3 (Python), frame by frame. */
const EXPECTED = {
  wave_hello: {
    LeftForeArm: { 0: [-8.822, -2.606, 31.864], 400: [-7.392, -3.997, 28.488], 838: [-4.412, -2.547, 25.87] },
    RightHand: { 0: [17.092, 1.011, 31.633], 400: [13.64, 5.138, 31.236], 838: [8.166, -1.107, 20.852] },
    Head: { 0: [0.92, -2.539, 36.691], 400: [0.314, -2.602, 36.658], 838: [-0.075, -3.146, 36.536] },
    LeftFoot: { 0: [-2.903, -2.211, 2.753], 400: [-2.898, -2.202, 2.739], 838: [-2.884, -2.211, 2.723] },
  },
  jumping_jacks: {
    LeftElbow: { 0: [1.748, 17.447, -0.38], 60: [6.79, 24.516, -0.074], 124: [3.186, 17.006, -1.118] },
    RightWrist: { 0: [-5.925, 14.018, 1.126], 60: [-11.844, 27.156, 1.669], 124: [-4.727, 14.488, 1.714] },
    Head: { 0: [-1.556, 25.122, -0.34], 60: [-1.558, 25.391, -0.889], 124: [-1.057, 24.301, 0.49] },
    LeftAnkle: { 0: [-0.02, 1.594, -1.979], 60: [4.35, 2.855, -2.357], 124: [-0.655, 1.488, -1.063] },
  },
  dab: {
    LeftHand: { 0: [-18.519, 3.52, 39.068], 150: [-13.312, 15.742, 45.263], 338: [-16.608, 10.158, 30.16] },
    RightForeArm: { 0: [10.014, -2.16, 39.175], 150: [1.698, 0.027, 42.214], 338: [4.168, -7.523, 35.496] },
    Head: { 0: [-1.256, 0.629, 42.841], 150: [-4.772, 6.593, 39.638], 338: [-3.64, -1.242, 34.975] },
    RightFoot: { 0: [0.33, -0.917, 2.748], 150: [-4.664, 2.922, 3.149], 338: [6.139, -11.277, 2.911] },
  },
} as const; // prettier-ignore

for (const [name, joints] of Object.entries(EXPECTED)) {
  const file = sharedFile(`pose/bvh/${name}.bvh`);
  test(`joints of ${name}.bvh stand where bvhtoolbox has them`, { skip: file.skip }, () => {
    const rig = new Kinematics(parseBvh(readFileSync(file.path, 'utf8')));
    for (const [joint, frames] of Object.entries(joints)) {
      const index = rig.joints.findIndex((one) => one.name === joint);
      for (const [frame, expected] of Object.entries(frames as Record<string, number[]>)) {
        rig.update(Number(frame));
        rig.point(index).forEach((value, axis) => {
          const message = `${joint} in frame ${frame}: ${value}, not ${expected[axis]!}`;
          assert.ok(Math.abs(value - expected[axis]!) < 0.002, message);
        });
      }
    }
  });
}

const waving = sharedFile('pose/bvh/wave_hello.bvh');
test(
  'a wave is seen from the front, upright, with its own right hand up',
  { skip: waving.skip },
  () => {
    const clip = fromBvh(readFileSync(waving.path, 'utf8'));
    assert.ok(Math.abs(clip.rateHz - 119.9) < 0.1);
    assert.equal(clip.frames.length, 839);
    let highest = 0;
    for (const { body, head } of clip.frames) {
      assert.ok(body && head);
      assert.ok(body[BODY.rightShoulder * 3]! < -0.4, 'the right shoulder is on the viewer’s left');
      assert.ok(body[BODY.leftHip * 3 + 1]! > 0.9, 'hips are below the neck');
      assert.ok(Math.hypot(...head) < 0.7, 'the head looks about ahead');
      highest = Math.min(highest, body[BODY.rightWrist * 3 + 1]!);
    }
    assert.ok(highest < -0.05, `the waving wrist reaches ${highest}`);
  },
);

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['an empty text', '', /ends too early/],
  ['a foreign word', 'HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 0\nFOO', /line 6: 'FOO'/],
  ['an endless name', `HIERARCHY ROOT ${'a '.repeat(50)}`, /no joint name/],
  ['a bad number', 'HIERARCHY ROOT a { OFFSET 0 x 0', /'x' is not an offset/],
  ['too many joints', `HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 0 ${'JOINT b { OFFSET 0 0 0 CHANNELS 0 '.repeat(500)}`, /more than 400 joints/],
  ['a huge frame count', 'HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 0 } MOTION Frames: 999999999 Frame Time: 0.03', /Frames is 999999999/],
  ['no time', 'HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 0 } MOTION Frames: 1 Frame Time: 0', /Frame Time is 0/],
  ['unknown arms', 'HIERARCHY ROOT Cube { OFFSET 0 0 0 CHANNELS 1 Xrotation } MOTION Frames: 1 Frame Time: 0.03 0', /arms aren't known by these names: Cube/],
]; // prettier-ignore

for (const [what, text, message] of BROKEN) {
  test(`BVH with ${what} is refused in a sentence`, () => {
    assert.throws(() => fromBvh(text), (error) => {
      assert.ok(error instanceof MotionDataError);
      assert.match(error.message, message);
      return true;
    }); // prettier-ignore
  });
}

/** A standing figure with the names of one tool; its left upper arm hangs, its right is stretched out. */
function figure(names: readonly string[]): string {
  const [arm, fore, hand] = names as [string, string, string];
  const limb = (side: string, x: number): string =>
    `JOINT ${arm.replace('S', side)} { OFFSET ${x} 5 0 CHANNELS 3 Zrotation Xrotation Yrotation ` +
    `JOINT ${fore.replace('S', side)} { OFFSET ${Math.sign(x) * 3} 0 0 CHANNELS 0 ` +
    `JOINT ${hand.replace('S', side)} { OFFSET ${Math.sign(x) * 3} 0 0 CHANNELS 0 } } }`;
  const [left, right] = names.slice(3) as [string, string];
  return (
    `HIERARCHY ROOT Hips { OFFSET 0 0 0 CHANNELS 0 ${limb(left, 2)} ${limb(right, -2)} } ` +
    'MOTION Frames: 1 Frame Time: 0.033 -90 0 0 0 0 0'
  );
}

for (const names of [
  ['mixamorig:SArm', 'mixamorig:SForeArm', 'mixamorig:SHand', 'Left', 'Right'],
  ['SShoulder', 'SElbow', 'SWrist', 'Left', 'Right'],
  ['Bip01 S UpperArm', 'Bip01 S Forearm', 'Bip01 S Hand', 'L', 'R'],
  ['upper_arm.S', 'forearm.S', 'hand.S', 'L', 'R'],
  ['SUpArm', 'SLowArm', 'SHand', 'Left', 'Right'],
]) {
  test(`the joints ${names.slice(0, 3).join(', ')} are known`, () => {
    const { body } = fromBvh(figure(names)).frames[0]!;
    assert.ok(body);
    const at = (joint: number): number[] => [body[joint * 3]!, body[joint * 3 + 1]!];
    const near = (a: number[], b: number[]): boolean =>
      Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!) < 1e-5;
    assert.ok(near(at(BODY.leftWrist), [0.5, 1.5]), `left wrist at ${at(BODY.leftWrist).join()}`);
    assert.ok(near(at(BODY.rightWrist), [-2, 0]), `right wrist at ${at(BODY.rightWrist).join()}`);
  });
}
