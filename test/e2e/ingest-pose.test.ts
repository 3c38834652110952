/**
 * A person whom OBS films: without a microphone in the panel, what is published by RTMP speaks, and
 * reaches the panel's MediaPipe and moves the avatar.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { microphoneSound, wavBytes } from '../../server/bench/fake-microphone.ts';
import { IngestDoor, SessionSnapshot, SessionStats } from '../../server/protocol/index.ts';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { SAMPLE_MODEL, sampleModels } from '../support/models.ts';
import { publish } from '../support/publisher.ts';
import { TestServer } from '../support/server.ts';
import { sharedFile } from '../support/shared-data.ts';

const PATIENCE_MS = 180_000;
/** Whoever asks for one is refused, as where none is plugged in. */
const NO_MICROPHONE = `navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException('none', 'NotFoundError'));`;
const clip = sharedFile('pose/openpose-json/video.mp4');

describe('a person whom OBS films', { skip: clip.skip || SAMPLE_MODEL.skip }, () => {
  let folder: string;
  let server: TestServer;
  let browser: Browser;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-filmed-'));
    await writeFile(join(folder, 'voice.wav'), wavBytes(microphoneSound([], 20)));
    // Held on one picture: what is tested is the way, not how well MediaPipe follows.
    const still = 'trim=end_frame=1,scale=640:360,loop=loop=-1:size=1,fps=25,trim=duration=4';
    const made = ['-vf', still, '-an', '-pix_fmt', 'yuv420p', join(folder, 'person.mp4')];
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', '-i', clip.path, ...made]);
    server = await TestServer.start(await sampleModels(folder));
    browser = await openBrowser();
    const viewport = { width: 1360, height: 900 };
    const context = await browser.newContext({ viewport, locale: 'en-US' });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    await page.addInitScript(NO_MICROPHONE);
    await page.goto(server.url);
    await page.getByRole('radio', { name: 'OBS or an encoder' }).check();
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByRole('tab', { name: 'Gestures' }).waitFor();
  });

  after(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${server.url}/api/v1/sessions${path}`)).json();

  test('moves the avatar, by the panel’s model and without a webcam', async (t) => {
    const [session] = SessionSnapshot.array().parse(await ask(''));
    const { rtmpUrl, key } = IngestDoor.parse(await ask(`/${session!.id}/ingest`));
    // The address and the key stand open: nothing else is to be found first.
    assert.equal(await page.getByLabel('Key', { exact: true }).inputValue(), key);
    await page.getByText('Waiting for OBS or an encoder').waitFor();
    await using publisher = await publish({
      ...{ url: `${rtmpUrl}/${key}`, voice: join(folder, 'voice.wav') },
      picture: join(folder, 'person.mp4'),
    });
    await page.getByText('RTMP speaks').waitFor();
    await page.getByRole('button', { name: 'Use what OBS sends' }).click();
    await page.getByText('You are in the picture').waitFor();
    t.diagnostic(`MediaPipe: ${await page.getByTestId('webcam-rate').textContent()}`);
    const stats = async (): Promise<SessionStats> =>
      SessionStats.parse(await ask(`/${session!.id}/stats`));
    await until('its poses reach the engine', async () => (await stats()).poses > 10);
    assert.equal((await stats()).badPoses, 0);
    await publisher.close();
    await page.getByText('No picture comes any more').waitFor();
  });
});
