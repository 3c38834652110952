import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { loadAvatar, type AvatarPack } from '../../../../server/inference/pack.ts';
import { ARKIT } from '../../../../server/protocol/arkit.ts';
import type { Pose } from '../../../../server/protocol/pose.ts';
import { RigBody } from '../../../../server/render/rig/rig-body.ts';
import { assertGolden } from '../../../support/golden.ts';
import {
  ARM_POSES,
  COUNTS,
  restPose,
  setArms,
  setCountingHand,
  setHead,
} from '../../../support/poses.ts';

const AVATARS = join(import.meta.dirname, '../../../../models/avatars');
const SIZE = 128;
const mira = await loadAvatar(AVATARS, 'mira');
const leo = await loadAvatar(AVATARS, 'leo');

type Box = readonly [left: number, top: number, right: number, bottom: number];
/** Where the features of a host that looks straight ahead are, at SIZE x SIZE. */
const MOUTH: Box = [56, 42, 72, 54];
const EYES: Box = [51, 29, 77, 38];

function open(pack: AvatarPack): RigBody {
  return RigBody.open(pack, { width: SIZE, height: SIZE });
}

function draw(body: RigBody, pose: Pose, time = 0): Uint8Array {
  return Uint8Array.from(body.draw(pose, time));
}

/** Mean absolute difference inside and outside of a box. */
function difference(a: Uint8Array, b: Uint8Array, box: Box): { inside: number; outside: number } {
  const sums = { inside: 0, outside: 0 };
  const counts = { inside: 0, outside: 0 };
  for (let i = 0; i < a.length; i += 1) {
    const x = (i >> 2) % SIZE;
    const y = Math.floor((i >> 2) / SIZE);
    const place = x >= box[0] && x < box[2] && y >= box[1] && y < box[3] ? 'inside' : 'outside';
    sums[place] += Math.abs(a[i]! - b[i]!);
    counts[place] += 1;
  }
  return { inside: sums.inside / counts.inside, outside: sums.outside / counts.outside };
}

/** Middle (x) of the lips, found by their red; the face's outline is as red, but not there. */
function lipsMiddle(rgba: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let y = 43; y < 48; y += 1) {
    for (let x = 53; x < 74; x += 1) {
      const at = (y * SIZE + x) * 4;
      if (rgba[at]! > 150 && rgba[at + 1]! < 120 && rgba[at + 2]! < 125) {
        sum += x;
        count += 1;
      }
    }
  }
  assert.ok(count > 5, 'lips are visible');
  return sum / count;
}

test('the hosts look like their golden pictures', async () => {
  for (const pack of [mira, leo]) {
    const body = open(pack);
    const { name } = pack.manifest;
    const waving = restPose();
    setArms(waving, ARM_POSES['wave']!);
    setHead(waving, 0.3, 0.1, -0.1);
    const counting = restPose();
    setArms(counting, ARM_POSES['wave']!);
    setCountingHand(counting, -1, COUNTS['two']!);
    counting.face[ARKIT.jawOpen] = 0.6;
    await assertGolden(`rig/${name}-rest.png`, draw(body, restPose()), SIZE, SIZE);
    await assertGolden(`rig/${name}-wave.png`, draw(body, waving, 10), SIZE, SIZE);
    await assertGolden(`rig/${name}-count.png`, draw(body, counting, 20), SIZE, SIZE);
    body.close();
  }
});

test('alpha is true: clear corners, an opaque face, premultiplied colours', () => {
  const body = open(mira);
  const rgba = draw(body, restPose());
  for (const pixel of [0, SIZE - 1]) assert.equal(rgba[pixel * 4 + 3], 0);
  assert.equal(rgba[(40 * SIZE + SIZE / 2) * 4 + 3], 255);
  for (let i = 0; i < rgba.length; i += 4) {
    assert.ok(Math.max(rgba[i]!, rgba[i + 1]!, rgba[i + 2]!) <= rgba[i + 3]!, `pixel ${i / 4}`);
  }
});

test('the same poses at the same times give the same bytes, also on another body', () => {
  const a = open(mira);
  const b = open(mira);
  const pose = restPose();
  for (let tick = 0; tick < 8; tick += 1) {
    setHead(pose, Math.sin(tick) * 0.3, 0, 0);
    assert.deepEqual(draw(a, pose, tick * 0.04), draw(b, pose, tick * 0.04));
  }
});

test('jawOpen opens the mouth, hardly anything else, and shutting it returns exactly', () => {
  for (const pack of [mira, leo]) {
    const body = open(pack);
    const pose = restPose();
    const shut = draw(body, pose);
    pose.face[ARKIT.jawOpen] = 0.7;
    const opened = difference(shut, draw(body, pose), MOUTH);
    assert.ok(opened.inside > 10, `mouth changed by ${opened.inside}`);
    assert.ok(opened.outside < 0.5, `the rest changed by ${opened.outside}`);
    pose.face[ARKIT.jawOpen] = 0;
    assert.deepEqual(draw(body, pose), shut);
  }
});

test('a blink changes the eyes and nothing else', () => {
  const body = open(mira);
  const pose = restPose();
  const open_ = draw(body, pose);
  pose.face[ARKIT.eyeBlinkLeft] = pose.face[ARKIT.eyeBlinkRight] = 1;
  const blinked = difference(open_, draw(body, pose), EYES);
  assert.ok(blinked.inside > 10, `eyes changed by ${blinked.inside}`);
  assert.ok(blinked.outside < 0.02, `the rest changed by ${blinked.outside}`);
});

test('+ yaw turns the face to the viewer right, + pitch up', () => {
  const body = open(mira);
  const turned = restPose();
  setHead(turned, 0.4, 0, 0);
  const middle = lipsMiddle(draw(body, restPose()));
  assert.ok(lipsMiddle(draw(body, turned, 10)) - middle > 1);
  setHead(turned, -0.4, 0, 0);
  assert.ok(lipsMiddle(draw(body, turned, 20)) - middle < -1);
});

test('hair swings after a turn, settles, and a jump in time resets it', () => {
  const body = open(mira);
  const pose = restPose();
  draw(body, pose, 0);
  setHead(pose, 0.4, 0, 0);
  const swinging = draw(body, pose, 0.04);
  for (let tick = 2; tick < 100; tick += 1) draw(body, pose, tick * 0.04);
  const settled = draw(body, pose, 4);
  const all: Box = [0, 0, SIZE, SIZE];
  assert.ok(difference(swinging, settled, all).inside > 0.1, 'hair swings');
  assert.ok(difference(draw(body, pose, 900), settled, all).inside < 0.02, 'and is still again');
});

test('a rig that breaks the schema, a path or the palette is refused by name', () => {
  const rig = mira.json('rig.json') as { parts: { part?: string; d?: string; fill?: string }[] };
  const broken = (change: (copy: typeof rig) => void): AvatarPack => {
    const copy = structuredClone(rig);
    change(copy);
    return { ...mira, json: () => copy };
  };
  const refused = (pack: AvatarPack, message: RegExp): void => {
    assert.throws(() => open(pack), { code: 'bad_pack', message });
  };
  refused(
    broken((copy) => (copy.parts = [])),
    /rig\.json at "parts"/,
  );
  refused(
    broken((copy) => (copy.parts[0]!.d = 'M 0 0 A 3 3')),
    /part "hairBack".*command A is unknown/,
  );
  refused(
    broken((copy) => (copy.parts[0]!.d = 'M 0 . Z')),
    /part "hairBack".*not a number/,
  );
  refused(
    broken((copy) => (copy.parts[0]!.fill = 'noSuchColour')),
    /"noSuchColour".*known: skin/,
  );
});

test('a wide picture shows the host in the middle at full height', () => {
  const wide = RigBody.open(mira, { width: 228, height: SIZE });
  const rgba = wide.draw(restPose(), 0);
  const square = draw(open(mira), restPose());
  const middle = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y += 1) {
    middle.set(rgba.subarray((y * 228 + 50) * 4, (y * 228 + 50 + SIZE) * 4), y * SIZE * 4);
  }
  // Edges may be smoothed a little differently where the square picture cuts a shape.
  const { inside } = difference(middle, square, [0, 0, SIZE, SIZE]);
  assert.ok(inside < 0.1, `differs by ${inside}`);
});
