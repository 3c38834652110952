/**
 * One evening of a newcomer, in real Chromium by role and label: from the first visit over gestures, a
 * sentence, a push target, a scene with slides and a recording to watching that recording; then the
 * server goes away.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { SessionSnapshot } from '../../server/protocol/index.ts';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { smallPdf } from '../support/pdf.ts';
import { RtmpTarget } from '../support/rtmp-target.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE_MS = 60_000;

describe('one evening', () => {
  let folder: string;
  let server: TestServer;
  let target: RtmpTarget;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-journey-'));
    server = await TestServer.start();
    target = await RtmpTarget.open();
    browser = await openBrowser();
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      locale: 'en-US',
      permissions: ['microphone'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
  });

  after(async () => {
    await browser.close();
    await target.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function session(): Promise<SessionSnapshot> {
    const response = await fetch(`${server.url}/api/v1/sessions`);
    return ((await response.json()) as SessionSnapshot[])[0]!;
  }

  test('first run: the microphone is heard, the avatar answers, one button goes live', async () => {
    await page.goto(server.url);
    await page.getByText(/^We hear you well/).waitFor();
    const avatar = page.getByRole('img', { name: 'Preview of Mira' });
    const mouths = new Set<string>();
    await until('the mouth has moved', async () => {
      mouths.add(await avatar.evaluate((element) => (element as unknown as { style: { backgroundPosition: string } }).style.backgroundPosition)); // prettier-ignore
      return mouths.size > 1;
    });
    assert.equal(await page.getByRole('radio', { name: /^Wide/ }).isVisible(), false);
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByTestId('latency').filter({ hasText: /\d/ }).waitFor();
  });

  test('a gesture by its key, and by a sentence', async () => {
    const wave = page.getByRole('button', { name: 'Play Big wave' });
    const key = await wave.getAttribute('aria-keyshortcuts');
    await page.keyboard.press(key!.toLowerCase());
    await page.getByText('Playing: Big wave').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Nothing is playing').waitFor();
    await page.getByLabel('Tell the avatar what to do').fill('nod, then point left');
    await page.keyboard.press('Enter');
    await page.getByText(/^Understood/).waitFor();
    await page.getByText(/^Playing: Nod/).waitFor();
  });

  test('a target is added and has the stream', async () => {
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel('Service').selectOption('custom');
    await page.getByLabel('Address').fill(`rtmp://127.0.0.1:${target.port}/live`);
    await page.getByLabel('Stream key').fill(target.key('mine'));
    await page.getByLabel('Name').fill('My server');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('switch', { name: 'Push to My server' }).click();
    await until('the target has the stream', () => target.isLive('mine'));
  });

  test('slides dropped anywhere become a scene that goes on air', async () => {
    const pdf = await readFile(smallPdf(join(folder, 'talk.pdf'), 2));
    const files = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob('${pdf.toString('base64')}'), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'talk.pdf', { type: 'application/pdf' }));
      return transfer;
    })()`);
    await page.getByRole('main').dispatchEvent('drop', { dataTransfer: files });
    await page.getByAltText('talk.pdf 2.png').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('My talk');
    await page.getByRole('button', { name: 'Save and show' }).click();
    await page.getByRole('link', { name: 'You are live: back to the studio' }).click();
    await page.getByRole('tab', { name: 'Scenes' }).click();
    await page.getByText('Slide 1 of 2').waitFor();
    await page.keyboard.press('PageDown');
    await page.getByText('Slide 2 of 2').waitFor();
    assert.notEqual((await session()).microphone, 'absent', 'the voice went on meanwhile');
  });

  test('what is recorded is played after the stream has ended', async () => {
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page
      .getByTestId('recording')
      .getByText(/^0:0[2-9]/)
      .waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop the stream' }).click();
    await page.getByRole('button', { name: 'Go live' }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Recordings' }).click();
    const entry = page.locator('[data-testid=entry][data-state=done]');
    await entry.getByRole('button', { name: /^Play/ }).click();
    await until('it plays', () =>
      page
        .getByRole('main')
        .locator('video')
        .evaluate((video) => (video as unknown as { currentTime: number }).currentTime > 0.2),
    );
    await page.getByRole('navigation').getByRole('link', { name: 'Logs' }).click();
    const lines = page.getByRole('list', { name: 'Lines of the log' });
    await lines.getByText('session starts').waitFor();
    await page.getByLabel('Search the log').fill('no such word');
    await page.getByText('No line fits.').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a server that is gone is said to be, with what to do', async () => {
    await server.stop();
    await page.getByRole('alert').getByText('The server is out of reach').waitFor();
    await page.getByText(/check that Posecast is still running/).waitFor();
    await page.getByRole('status').getByText('Reconnecting…').waitFor();
  });
});
