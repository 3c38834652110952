/**
 * A real person before a fake webcam in real Chromium: MediaPipe finds them, their poses reach the
 * server, the drawn arms follow, and when they leave the avatar idles.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { BODY, decodePose } from '../../server/protocol/index.ts';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { SAMPLE_MODEL, sampleModels } from '../support/models.ts';
import { TestServer } from '../support/server.ts';
import { sharedFile } from '../support/shared-data.ts';

declare const window: Tapped;

const PATIENCE_MS = 180_000;
const clip = sharedFile('pose/openpose-json/video.mp4');
const firstFrame = sharedFile('pose/openpose-json/video_000000000000_keypoints.json');
/** The person stays and then leaves: seconds of the fake webcam, which loops. */
const STAYS_SECONDS = 16;
const AWAY_SECONDS = 12;

/** Keeps every packet that the page sends over a data channel, as plain numbers. */
const TAP = `
  window.sentPoses = [];
  const send = RTCDataChannel.prototype.send;
  RTCDataChannel.prototype.send = function (data) {
    if (this.label === 'pose') window.sentPoses.push(Array.from(new Uint8Array(data.buffer ?? data)));
    return send.call(this, data);
  };`;

/** Green values of 64 x 32 points of the preview's lower half. */
const LOWER_HALF = `(() => {
  const side = 64;
  const context = new OffscreenCanvas(side, side).getContext('2d');
  context.drawImage(document.querySelector('[data-testid="preview-video"]'), 0, 0, side, side);
  const { data } = context.getImageData(0, side / 2, side, side / 2);
  return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 1]);
})()`;

describe('a person before the webcam', { skip: clip.skip || SAMPLE_MODEL.skip }, () => {
  let folder: string;
  let server: TestServer;
  let browser: Browser;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-webcam-'));
    const cameraVideo = join(folder, 'camera.mjpeg');
    await filmPerson(cameraVideo);
    server = await TestServer.start(await sampleModels(folder));
    browser = await openBrowser({ cameraVideo });
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      locale: 'en-US',
      permissions: ['microphone', 'camera'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(TAP);
    page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Go live' }).click();
  });

  after(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('one click: models are fetched, the person is found, poses are sent', async (t) => {
    await page.getByRole('button', { name: 'Use webcam' }).click();
    await page.getByText('You are in the picture').waitFor();
    await page.getByText('The hand model is missing: hands stay relaxed.').waitFor();
    await page.waitForFunction(() => window.sentPoses.length >= 10);
    const rate = page.getByTestId('webcam-rate');
    t.diagnostic(`MediaPipe: ${await rate.textContent()}`);
    // The server counts once a second.
    const reached = await until('poses reach the engine', async () => {
      const now = await stats();
      return now.poses > 0 && now;
    });
    assert.equal(reached.badPoses, 0);
  });

  test('what is sent is where the person’s joints are, and not mirrored', async (t) => {
    const sent = await page.evaluate(() => window.sentPoses);
    const expected = await openPoseBody();
    const errors: number[] = [];
    for (const bytes of sent.slice(0, 40)) {
      const decoded = decodePose(Uint8Array.from(bytes));
      assert.ok(decoded.ok, decoded.ok ? '' : decoded.reason);
      const { body } = decoded.packet;
      if (!body) continue;
      for (const joint of JOINTS) errors.push(distance(body, expected, BODY[joint]));
    }
    errors.sort((a, b) => a - b);
    const median = errors[errors.length >> 1] ?? NaN;
    t.diagnostic(`median distance from OpenPose: ${median.toFixed(3)} shoulder widths`);
    assert.ok(median < 0.2, `the joints are ${median} shoulder widths away from OpenPose's`);
  });

  test('the avatar’s arms follow, and rest when nobody is there', async () => {
    await page.getByText('Nobody in the picture: the avatar idles').waitFor();
    await page.waitForTimeout(3000);
    const idle = await picture();
    await page.getByText('You are in the picture').waitFor();
    await page.waitForTimeout(3000);
    const moved = await picture();
    const change = meanDifference(idle, moved);
    assert.ok(change > 4, `the picture's lower half changed by ${change} grey levels only`);
    await page.getByText('Nobody in the picture: the avatar idles').waitFor();
    // A slow machine shows the picture seconds late, and a trigger may be waving.
    let back = change;
    for (let look = 0; look < 8 && back >= change / 2; look += 1) {
      await page.waitForTimeout(1000);
      back = Math.min(back, meanDifference(idle, await picture()));
    }
    assert.ok(back < change / 2, `idle again: ${back} from idle, ${change} when moved`);
  });

  async function stats(): Promise<{ readonly poses: number; readonly badPoses: number }> {
    const [session] = (await (await fetch(`${server.url}/api/v1/sessions`)).json()) as {
      id: string;
    }[];
    const answer = await fetch(`${server.url}/api/v1/sessions/${session?.id}/stats`);
    return (await answer.json()) as { readonly poses: number; readonly badPoses: number };
  }

  /** Grey levels of the preview's lower half, where the arms are. */
  async function picture(): Promise<readonly number[]> {
    return page.evaluate<readonly number[]>(LOWER_HALF);
  }
});

type Tapped = { readonly sentPoses: readonly (readonly number[])[] };

const JOINTS = ['rightShoulder', 'leftShoulder', 'rightElbow', 'leftElbow', 'rightWrist', 'leftWrist'] as const; // prettier-ignore

/** The clip held on its first frame, so that the numbers are those of one OpenPose file; then black. */
async function filmPerson(target: string): Promise<void> {
  const away = `color=black:s=640x360:r=30:d=${AWAY_SECONDS}`;
  const graph =
    `[0:v]trim=end_frame=1,scale=640:360,loop=loop=-1:size=1,fps=30,trim=duration=${STAYS_SECONDS},` +
    'setpts=PTS-STARTPTS,format=yuvj420p[a];[1:v]format=yuvj420p[b];[a][b]concat=n=2:v=1[out]';
  await promisify(execFile)('ffmpeg', [
    ...['-v', 'error', '-y', '-i', clip.path, '-f', 'lavfi', '-i', away],
    ...['-filter_complex', graph, '-map', '[out]', '-c:v', 'mjpeg', '-q:v', '4', target],
  ]);
}

/** BODY_18 of the first file, relative to the neck, in shoulder widths. */
async function openPoseBody(): Promise<Float32Array> {
  const file = JSON.parse(await readFile(firstFrame.path, 'utf8')) as {
    readonly people: readonly { readonly pose_keypoints_2d: readonly number[] }[];
  };
  const points = file.people[0]!.pose_keypoints_2d;
  const at = (joint: number) => [points[joint * 3]!, points[joint * 3 + 1]!] as const;
  // BODY_25 and BODY_18 agree up to the wrists.
  const [right, left] = [at(BODY.rightShoulder), at(BODY.leftShoulder)];
  const neck = [(right[0] + left[0]) / 2, (right[1] + left[1]) / 2] as const;
  const width = Math.hypot(left[0] - right[0], left[1] - right[1]);
  const body = new Float32Array(54);
  for (const joint of JOINTS) {
    const [x, y] = at(BODY[joint]);
    body.set([(x - neck[0]) / width, (y - neck[1]) / width, 1], BODY[joint] * 3);
  }
  return body;
}

function distance(a: Float32Array, b: Float32Array, joint: number): number {
  return Math.hypot(a[joint * 3]! - b[joint * 3]!, a[joint * 3 + 1]! - b[joint * 3 + 1]!);
}

function meanDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length;
}
