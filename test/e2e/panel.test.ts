/** The panel and the viewer page in real Chromium, against the real server, by role and label. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { TakeEntry } from '../../server/protocol/index.ts';
import { openBrowser } from '../support/browser.ts';
import { TestServer } from '../support/server.ts';
import { sharedFile } from '../support/shared-data.ts';

/** Longest wait for anything to appear; the machine may be busy with other suites. */
const PATIENCE_MS = 30_000;
const speech = sharedFile('speech/cmu-arctic/arctic_a0009.wav');

/**
 * What browsers do to pages that nobody has touched. Chromium's own policy can't be used: every
 * call that Playwright makes into a page counts as a touch.
 */
const NO_SOUND_BEFORE_A_TAP = `
  let touched = false;
  addEventListener('pointerdown', () => (touched = true), true);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (this.muted || touched) return play.call(this);
    return Promise.reject(new DOMException('Nobody has touched the page', 'NotAllowedError'));
  };`;

let server: TestServer;
let browser: Browser;

before(async () => {
  server = await TestServer.start();
  // Without the sample data Chromium's own beeps are the voice.
  browser = await openBrowser(speech.skip ? {} : { microphoneWav: speech.path });
});

after(async () => {
  await browser.close();
  await server.stop();
});

type ContextOptions = NonNullable<Parameters<Browser['newContext']>[0]>;

async function openContext(options: ContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    locale: 'en-US',
    permissions: ['microphone'],
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** Resolves when the video has moved on; fails after Playwright's own patience. */
async function plays(page: Page, video: Locator): Promise<void> {
  await video.waitFor();
  const from = await video.evaluate((element: { currentTime: number }) => element.currentTime);
  const handle = await video.elementHandle();
  await page.waitForFunction(
    ([element, start]) => (element as { currentTime: number }).currentTime > start + 0.5,
    [handle as unknown, from] as const,
  );
}

/** Waits until a text says what is expected of it. */
async function shows(locator: Locator, expected: RegExp): Promise<string> {
  await locator.filter({ hasText: expected }).waitFor();
  return (await locator.textContent()) ?? '';
}

async function goLive(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Go live' }).click();
  await plays(page, page.getByTestId('preview-video'));
}

async function stop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page
    .getByRole('dialog', { name: 'Stop the stream?' })
    .getByRole('button', { name: 'Stop the stream' })
    .click();
  await page.getByRole('button', { name: 'Go live' }).waitFor();
}

describe('panel', () => {
  test('from the first visit to the end of the stream, with a viewer', async () => {
    await using panel = await openContext();
    const page = await panel.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });

    await page.goto(server.url);
    await page.getByRole('meter', { name: 'Microphone level' }).waitFor();
    await page.getByRole('radio', { name: 'Mira' }).check();
    await page.getByText('More', { exact: true }).click();
    await page.getByRole('radio', { name: 'Mist' }).check();
    await page.getByRole('button', { name: 'Go live' }).click();
    await plays(page, page.getByTestId('preview-video'));

    await shows(page.getByTestId('latency'), /^\d+$/);
    await shows(page.getByTestId('number-fps'), /[1-9]\d*\.\d/);
    await shows(page.getByTestId('number-av'), /\d ms/);
    await shows(page.getByTestId('number-cpu'), /\d %/);
    await shows(page.getByTestId('number-memory'), /\d (MB|GB)/);
    await page.getByRole('button', { name: 'Every stage' }).click();
    await shows(page.getByRole('row', { name: /Drawing/ }), /[1-9]/);
    assert.match(await page.getByRole('textbox', { name: /^RTMP/ }).first().inputValue(), /^rtmp:/);

    await using audience = await openContext();
    const viewer = await audience.newPage();
    await viewer.goto(await page.getByLabel('Watch page', { exact: true }).inputValue());
    await plays(viewer, viewer.getByTestId('watch-video'));
    await page.getByRole('status', { name: '2 viewers' }).waitFor();
    await viewer.keyboard.press('i');
    await viewer.getByRole('region', { name: 'Numbers' }).waitFor();

    await stop(page);
    await viewer.getByRole('heading', { name: 'The stream has ended' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a reload finds the session again and brings the microphone back', async () => {
    await using context = await openContext();
    const page = await context.newPage();
    await goLive(page);
    const address = await page.getByLabel('Watch page', { exact: true }).inputValue();

    await page.reload();

    await plays(page, page.getByTestId('preview-video'));
    assert.equal(await page.getByLabel('Watch page', { exact: true }).inputValue(), address);
    await page.getByText('Use headphones').waitFor();
    await stop(page);
  });

  test('another browser sees what is live and can watch it', async () => {
    await using context = await openContext();
    const page = await context.newPage();
    await goLive(page);

    await using other = await openContext({ locale: 'zh-CN', colorScheme: 'dark' });
    const second = await other.newPage();
    await second.goto(server.url);

    const list = second.getByRole('region', { name: '正在直播' });
    await list.getByRole('link', { name: '观看' }).waitFor();
    assert.equal(await second.locator('html').getAttribute('lang'), 'zh-CN');
    assert.equal(await second.locator('html').getAttribute('data-theme'), 'dark');
    await stop(page);
  });

  test('a take of one panel is shown and ended by another, and found again after a reload', async () => {
    await using context = await openContext();
    const page = await context.newPage();
    await goLive(page);
    const other = await context.newPage();
    await other.goto(server.url);
    await other.getByRole('button', { name: 'Record take', pressed: false }).waitFor();

    await page.getByRole('button', { name: 'Record take' }).click();
    await other.getByRole('button', { name: 'Stop recording', pressed: true }).waitFor();
    await page.reload();
    await shows(page.getByRole('button', { name: 'Stop recording', pressed: true }), /0:0[2-9]/);
    await other.getByRole('button', { name: 'Stop recording' }).click();
    await page.getByRole('button', { name: 'Record take', pressed: false }).waitFor();
    await other.getByRole('button', { name: 'Record take', pressed: false }).waitFor();

    const takes = (await (await fetch(`${server.url}/api/v1/takes`)).json()) as TakeEntry[];
    assert.deepEqual(
      takes.map(({ recording }) => recording),
      [undefined],
      'one take, which nobody records any more',
    );
    await other.close();
    await stop(page);
  });

  test('a refused microphone says how to allow it', async () => {
    await using context = await openContext();
    const page = await context.newPage();
    await page.addInitScript(
      `navigator.mediaDevices.getUserMedia = () =>
         Promise.reject(new DOMException('no', 'NotAllowedError'));`,
    );

    await page.goto(server.url);

    await shows(page.getByRole('region', { name: 'Voice' }), /blocked.*set Microphone to Allow/);
  });

  test('a stream that does not exist is said to be gone', async () => {
    await using context = await openContext();
    const page = await context.newPage();

    await page.goto(`${server.url}/watch/nothing-here`);

    await page.getByRole('heading', { name: 'There is no such stream' }).waitFor();
  });
});

describe('viewer page where sound needs a click', () => {
  test('plays silently at once and with sound after a tap', async () => {
    await using context = await openContext();
    const page = await context.newPage();
    await goLive(page);
    const address = await page.getByLabel('Watch page', { exact: true }).inputValue();
    await using audience = await openContext();
    const viewer = await audience.newPage();
    await viewer.addInitScript(NO_SOUND_BEFORE_A_TAP);
    await viewer.goto(address);

    await viewer.getByRole('button', { name: 'Tap for sound' }).click();

    await viewer.getByRole('button', { name: 'Mute' }).waitFor();
    const video = viewer.getByTestId('watch-video');
    await plays(viewer, video);
    assert.equal(await video.evaluate((element: { muted: boolean }) => element.muted), false);
    await stop(page);
  });
});
