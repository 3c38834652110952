/**
 * Takes the pictures of README and docs/panel.md from the real panel:
 *
 *   node test/support/screenshots.ts [WAV for the microphone]
 *
 * Writes docs/panel/NAME.webp: every screen at 1280x720, light, dark and Chinese among them, and the
 * phone's deck. The set-up, the studio with a gesture and a scene on air, and every page of the library.
 */
import { openAsBlob } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { makeMedia } from './scene-files.ts';
import { TestServer } from './server.ts';
import { sharedFile } from './shared-data.ts';

const TARGET = fileURLToPath(new URL('../../docs/panel', import.meta.url));
const QUALITY = 82;
/** Long enough for the graphs to show a line and for lips and sound to have settled. */
const SETTLE_MS = 25_000;
/** A level at which the mouth is open. */
const SPEAKING_DB = -24;
const LAPTOP = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };

const speech = sharedFile('speech/librivox/sense_and_sensibility_01_austen_64kb-0870.wav');
const microphoneWav = process.argv[2] ?? (speech.skip ? undefined : speech.path);

await mkdir(TARGET, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'posecast-pictures-'));
const server = await TestServer.start();
const browser = await openBrowser(microphoneWav === undefined ? {} : { microphoneWav });
try {
  const context = await browser.newContext({
    viewport: LAPTOP,
    locale: 'en-US',
    permissions: ['microphone'],
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await prepare();
  await before(page);
  await studio(page);
  await library(page);
  await phone(page);
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** A scene, a target and the rest of what somebody has who uses this. */
async function prepare(): Promise<void> {
  const back = await makeMedia(join(folder, 'back.png'), 'gradients=s=1280x720:c0=#dfe7f5:c1=#8fa6d8:x0=0:y0=0:x1=1280:y1=720:n=2', '-frames:v', '1'); // prettier-ignore
  const asset = await send<{ id: string }>(
    'POST',
    '/scene-assets?kind=image&name=Blue%20room',
    back,
  );
  for (const [id, title, background] of [
    ['blue-room', 'Blue room', { kind: 'image', asset: asset.id, fit: 'cover', blur: 0 }],
    ['plain-night', 'Night', { kind: 'colour' }],
  ] as const) {
    const canvas = { width: 1280, height: 720 };
    await send('PUT', `/scenes/${id}`, { title, canvas, colour: '#1f2430', background });
  }
  for (const [service, name] of [
    ['twitch', 'Twitch'],
    ['youtube', 'YouTube'],
  ] as const) {
    const presets = await send<readonly Preset[]>('GET', '/targets/presets');
    const url = presets.find(({ id }) => id === service)?.servers[0]?.url;
    await send('POST', '/targets', { name, service, url, key: 'live-0123456789', auto: false });
  }
}

type Preset = { readonly id: string; readonly servers: readonly { readonly url: string }[] };

async function send<T>(method: string, path: string, body?: string | object): Promise<T> {
  const raw = typeof body === 'string';
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': raw ? 'application/octet-stream' : 'application/json' },
      body: raw ? await openAsBlob(body) : JSON.stringify(body),
    }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function before(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.getByRole('img', { name: 'Preview of Mira' }).waitFor();
  await page.getByText('More', { exact: true }).click();
  await page.getByRole('radio', { name: /^Wide/ }).check();
  await page.getByText('More', { exact: true }).click();
  await speaking(page);
  await shoot(page, 'setup');
}

async function studio(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go live' }).click();
  await page.getByTestId('latency').filter({ hasText: /\d/ }).waitFor();
  await page.getByRole('tab', { name: 'Scenes' }).click();
  await page.getByRole('button', { name: 'Show Blue room' }).click();
  await page.getByText('On air', { exact: true }).waitFor();
  await shoot(page, 'studio-scenes');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByRole('tab', { name: 'Gestures' }).click();
  await sleep(SETTLE_MS);
  await page.getByRole('button', { name: 'Play Big wave' }).click();
  await page.getByText(/^Playing/).waitFor();
  await sleep(900);
  await shoot(page, 'studio');
  await page.getByRole('button', { name: 'Every stage' }).click();
  await shoot(page, 'studio-stages');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Use the dark theme' }).click();
  await page.getByRole('tab', { name: 'Chat' }).click();
  await sleep(500);
  await shoot(page, 'studio-dark');
  await page.getByRole('button', { name: /^Switch to Chinese/ }).click();
  await page.getByRole('tab', { name: '动作' }).click();
  await sleep(500);
  await shoot(page, 'studio-zh');
  await page.getByRole('button', { name: /^切换到英文/ }).click();
  await page.getByRole('button', { name: 'Use the light theme' }).click();
  await page.getByRole('button', { name: /^Stop recording/ }).click();
}

async function library(page: Page): Promise<void> {
  for (const [link, name] of [
    ['Avatars', 'avatars'],
    ['Gestures', 'gestures'],
    ['Triggers', 'triggers'],
    ['Scenes', 'scenes'],
    ['Targets', 'targets'],
    ['Videos', 'videos'],
    ['Recordings', 'recordings'],
    ['Models', 'models'],
    ['Logs', 'logs'],
    ['Settings', 'settings'],
  ] as const) {
    await page.getByRole('navigation').getByRole('link', { name: link }).click();
    await page.getByRole('heading', { level: 1, name: link }).waitFor();
    await sleep(1500);
    await shoot(page, name);
  }
  await page.getByRole('navigation').getByRole('link', { name: 'Gestures' }).click();
  await page.getByRole('button', { name: 'Edit Wave' }).click();
  await page.getByRole('slider', { name: 'Time', exact: true }).click();
  await shoot(page, 'editor');
}

async function phone(page: Page): Promise<void> {
  await page.setViewportSize(PHONE);
  await page.goto(`${server.url}/deck`);
  await page.getByRole('button', { name: 'Play Wave', exact: true }).waitFor();
  await sleep(1500);
  await shoot(page, 'deck');
}

/** Waits for a moment at which somebody speaks. */
async function speaking(page: Page): Promise<void> {
  if (microphoneWav === undefined) return;
  const meter = page.getByRole('meter').first();
  while (Number(await meter.getAttribute('aria-valuenow')) < SPEAKING_DB) await sleep(20);
}

async function shoot(page: Page, name: string): Promise<void> {
  const picture = await loadImage(await page.screenshot());
  const canvas = createCanvas(picture.width, picture.height);
  canvas.getContext('2d').drawImage(picture, 0, 0);
  const bytes = canvas.toBuffer('image/webp', QUALITY);
  await writeFile(join(TARGET, `${name}.webp`), bytes);
  process.stdout.write(`docs/panel/${name}.webp: ${(bytes.length / 1000).toFixed(0)} kB\n`);
}
