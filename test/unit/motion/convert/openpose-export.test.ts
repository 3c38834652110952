import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { openPosePictures } from '../../../../server/motion/convert/openpose-export.ts';
import { readPoseFile } from '../../../../server/motion/convert/read-pose-file.ts';
import { sampleJoint } from '../../../../server/motion/template/sample.ts';
import { Template } from '../../../../server/protocol/template.ts';

const wave = Template.parse(
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../models/motions/wave.json'), 'utf8'),
  ),
);

test('a template written as OpenPose and read again is the same motion', () => {
  const options = { rateHz: 30, width: 640, height: 480 };
  const files = [...openPosePictures(wave, options)];
  assert.equal(files.length, Math.round(wave.seconds * 30));
  const entries = files.map(({ name, file }): [string, Uint8Array] => [
    name,
    new TextEncoder().encode(JSON.stringify(file)),
  ]);
  const zip = zipSync(Object.fromEntries(entries));
  const back = readPoseFile(zip, 'wave.zip', { rateHz: 30 });
  for (const t of [0.5, 1, 1.5]) {
    for (const joint of ['rightWrist', 'leftWrist', 'rightElbow'] as const) {
      const [x, y] = sampleJoint(wave, joint, t);
      const [readX, readY] = sampleJoint(back, joint, t);
      const far = Math.hypot(x - readX, y - readY);
      // Reading smooths by 45 ms, which rounds the fastest turns off.
      assert.ok(far < 0.12, `${joint} at ${t} s is ${far} shoulder widths away`);
    }
  }
});

test('all points are in the picture, with a whole upper body and no legs', () => {
  const [first] = openPosePictures(wave, { rateHz: 1, width: 512, height: 512 });
  const points = first!.file.people[0]!['pose_keypoints_2d']!;
  assert.equal(points.length, 75);
  // BODY_25: nose to wrists, hips, eyes and ears.
  for (const joint of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 18]) {
    const [x = 0, y = 0, sure = 0] = points.slice(joint * 3);
    assert.ok(x > 0 && x < 512 && y > 0 && y < 512 && sure === 1, `joint ${joint}: ${x}, ${y}`);
  }
  for (const joint of [10, 11, 13, 14]) assert.equal(points[joint * 3 + 2], 0);
});
