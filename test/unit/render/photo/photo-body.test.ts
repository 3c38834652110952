/** A photo that speaks: still it is the photo; each weight moves its own part and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARKIT, type ArkitName } from '../../../../server/protocol/arkit.ts';
import { BODY, createPose, type Pose } from '../../../../server/protocol/pose.ts';
import { cutOut } from '../../../../server/render/photo/cut-out.ts';
import { CHIN, NOSE_TIP } from '../../../../server/render/photo/landmarks.ts';
import { PhotoBody } from '../../../../server/render/photo/photo-body.ts';
import { visemeFace } from '../../../../server/speech/mouth.ts';
import { IRIS, paintedFace, photoOf, PHOTO_SIDE, pixel, pointOf, SKIN, TEETH, type Rgb } from '../../../support/photo.ts'; // prettier-ignore

const SIZE = { width: PHOTO_SIDE, height: PHOTO_SIDE };
const { photo, mask } = paintedFace();
const { person, behind } = cutOut(photo, mask);
const body = new PhotoBody(photoOf(person, behind), SIZE);
const rest = draw({});

function draw(face: Partial<Record<ArkitName, number>>, more?: (pose: Pose) => void): Uint8Array {
  const pose = createPose();
  for (const [name, weight] of Object.entries(face)) pose.face[ARKIT[name as ArkitName]] = weight;
  more?.(pose);
  return body.draw(pose).slice();
}

function like(found: Rgb, wanted: Rgb, within = 40): boolean {
  return found.every((value, i) => Math.abs(value - wanted[i]!) <= within);
}

/** How many pixels of a picture look like `colour`. */
function count(rgba: Uint8Array, colour: Rgb, within = 30): number {
  let found = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if (like([rgba[i]!, rgba[i + 1]!, rgba[i + 2]!], colour, within)) found += 1;
  }
  return found;
}

/** Largest difference in rows `from` .. `to`. */
function change(a: Uint8Array, b: Uint8Array, from: number, to: number): number {
  let most = 0;
  for (let i = from * PHOTO_SIDE * 4; i < to * PHOTO_SIDE * 4; i += 1) {
    most = Math.max(most, Math.abs(a[i]! - b[i]!));
  }
  return most;
}

test('a body at rest is the photo', () => {
  let [sum, far] = [0, 0];
  for (let i = 0; i < rest.length; i += 1) {
    const difference = Math.abs(rest[i]! - photo.rgba[i]!);
    sum += difference;
    if (difference > 12) far += 1;
  }
  assert.ok(sum / rest.length < 0.6, `mean difference ${sum / rest.length}`);
  // Lips and lids have soft edges.
  assert.ok(far / rest.length < 0.01, `${far} values are far from the photo`);
});

test('a jaw opens the mouth, takes the chin along and leaves the brows alone', () => {
  const open = draw({ jawOpen: 0.8 });
  const [x, y] = pointOf(14);
  assert.ok(like(pixel(rest, x, y - 2), TEETH), 'closed: the teeth of the photo');
  assert.ok(
    pixel(open, x, y + 8)[0] < 130,
    `open: the dark of the mouth, ${pixel(open, x, y + 8).join()}`,
  );
  assert.equal(change(rest, open, 0, Math.floor(pointOf(386)[1]) - 8), 0);
  const [chinX, chinY] = pointOf(CHIN);
  assert.ok(like(pixel(open, chinX, chinY + 10), SKIN), 'the chin has come down');
});

test('lips meet for p, b and m although the photo shows teeth', () => {
  const shut = draw({}, (pose) => pose.face.set(visemeFace('PP')));
  const [before, after] = [count(rest, TEETH, 18), count(shut, TEETH, 18)];
  assert.ok(before > 60 && after < before / 6, `${before} bright pixels become ${after}`);
});

test('a blink closes its own eye', () => {
  const [both, left] = [draw({ eyeBlinkLeft: 1, eyeBlinkRight: 1 }), draw({ eyeBlinkLeft: 1 })];
  const all = count(rest, IRIS);
  assert.ok(all > 60);
  assert.ok(count(both, IRIS) < all * 0.2, `${count(both, IRIS)} of ${all} are left`);
  const half = count(left, IRIS) / all;
  assert.ok(half > 0.35 && half < 0.65, `one eye stays open: ${half}`);
  const [x, y] = pointOf(386);
  assert.ok(!like(pixel(left, x, y + 2), IRIS), "the person's left eye is at the viewer's right");
});

test('a smile widens the mouth, a pucker narrows it', () => {
  const shape = (face: Partial<Record<ArkitName, number>>): number => {
    const open = draw({ jawOpen: 0.3, ...face });
    const row = Math.round(pointOf(14)[1]) - 1;
    let width = 0;
    for (let x = 0; x < PHOTO_SIDE; x += 1) if (!like(pixel(open, x, row), SKIN, 36)) width += 1;
    return width;
  };
  const plain = shape({});
  assert.ok(shape({ mouthPucker: 1 }) < plain - 4);
  assert.ok(shape({ mouthStretchLeft: 1, mouthStretchRight: 1 }) > plain);
});

test('a head turns before a background that stays', () => {
  const [turned, tilted] = [0, 2].map((axis) =>
    draw({}, (pose) => {
      pose.head[axis] = 0.3;
    }),
  );
  assert.ok(change(rest, turned!, 60, 200) > 30);
  for (const still of [turned!, tilted!]) {
    for (const x of [8, 30, 226, 248]) {
      const [now, before] = [pixel(still, x, 40), pixel(rest, x, 40)];
      assert.ok(
        like(now, before, 6),
        `the background moved at ${x}: ${now.join()} ${before.join()}`,
      );
    }
  }
  const at = body.poseAt(pointOf(NOSE_TIP)[0] / PHOTO_SIDE, pointOf(NOSE_TIP)[1] / PHOTO_SIDE);
  assert.ok(Math.abs(at.x) < 0.1 && at.y < -0.2 && at.y > -0.9, JSON.stringify(at));
});

test('a cut-out person stands before nothing', () => {
  const alone = new PhotoBody({ ...photoOf(person), background: 'cut' }, SIZE);
  const rgba = alone.draw(createPose());
  assert.equal(rgba[3], 0);
  assert.equal(rgba[(120 * PHOTO_SIDE + 128) * 4 + 3], 255);
});

test('a picture wider than the photo goes on beyond it', () => {
  const wide = new PhotoBody(photoOf(person, behind), { width: 512, height: 256 });
  const rgba = wide.draw(createPose());
  const [r, g, b] = [0, 1, 2].map((c) => rgba[(100 * 512 + 4) * 4 + c]!);
  assert.ok(like([r!, g!, b!], [40, 90, 178], 30), `${r},${g},${b}`);
  assert.equal(rgba[(100 * 512 + 4) * 4 + 3], 255);
});

test('shoulders that rise bring nothing dark into sight', () => {
  const risen = draw({}, (pose) => {
    pose.body[BODY.rightShoulder * 3 + 1] = -0.06;
    pose.body[BODY.leftShoulder * 3 + 1] = -0.06;
  });
  for (const x of [60, 128, 200]) {
    assert.ok(like(pixel(risen, x, PHOTO_SIDE - 1), SKIN), pixel(risen, x, PHOTO_SIDE - 1).join());
  }
});
