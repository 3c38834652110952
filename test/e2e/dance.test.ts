/** Music from the panel: a file goes on air, its beat is shown, the avatar dances, viewers hear it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { wavBytes } from '../../server/bench/fake-microphone.ts';
import { drums } from '../../server/motion/dance/measure.ts';
import type { SessionSnapshot } from '../../server/protocol/index.ts';
import { childrenWith, until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { TestServer } from '../support/server.ts';

/** Longest wait for anything to appear; the machine may be busy with other suites. */
const PATIENCE_MS = 60_000;
const BPM = 120;
const HEARD = /^1(19|20|21) beats a minute, heard in the music\.$/;

let server: TestServer;
let browser: Browser;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-music-'));
  server = await TestServer.start();
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function openPage(url: string): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', permissions: ['microphone'] });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Drums and a tune; the panel plays it over and over. */
async function musicFile(): Promise<string> {
  const { sound } = drums({ bpm: BPM, seed: 3, seconds: 30, noise: 0.02, melody: 0.2 });
  const fine = Float32Array.from(
    { length: sound.length * 3 },
    (_, i) => 0.6 * sound[Math.floor(i / 3)]!,
  );
  const path = join(folder, 'dance floor.wav');
  await writeFile(path, wavBytes(fine));
  return path;
}

async function session(): Promise<SessionSnapshot | undefined> {
  const response = await fetch(`${server.url}/api/v1/sessions`);
  return ((await response.json()) as SessionSnapshot[])[0];
}

/** In the page: the loudest of two seconds of what it gets as music and plays, 0..1. */
const LOUDNESS = `(async () => {
  const element = document.querySelector('[data-testid="music"]');
  if (!element?.srcObject || element.muted) return 0;
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  context.createMediaStreamSource(element.srcObject).connect(analyser);
  const samples = new Float32Array(2048);
  let most = 0;
  for (let i = 0; i < 50; i += 1) {
    await new Promise((done) => setTimeout(done, 40));
    analyser.getFloatTimeDomainData(samples);
    for (const sample of samples) most = Math.max(most, Math.abs(sample));
  }
  await context.close();
  return most;
})()`;

const loudness = (page: Page): Promise<number> => page.evaluate<number>(LOUDNESS);

test('a file plays on air, the avatar dances to its beat, and viewers hear it', async () => {
  const page = await openPage(server.url);
  await page.getByRole('button', { name: 'Go live' }).click();
  await page.getByRole('tab', { name: 'Dance' }).click();
  await page.getByText(/^No beat yet/).waitFor();
  await page.getByRole('button', { name: 'Dance to the music', exact: true }).click();
  await page.getByText(/^Waiting for a beat/).waitFor();
  await page
    .getByLabel('Choose a sound file')
    .first()
    .setInputFiles(await musicFile());
  await page.getByText('dance floor.wav').waitFor();
  await page.getByText(/^Dancing\. 1\d\d beats a minute, heard in the music\.$/).waitFor();
  await page.getByText(/^Playing: Dance/).waitFor();

  const live = await until('music is there', async () => {
    const now = await session();
    return now?.music ? now : undefined;
  });
  const viewer = await openPage(`${server.url}${live.watchPath}`);
  await until('viewers hear it', async () => (await loudness(viewer)) > 0.05);

  for (const pid of await childrenWith('mediasoup-worker')) process.kill(pid, 'SIGKILL');
  await until('it is gone', async () => (await session())?.music === false);
  await until('it comes back', async () => (await session())?.music);
  await until('viewers hear it again', async () => (await loudness(viewer)) > 0.05);
  await page.getByText(/beats a minute, heard in the music\.$/).waitFor();

  await page.getByRole('button', { name: 'Stop dancing', exact: true }).click();
  await page.getByText(HEARD).waitFor();
  for (let tap = 0; tap < 5; tap += 1) {
    await page.keyboard.press('.');
    await page.waitForTimeout(500);
  }
  await page.getByText(/beats a minute, tapped\.$/).waitFor();
  await page.getByRole('button', { name: 'Back to the music’s beat' }).click();
  await page.getByText(HEARD).waitFor();
  await page.getByRole('button', { name: 'Take the music off' }).click();
  await page.getByText(/^No beat yet/).waitFor();
  await until('it has ended', async () => (await session())?.music === false);
  assert.equal((await session())?.state, 'live');
});
