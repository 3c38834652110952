/**
 * A streamer pushes to a target and is told when a key is wrong, records from the panel, watches and
 * deletes it, copies the overlay and chooses a slate.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { SessionSnapshot } from '../../server/protocol/index.ts';
import { writePng } from '../../server/render/picture/png.ts';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { RtmpTarget } from '../support/rtmp-target.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE_MS = 120_000;
const GREY = 128;

describe('on air from the panel', () => {
  let server: TestServer;
  let target: RtmpTarget;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    server = await TestServer.start();
    target = await RtmpTarget.open();
    browser = await openBrowser({});
    context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      locale: 'en-US',
      permissions: ['microphone', 'clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
  });

  after(async () => {
    await browser.close();
    await target.close();
    await server.stop();
  });

  async function session(): Promise<SessionSnapshot> {
    const response = await fetch(`${server.url}/api/v1/sessions`);
    return ((await response.json()) as SessionSnapshot[])[0]!;
  }

  test('the overlay’s address is there to copy, whole to whoever points at it or is in it', async () => {
    const address = server.url + (await session()).overlayPath;
    const field = page.getByLabel('Overlay', { exact: true });
    assert.equal(await field.inputValue(), address);
    const whole = page.getByText(address, { exact: true }).last();
    await field.hover();
    await whole.waitFor();
    await page.mouse.move(0, 0);
    await whole.waitFor({ state: 'hidden' });
    await field.focus();
    await whole.waitFor();
    await page.getByRole('button', { name: 'Copy: Overlay' }).click();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), address);
  });

  test('what is recorded can be watched and deleted', async () => {
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    const row = page.getByTestId('recording');
    await row.getByText(/^0:0[1-9]/).waitFor();
    await row.getByRole('button', { name: /^Stop recording/ }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Recordings' }).last().click();
    const entry = page.locator('[data-testid=entry][data-state=done]');
    await entry.getByRole('button', { name: /^Play/ }).click();
    const video = page.getByRole('main').locator('video');
    await until('it plays', () => {
      return video.evaluate(
        (element) => (element as unknown as { currentTime: number }).currentTime > 0,
      );
    });
    await entry.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Nothing is recorded yet').waitFor();
    assert.notEqual((await session()).microphone, 'absent', 'the stream went on meanwhile');
    await page.getByRole('link', { name: 'You are live: back to the studio' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
  });

  test('a slate is chosen, uploaded and deleted', async () => {
    await page.getByLabel('Viewers then see').selectOption('frame');
    await until('it is taken', async () => (await session()).slate.show === 'frame');
    const picture = { width: 64, height: 64, rgba: new Uint8Array(64 * 64 * 4).fill(GREY) };
    await page.getByLabel('Picture or video to show instead').setInputFiles({
      ...{ name: 'back soon!.png', mimeType: 'image/png' },
      buffer: Buffer.from(writePng(picture)),
    });
    await until('it is shown', async () => {
      const { slate } = await session();
      return slate.show === 'file' && slate.file === 'back-soon-';
    });
    await page.getByRole('button', { name: 'Delete back-soon-' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await until('the name is back', async () => (await session()).slate.show === 'name');
  });

  async function add(name: string, key: string): Promise<void> {
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel('Service').selectOption('custom');
    await page.getByLabel('Address').fill(`rtmp://127.0.0.1:${target.port}/live`);
    await page.getByLabel('Stream key').fill(key);
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('switch', { name: `Push to ${name}` }).click();
  }

  test('a target is added, on air, and off again', async () => {
    await add('My server', target.key('mine'));
    await page.getByText(/^On air ·/).waitFor();
    await until('the target has the stream', () => target.isLive('mine'));
    await page.getByRole('switch', { name: 'Push to My server' }).click();
    await until('the target has lost it', () => !target.isLive('mine'));
  });

  test('a wrong key is said in a sentence, and the target can be deleted', async () => {
    await add('Wrong', 'this-is-no-key');
    await page.getByText('is the stream key right').waitFor();
    await page.getByRole('button', { name: 'Change Wrong' }).click();
    assert.equal(await page.getByLabel('Stream key').inputValue(), '', 'a key is never shown');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog', { name: 'Delete Wrong?' })
      .getByRole('button', { name: 'Delete', exact: true })
      .click();
    await page.getByText('is the stream key right').waitFor({ state: 'detached' });
    await page.getByRole('switch', { name: 'Push to Wrong' }).waitFor({ state: 'detached' });
  });
});
