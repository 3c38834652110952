/** The OpenPose picture against those that controlnet_aux drew from the same frames. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { SkeletonCanvas } from '../../../../server/render/skeleton/canvas.ts';
import { drawOpenPose } from '../../../../server/render/skeleton/openpose.ts';
import { sharedFile } from '../../../support/shared-data.ts';

/** Share of pixels that may differ at all: rounding where an ellipse's outline is flat. */
const TOLERANCE = 0.0002;
const [VIDEO_WIDTH, VIDEO_HEIGHT] = [1280, 720];
/** BODY_25 has the middle of the hips, which BODY_18 has not. */
const MID_HIP = 8;
const SAMPLE = sharedFile('pose/openpose-json/video_000000000000_keypoints.json');

for (const frame of [0, 4, 8]) {
  for (const [width, height] of [
    [512, 512],
    [910, 512],
  ] as const) {
    for (const what of ['body', 'full'] as const) {
      const name = `controlnet_openpose_${frame}_${width}x${height}_${what}.png`;
      test(`${name} is drawn as by controlnet_aux`, { skip: SAMPLE.skip }, async () => {
        const wanted = await rgbOf(sharedFile(`golden/${name}`).path, width, height);
        const canvas = new SkeletonCanvas(width, height);
        drawOpenPose(canvas, await pixelsOf(frame, width, height, what));
        let different = 0;
        for (let i = 0; i < wanted.length; i += 3) {
          const same = [0, 1, 2].every((c) => wanted[i + c] === canvas.pixels[i + c]);
          if (!same) different += 1;
        }
        const share = different / (width * height);
        assert.ok(share <= TOLERANCE, `${different} pixels (${share}) differ`);
      });
    }
  }
}

async function pixelsOf(frame: number, width: number, height: number, what: 'body' | 'full') {
  const { path } = sharedFile(`pose/openpose-json/video_00000000000${frame}_keypoints.json`);
  const { people } = JSON.parse(await readFile(path, 'utf8')) as {
    people: Record<string, number[]>[];
  };
  const scaled = (name: string): Float32Array => {
    const points = Float32Array.from(people[0]![name] ?? []);
    for (let i = 0; i < points.length; i += 3) {
      points[i] = (points[i]! / VIDEO_WIDTH) * width;
      points[i + 1] = (points[i + 1]! / VIDEO_HEIGHT) * height;
    }
    return points;
  };
  const body25 = scaled('pose_keypoints_2d');
  const body = new Float32Array(18 * 3);
  body.set(body25.subarray(0, MID_HIP * 3));
  body.set(body25.subarray((MID_HIP + 1) * 3, 19 * 3), MID_HIP * 3);
  const none = new Float32Array(0);
  if (what === 'body') return { body, leftHand: none, rightHand: none, face: none };
  return {
    body,
    leftHand: scaled('hand_left_keypoints_2d'),
    rightHand: scaled('hand_right_keypoints_2d'),
    face: scaled('face_keypoints_2d'),
  };
}

async function rgbOf(path: string, width: number, height: number): Promise<Uint8Array> {
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(await loadImage(await readFile(path)), 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)]!,
  );
}
