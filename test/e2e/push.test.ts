/** A newcomer adds a push target in the panel, switches it on, and is told when a key is wrong. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { RtmpTarget } from '../support/rtmp-target.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE_MS = 120_000;

describe('pushing from the panel', () => {
  let server: TestServer;
  let target: RtmpTarget;
  let browser: Browser;
  let page: Page;

  before(async () => {
    server = await TestServer.start();
    target = await RtmpTarget.open();
    browser = await openBrowser({});
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      locale: 'en-US',
      permissions: ['microphone'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Go live' }).click();
  });

  after(async () => {
    await browser.close();
    await target.close();
    await server.stop();
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
    await page.getByText('On air').waitFor();
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
