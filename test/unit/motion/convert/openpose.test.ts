import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromWholeBody } from '../../../../server/motion/convert/coco-wholebody.ts';
import {
  personToParts,
  placeOf,
  type PicturePerson,
} from '../../../../server/motion/convert/image-points.ts';
import { fromMediaPipe } from '../../../../server/motion/convert/mediapipe.ts';
import {
  pickPerson,
  readOpenPose,
  writeOpenPose,
} from '../../../../server/motion/convert/openpose.ts';
import { MotionDataError } from '../../../../server/motion/template/motion-data-error.ts';
import { BODY } from '../../../../server/protocol/pose.ts';
import { sharedFile } from '../../../support/shared-data.ts';

const picture = (index: number) =>
  sharedFile(`pose/openpose-json/video_00000000000${index}_keypoints.json`);
const { skip } = picture(0);

function readPicture(index: number): PicturePerson {
  const people = readOpenPose(JSON.parse(readFileSync(picture(index).path, 'utf8')));
  const person = pickPerson(people);
  assert.ok(person);
  return person;
}

test(
  'a real person of OpenPose 1.3 becomes a pose about the neck in shoulder widths',
  { skip },
  () => {
    for (let i = 0; i < 9; i += 1) {
      const person = readPicture(i);
      const parts = personToParts(person);
      assert.ok(parts?.body);
      const { body } = parts;
      assert.deepEqual([...body.subarray(3, 5)], [0, 0]);
      const across = Math.hypot(
        body[BODY.leftShoulder * 3]! - body[BODY.rightShoulder * 3]!,
        body[BODY.leftShoulder * 3 + 1]! - body[BODY.rightShoulder * 3 + 1]!,
      );
      assert.ok(Math.abs(across - 1) < 1e-5);
      assert.ok(body[BODY.rightShoulder * 3]! < 0, 'the right shoulder is on the viewer’s left');
      assert.equal(body[BODY.rightKnee * 3 + 2], 0, 'knees are out of the picture');
    }
    // By hand from the file: wrist (509.946, 464.823), neck (633.285, 362.953), shoulders 319.47 apart.
    const { body } = personToParts(readPicture(0))!;
    assert.ok(Math.abs(body![BODY.rightWrist * 3]! + 0.3861) < 1e-3);
    assert.ok(Math.abs(body![BODY.rightWrist * 3 + 1]! - 0.3189) < 1e-3);
    assert.ok(Math.abs(body![BODY.rightWrist * 3 + 2]! - 0.759431) < 1e-6);
  },
);

test(
  'written out and read again, BODY_18 and BODY_25, it is the same to 0.001 pixel',
  { skip },
  () => {
    for (const format of ['BODY_18', 'BODY_25'] as const) {
      for (let i = 0; i < 9; i += 1) {
        const person = readPicture(i);
        const place = placeOf(person.body)!;
        const parts = personToParts(person)!;
        const empty = new Float32Array(63);
        const file = writeOpenPose(
          {
            body: parts.body!,
            leftHand: parts.leftHand ?? empty,
            rightHand: parts.rightHand ?? empty,
          },
          place,
          format,
        );
        const again = readOpenPose(JSON.parse(JSON.stringify(file)))[0]!;
        for (const part of ['body', 'leftHand', 'rightHand'] as const) {
          const [a, b] = [person[part] ?? empty, again[part] ?? empty];
          a.forEach((value, k) => {
            assert.ok(
              Math.abs(value - b[k]!) <= 0.0011,
              `${format} ${part} ${k}: ${value}, ${b[k]!}`,
            );
          });
        }
      }
    }
  },
);

const blazepose = sharedFile('golden/blazepose_reference.json');
test('BlazePose and OpenPose of the same pictures agree within 8 % of a shoulder width', { skip: blazepose.skip || skip }, () => {
  const reference = JSON.parse(readFileSync(blazepose.path, 'utf8')) as {
    data: Record<string, { landmarks: [number, number, number, number][] }>;
  };
  const [width, height] = [1280, 720];
  const away: number[] = [];
  for (const [index, { landmarks }] of Object.entries(reference.data)) {
    const pose = landmarks.map(([x, y, z, visibility]) => ({ x: x / width, y: y / height, z: z / width, visibility }));
    const ours = fromMediaPipe({ width, height, pose }).body!;
    const theirs = personToParts(readPicture(Number(index)))!.body!;
    for (let joint = 0; joint < 18; joint += 1) {
      if (!(ours[joint * 3 + 2]! > 0 && theirs[joint * 3 + 2]! > 0)) continue;
      const dx = ours[joint * 3]! - theirs[joint * 3]!;
      const dy = ours[joint * 3 + 1]! - theirs[joint * 3 + 1]!;
      away.push(Math.hypot(dx, dy));
    }
    assert.equal(ours[BODY.rightKnee * 3 + 2], 0, 'MediaPipe guesses knees; they are out of the picture');
  }
  away.sort((a, b) => a - b);
  const median = away[away.length >> 1]!;
  assert.ok(away.length > 60, `${away.length} points compared`);
  assert.ok(median < 0.08, `the median is ${median}`);
  // Hands go up in the later frames: a swapped or mirrored side would be a shoulder width away.
  assert.ok(away[Math.floor(away.length * 0.9)]! < 0.35, `the 90th percentile is ${away[Math.floor(away.length * 0.9)]!}`);
}); // prettier-ignore

/** A person of 18 points whose neck is at x, 100 units wide. */
function someone(x: number, width: number): number[] {
  const points = Array.from({ length: 54 }, () => 0);
  points.splice(3, 3, x, 100, 0.9);
  points.splice(6, 3, x - width / 2, 100, 0.9);
  points.splice(15, 3, x + width / 2, 100, 0.9);
  return points;
}

test('among several people the clip goes on with the same one, at first with the largest', () => {
  const people = readOpenPose({
    people: [100, 300, 500].map((x, i) => ({ pose_keypoints_2d: someone(x, 50 + 10 * i) })),
  });
  assert.equal(placeOf(pickPerson(people)!.body)!.x, 500);
  const previous = { x: 290, y: 100, unit: 60 };
  assert.equal(placeOf(pickPerson(people, previous)!.body)!.x, 300);
  const gone = { x: 2000, y: 100, unit: 60 };
  assert.equal(placeOf(pickPerson(people, gone)!.body)!.x, 500);
});

test('shares of the picture are stretched by its size, from the file or the caller', () => {
  const share = someone(0, 0).map((value, i) => (i % 3 === 2 ? value : 0));
  share.splice(6, 2, 0.25, 0.5);
  share.splice(15, 2, 0.75, 0.5);
  share.splice(12, 3, 0.25, 0.75, 1);
  share.splice(3, 3, 0.5, 0.5, 1);
  const file = { people: [{ pose_keypoints_2d: share }] };
  const wrist = (people: PicturePerson[]): number => {
    const { body } = personToParts(people[0]!)!;
    return body![BODY.rightWrist * 3 + 1]!;
  };
  assert.ok(Math.abs(wrist(readOpenPose(file, { width: 1600, height: 900 })) - 225 / 800) < 1e-6);
  const canvas = { ...file, canvas_width: 400, canvas_height: 400 };
  assert.ok(Math.abs(wrist(readOpenPose(canvas)) - 0.5) < 1e-6);
});

test('what is no OpenPose file is refused in a sentence', () => {
  const refused: readonly [unknown, RegExp][] = [
    [[], /no JSON object/],
    [{}, /no list of "people"/],
    [{ people: [{ pose_keypoints_2d: [1, 2, 3] }] }, /has 3 numbers; BODY_18 has 54/],
    [{ people: [{ pose_keypoints_2d: ['x'] }] }, /no coordinate/],
    [
      { people: [{ pose_keypoints_2d: someone(0, 9), hand_left_keypoints_2d: [1] }] },
      /a hand has 63/,
    ],
    [{ people: Array.from({ length: 101 }, () => ({})) }, /101 people/],
  ];
  for (const [json, message] of refused) {
    assert.throws(
      () => readOpenPose(json),
      (error) => error instanceof MotionDataError && message.test(error.message),
    );
  }
});

test('COCO-WholeBody: point numbers go where OpenPose has them', () => {
  // x names the point; COCO17 by the order of the data set.
  const points = Array.from({ length: 133 }, (_, i) => [i, 0, 0.9]).flat();
  const { body, leftHand, rightHand } = fromWholeBody(points);
  const number = (joint: number): number => body[joint * 3]!;
  assert.deepEqual(
    Object.values(BODY).map(number),
    [0, 5.5, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3],
  );
  assert.deepEqual(
    [leftHand![0], leftHand![60], rightHand![0], rightHand![60]],
    [91, 111, 112, 132],
  );
  points[6 * 3 + 2] = 0.2;
  const unsure = fromWholeBody(points).body;
  assert.equal(unsure[BODY.neck * 3 + 2], 0, 'no neck without both shoulders');
  assert.throws(() => fromWholeBody([1, 2, 3]), MotionDataError);
});
