/** Gestures in the panel: the deck, and a newcomer's first template, by role and label. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import type { SessionSnapshot, Template } from '../../server/protocol/index.ts';
import { openBrowser } from '../support/browser.ts';
import { TestServer } from '../support/server.ts';

/** Longest wait for anything to appear; the machine may be busy with other suites. */
const PATIENCE_MS = 60_000;

let server: TestServer;
let browser: Browser;

before(async () => {
  server = await TestServer.start();
  browser = await openBrowser();
});

after(async () => {
  await browser.close();
  await server.stop();
});

async function openPage(): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    locale: 'en-US',
    permissions: ['microphone'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}

async function drag(page: Page, handle: Locator, dx: number, dy: number): Promise<void> {
  const box = await handle.boundingBox();
  assert.ok(box, 'the joint must be on the screen');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + dx / 2, y + dy / 2);
  await page.mouse.move(x + dx, y + dy);
  await page.mouse.up();
}

async function template(id: string): Promise<Template> {
  const response = await fetch(`${server.url}/api/v1/templates/${id}`);
  assert.equal(response.status, 200, `the template ${id}`);
  return (await response.json()) as Template;
}

describe('gestures', () => {
  test('a newcomer makes, tries, undoes and saves a first gesture', async (t) => {
    const page = await openPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${server.url}/motions`);
    const startMs = performance.now();
    await page.getByRole('button', { name: 'New gesture' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Hello there');
    // The middle of the ruler is the middle of the gesture.
    await page.getByRole('slider', { name: 'Time', exact: true }).click();
    const wrist = page.getByRole('button', { name: 'Right wrist' });
    await drag(page, wrist, -60, -190);
    await page.getByRole('button', { name: /^Right arm, key at 1\.00 s$/ }).waitFor();

    await page.getByLabel('Right hand', { exact: true }).selectOption('open');
    await drag(page, page.getByRole('button', { name: 'Head', exact: true }), 12, 0);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    t.diagnostic(`the first gesture took ${((performance.now() - startMs) / 1000).toFixed(1)} s`);

    const saved = await template('hello-there');
    assert.equal(saved.title.en, 'Hello there');
    const keys = saved.tracks.body.rightWrist ?? [];
    assert.deepEqual(
      keys.map((key) => key.t),
      [0, 1, 2],
      'it comes and goes by itself',
    );
    assert.ok(keys[1]!.y < keys[0]!.y - 0.5, 'the hand was lifted');
    assert.ok((saved.tracks.body.rightElbow ?? []).length === 3, 'the elbow follows the hand');
    assert.equal(saved.tracks.rightHand?.[1]?.shape, 'open');
    assert.ok((saved.tracks.head?.[1]?.yaw ?? 0) > 0.1, 'redo brings the head back');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('the library duplicates, mirrors, changes the length, deletes and undoes', async () => {
    const page = await openPage();
    await page.goto(`${server.url}/motions`);
    await page.getByLabel('Search gestures').fill('shrug');
    await page.getByRole('button', { name: /^Duplicate / }).click();
    const copy = page.getByRole('listitem').filter({ hasNotText: 'built in' });
    await copy.getByRole('button', { name: /^Mirror / }).click();
    await copy.getByRole('button', { name: /^Change the length/ }).click();
    await page.getByLabel('Seconds').fill('3');
    await page.getByRole('button', { name: 'Change length' }).click();
    await copy.getByText('3.0 s').waitFor();
    await copy.getByRole('button', { name: /^Delete / }).click();
    await copy.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await copy.waitFor();
    await page.context().close();
  });

  test('the deck plays by click and key, and says what plays', async () => {
    const page = await openPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByText('Nothing is playing').waitFor();
    await page.getByRole('searchbox', { name: 'Search gestures' }).fill('point to the left');
    // As a person does: not before the list has changed under the pointer.
    await page
      .getByRole('button', { name: 'Play Nod', exact: true })
      .waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Play Point to the left' }).click();
    await page.getByText('Playing: Point to the left').waitFor();
    const sessions = (await (
      await fetch(`${server.url}/api/v1/sessions`)
    ).json()) as SessionSnapshot[];
    assert.equal(sessions[0]?.tier, 'full', 'a gesture switches pose control on');
    await page.getByRole('button', { name: 'Stop motion' }).click();
    await page.getByText('Nothing is playing').waitFor();

    await page.getByRole('tab', { name: 'Gestures' }).click();
    await page.keyboard.press('1');
    await page.getByText('Playing: Point to the left').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Nothing is playing').waitFor();

    await page.getByLabel('Tell the avatar what to do').fill('wave, then flibbertigibbet');
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByText(/^Understood/).waitFor();
    await page.getByText(/Not understood: “.*flibbertigibbet/).waitFor();
    await page.context().close();
  });
});
