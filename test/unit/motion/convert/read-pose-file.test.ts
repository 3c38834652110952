import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { reduceKeys } from '../../../../server/motion/convert/reduce-keys.ts';
import { fillGaps, smooth } from '../../../../server/motion/convert/clip-series.ts';
import { fromBvh } from '../../../../server/motion/convert/bvh.ts';
import { unzip } from '../../../../server/motion/convert/unzip.ts';
import { readPoseFile } from '../../../../server/motion/convert/read-pose-file.ts';
import { MotionDataError } from '../../../../server/motion/template/motion-data-error.ts';
import { samplePose } from '../../../../server/motion/template/sample.ts';
import { BODY, createPose } from '../../../../server/protocol/pose.ts';
import { seeded } from '../../../support/random.ts';
import { sharedFile } from '../../../support/shared-data.ts';
import { richTemplate } from '../../../support/templates.ts';

const json = (value: unknown): Uint8Array => strToU8(JSON.stringify(value));
const refusal = (message: RegExp) => (error: unknown) =>
  error instanceof MotionDataError && message.test(error.message);

/** OpenPose pictures of somebody whose right wrist goes up and down; some pictures are bad. */
function pictures(count: number, bad: (i: number) => boolean = () => false): object[] {
  return Array.from({ length: count }, (_, i) => {
    const points = Array.from({ length: 54 }, () => 0);
    const put = (joint: number, x: number, y: number): void => {
      points.splice(joint * 3, 3, x, y, 0.9);
    };
    put(BODY.neck, 300, 200);
    put(BODY.rightShoulder, 250, 200);
    put(BODY.leftShoulder, 350, 200);
    put(BODY.rightElbow, 230, 280);
    if (!bad(i)) put(BODY.rightWrist, 220, 250 + 50 * Math.cos(i / 6));
    return { version: 1.3, people: [{ pose_keypoints_2d: points }] };
  });
}

function wristAt(template: ReturnType<typeof readPoseFile>, t: number): [number, number] {
  const pose = createPose();
  samplePose(template, t, pose);
  return [pose.body[BODY.rightWrist * 3]!, pose.body[BODY.rightWrist * 3 + 1]!];
}

test('a list of OpenPose pictures becomes a template; bad pictures are bridged', () => {
  const template = readPoseFile(json(pictures(75, (i) => i % 10 === 4)), 'My Clip 3.json');
  assert.equal(template.id, 'my-clip-3');
  assert.equal(template.title.en, 'My Clip 3');
  assert.ok(Math.abs(template.seconds - 74 / 25) < 1e-3);
  assert.deepEqual(Object.keys(template.tracks.body).sort(), ['leftShoulder', 'rightElbow', 'rightShoulder', 'rightWrist']);
  for (const i of [10, 34, 50]) {
    const [x, y] = wristAt(template, i / 25);
    assert.ok(Math.abs(x + 0.8) < 0.02);
    assert.ok(Math.abs(y - (0.5 + 0.5 * Math.cos(i / 6))) < 0.05, `picture ${i}: ${y}`);
  }
}); // prettier-ignore

test('a zip of pictures is read in the order of their numbers, up to file 10 and beyond', () => {
  const files = Object.fromEntries(
    pictures(30).map((picture, i) => [`clip/frame_${i}_keypoints.json`, json(picture)]),
  );
  const zip = zipSync({
    ...files,
    '__MACOSX/._x.json': strToU8('junk'),
    'readme.txt': strToU8('x'),
  });
  const template = readPoseFile(zip, 'clip.zip', { rateHz: 30 });
  const list = readPoseFile(json({ fps: 30, frames: pictures(30) }), 'clip.json');
  assert.deepEqual(template, list);
});

test('recorded MediaPipe results are read, with their own clock', () => {
  const landmark = (x: number, y: number) => ({ x, y, z: 0, visibility: 1 });
  const frames = Array.from({ length: 40 }, (_, i) => {
    const pose = Array.from({ length: 33 }, () => landmark(0.5, 0.5));
    pose[11] = landmark(0.6, 0.5);
    pose[12] = landmark(0.4, 0.5);
    pose[16] = landmark(0.3, 0.5 + i / 200);
    const faceBlendshapes = [{ categories: [{ categoryName: 'browInnerUp', score: i / 40 }] }];
    return { timestampMs: 1000 + i * 50, landmarks: [pose], faceBlendshapes };
  });
  const template = readPoseFile(json({ width: 640, height: 480, frames }), 'webcam.json');
  assert.ok(Math.abs(template.seconds - 1.95) < 0.01);
  const [x, y] = wristAt(template, 1);
  assert.ok(Math.abs(x + 1) < 0.02);
  assert.ok(Math.abs(y - (0.1 * 480) / 128) < 0.02, `${y}`);
  assert.deepEqual(Object.keys(template.tracks.face), ['browInnerUp']);
});

test('an exported template is read as it is', () => {
  assert.deepEqual(readPoseFile(json(richTemplate()), 'x.json'), richTemplate());
});

const wave = sharedFile('pose/bvh/wave_hello.bvh');
test('reduced keys stay within the stated tolerance of the smoothed motion, and are few', { skip: wave.skip }, () => {
  const bytes = readFileSync(wave.path);
  const template = readPoseFile(bytes, 'wave_hello.bvh');
  const clip = fromBvh(bytes.toString('utf8'));
  let most = 0;
  clip.frames.forEach(({ body }, frame) => {
    const [x, y] = wristAt(template, frame / clip.rateHz);
    most = Math.max(most, Math.hypot(x - body![BODY.rightWrist * 3]!, y - body![BODY.rightWrist * 3 + 1]!));
  });
  assert.ok(most < 0.1, `the wrist is at most ${most} shoulder widths from the captured one`);
  const keys = template.tracks.body.rightWrist!.length;
  assert.ok(keys < 80, `${keys} keys for ${clip.frames.length} captured frames`);
}); // prettier-ignore

test('reducing keeps straight lines within the tolerance, whatever the series', () => {
  const random = seeded(5);
  for (let run = 0; run < 20; run += 1) {
    let value = 0;
    const series = Array.from({ length: 200 }, () => Float64Array.of((value += random() - 0.5), random()));
    const keys = reduceKeys(series, 30, 0.3);
    series.forEach((values, frame) => {
      const t = frame / 30;
      const next = Math.max(1, keys.findIndex((key) => key.t >= t - 1e-9));
      const [a, b] = [keys[next - 1]!, keys[next]!];
      const share = (t - a.t) / (b.t - a.t);
      values.forEach((one, k) => {
        const line = a.values[k]! + (b.values[k]! - a.values[k]!) * share;
        assert.ok(Math.abs(one - line) <= 0.3 + 1e-9);
      });
    });
  }
}); // prettier-ignore

test('gaps are filled with straight lines and held at the ends; smoothing moves no straight line', () => {
  const at = (value: number) => Float64Array.of(value);
  const filled = fillGaps([undefined, at(2), undefined, undefined, at(8), undefined]);
  assert.deepEqual(filled.map(([value]) => value), [2, 2, 4, 6, 8, 8]); // prettier-ignore
  const line = Array.from({ length: 40 }, (_, i) => at(i));
  assert.ok(Math.abs(smooth(line, 1.4)[20]![0]! - 20) < 1e-9);
});

test('a zip bomb is stopped while it unpacks, whatever its headers say', () => {
  const bomb = zipSync({ 'a.json': new Uint8Array(4 * 1024 * 1024) });
  assert.ok(bomb.length < 8192);
  // The header's size is a lie here: 16 bytes.
  const header = new DataView(bomb.buffer, bomb.byteOffset);
  header.setUint32(22, 16, true);
  const all = () => true;
  assert.throws(() => unzip(bomb, all, 1024 * 1024), refusal(/unpacks to more than 1 MB/));
});

test('torn zips and foreign files are refused in a sentence', () => {
  const zip = zipSync({ 'a.json': json(pictures(40)) });
  assert.throws(() => readPoseFile(zip.subarray(0, 200), 'a.zip'), refusal(/zip file/));
  assert.throws(() => readPoseFile(zipSync({ 'a.txt': strToU8('x') }), 'a.zip'), refusal(/no \.json/));
  assert.throws(() => readPoseFile(zipSync({ 'a.json': zip }), 'a.zip'), refusal(/another zip/));
  assert.throws(() => readPoseFile(strToU8('hello'), 'a.json'), refusal(/damaged/));
  assert.throws(() => readPoseFile(json({ a: 1 }), 'a.json'), refusal(/none of: BVH/));
  assert.throws(() => readPoseFile(json(null), 'a.json'), refusal(/none of: BVH/));
  assert.throws(() => readPoseFile(json(pictures(1)), 'a.json'), refusal(/at least 0\.2 seconds/));
  assert.throws(() => readPoseFile(json([{ people: [] }, { people: [] }]), 'a'), refusal(/0 of 2/));
  assert.throws(() => readPoseFile(new Uint8Array(33 * 1024 * 1024), 'a'), refusal(/33 MB/));
  assert.throws(() => readPoseFile(json({ frames: Array(8000).fill({ people: [] }) }), 'a'), refusal(/8000 pictures/));
}); // prettier-ignore

test('random bytes never do more than be refused', () => {
  const random = seeded(11);
  const seeds = [json(pictures(3)), zipSync({ 'a.json': json(pictures(12)) }), strToU8('HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 0 }')];
  for (let run = 0; run < 300; run += 1) {
    const bytes = Uint8Array.from(seeds[run % 3]!);
    for (let hit = 0; hit < 5; hit += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    try {
      readPoseFile(bytes, 'a');
    } catch (error) {
      assert.ok(error instanceof MotionDataError, String(error));
    }
  }
}); // prettier-ignore
