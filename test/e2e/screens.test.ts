/**
 * Every screen of the panel in real Chromium: axe finds nothing serious in light and dark, on a small
 * laptop and on a phone; nothing sticks out; and all of it works by keyboard.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PAGES } from '../../web/lib/pages.ts';
import { seriousFaults } from '../support/axe.ts';
import { openBrowser } from '../support/browser.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE_MS = 60_000;
const LAPTOP = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };
const TABS = ['Gestures', 'Triggers', 'Scenes', 'Avatars', 'Dance', 'Chat'];

let server: TestServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

before(async () => {
  server = await TestServer.start();
  browser = await openBrowser();
  context = await browser.newContext({
    viewport: LAPTOP,
    locale: 'en-US',
    permissions: ['microphone'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
});

after(async () => {
  await browser.close();
  await server.stop();
});

/** How far the page's content sticks out of the window, in pixels. */
async function sticksOut(): Promise<{ readonly right: number; readonly below: number }> {
  return page.evaluate(`(() => {
    const { scrollWidth, scrollHeight } = document.scrollingElement;
    return { right: scrollWidth - innerWidth, below: scrollHeight - innerHeight };
  })()`);
}

/** What is wrong: all rules in light, colours again in dark, and what sticks out on a phone. */
async function faultsOf(name: string): Promise<readonly string[]> {
  const found: string[] = [];
  const add = (faults: readonly string[]) =>
    found.push(...faults.map((each) => `${name}: ${each}`));
  if ((await sticksOut()).right > 0) add([`wider than ${LAPTOP.width}`]);
  add(await seriousFaults(page));
  await page.evaluate("document.documentElement.dataset.theme = 'dark'");
  add(await seriousFaults(page, ['color-contrast']));
  await page.evaluate("document.documentElement.dataset.theme = 'light'");
  await page.setViewportSize(PHONE);
  if ((await sticksOut()).right > 0) add([`wider than ${PHONE.width}`]);
  await page.setViewportSize(LAPTOP);
  return found;
}

describe('every screen', () => {
  test('before going live', async () => {
    await page.goto(server.url);
    await page.getByRole('meter', { name: 'Microphone level' }).waitFor();
    await page.getByRole('img', { name: 'Preview of Mira' }).waitFor();
    await page.getByText('More', { exact: true }).click();
    assert.deepEqual(await faultsOf('the set-up screen'), []);
  });

  test('while live, every tab of the deck, without scrolling on a laptop', async () => {
    await page.getByRole('button', { name: 'Go live' }).press('Enter');
    await page.getByTestId('latency').filter({ hasText: /\d/ }).waitFor();
    assert.ok((await sticksOut()).below <= 0, 'the studio fits into 1280 x 720');
    await page.getByRole('tab', { name: TABS[0]! }).focus();
    const faults: string[] = [];
    for (const tab of TABS) {
      await page.getByRole('tab', { name: tab, selected: true }).waitFor();
      faults.push(...(await faultsOf(`the studio's ${tab}`)));
      await page.getByRole('tab', { name: tab }).press('ArrowRight');
    }
    // Round the end to the first one, from there to both ends.
    await page.getByRole('tab', { name: TABS[0]!, selected: true }).press('End');
    await page.getByRole('tab', { name: TABS.at(-1)!, selected: true }).press('Home');
    await page.getByRole('tab', { name: TABS[0]!, selected: true }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('the pages of the library, reached by keyboard while the stream goes on', async () => {
    const faults: string[] = [];
    for (const { name, path } of PAGES.slice(1)) {
      const link = page.getByRole('navigation').getByRole('link').nth(indexOf(path));
      await link.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(server.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('link', { name: 'You are live: back to the studio' }).waitFor();
      faults.push(...(await faultsOf(name)));
    }
    assert.deepEqual(faults, []);
  });

  test('the phone’s deck and the viewer’s page', async () => {
    await page.goto(`${server.url}/deck`);
    await page.getByRole('button', { name: 'Play Wave', exact: true }).waitFor();
    assert.deepEqual(await faultsOf('the deck'), []);
    const [session] = (await (await fetch(`${server.url}/api/v1/sessions`)).json()) as [
      { readonly watchPath: string },
    ];
    await page.goto(server.url + session.watchPath);
    await page.getByRole('button', { name: 'Mute' }).waitFor();
    assert.deepEqual(await seriousFaults(page), []);
  });

  test('nothing complained meanwhile', () => assert.deepEqual(complaints, []));
});

function indexOf(path: string): number {
  return PAGES.findIndex((each) => each.path === path);
}
