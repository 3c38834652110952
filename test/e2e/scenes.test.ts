/** A streamer makes a scene in the panel, puts it on air, turns its slides; a second panel agrees. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { smallPdf } from '../support/pdf.ts';
import { makeMedia, Watcher } from '../support/scene-files.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE_MS = 120_000;

describe('scenes in the panel', () => {
  let folder: string;
  let server: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-scene-e2e-'));
    server = await TestServer.start();
    browser = await openBrowser({});
    context = await browser.newContext({
      viewport: { width: 1360, height: 1000 },
      locale: 'en-US',
      permissions: ['microphone'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByRole('tab', { name: 'Scene' }).click();
  });
  after(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a scene is made of files, dragged into shape, saved and shown', async () => {
    const back = await makeMedia(join(folder, 'back.png'), 'color=red:s=640x360', '-frames:v', '1');
    await page.getByRole('button', { name: 'New scene' }).click();
    await page.getByLabel('Name', { exact: true }).fill('My talk');
    const files = [back, smallPdf(join(folder, 'slides.pdf'), 2)];
    await page.getByLabel('Choose files').setInputFiles(files);
    await page.getByAltText('slides.pdf 2.png').waitFor();
    await page.getByRole('listitem').filter({ has: page.getByAltText('back.png') }).getByRole('button', { name: 'As background' }).click(); // prettier-ignore
    await page.getByRole('button', { name: 'Add region' }).click();
    const region = page.getByRole('button', { name: /^Region 1 at/ });
    const before = await region.getAttribute('aria-label');
    await region.press('ArrowRight');
    assert.notEqual(await region.getAttribute('aria-label'), before, 'keys move it');
    await page.getByRole('button', { name: 'Add text' }).click();
    const handle = page.getByRole('button', { name: /^Your text at/ });
    const box = (await handle.boundingBox())!;
    await page.mouse.move(box.x + 20, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y - 30, { steps: 3 });
    await page.mouse.up();
    assert.ok((await handle.boundingBox())!.x > box.x + 40, 'the hand moves it');
    await page.screenshot({ path: process.env['POSECAST_SHOT'] ?? join(folder, 'editor.png'), fullPage: true }); // prettier-ignore
    await page.getByRole('button', { name: 'Save and show' }).click();
    await page.getByText('On air', { exact: true }).waitFor();
  });

  test('it is on air, its slides turn by key, and another panel agrees', async () => {
    const response = await fetch(`${server.url}/api/v1/sessions`);
    const [session] = (await response.json()) as { rtmpUrl: string; width: number; height: number; id: string }[]; // prettier-ignore
    await using eye = await Watcher.open(session!.rtmpUrl, session!);
    const isRed = ([r, g, b]: readonly number[]): boolean => r! > 220 && g! < 40 && b! < 40;
    await until('the background is on air', () => {
      const seen = eye.at(0.98, 0.02);
      return seen !== undefined && isRed(seen);
    });
    const other = await context.newPage();
    await other.goto(server.url);
    await other.getByRole('tab', { name: 'Scene' }).click();
    await other.getByText('Slide 1 of 2').waitFor();
    await page.keyboard.press('PageDown');
    await page.getByText('Slide 2 of 2').waitFor();
    await other.getByText('Slide 2 of 2').waitFor();
    await other.reload();
    await other.getByText('Slide 2 of 2').waitFor();
    await other.close();
  });

  test('what is being edited survives a reload, in the studio and on the page of all scenes', async () => {
    await page.getByRole('button', { name: 'New scene' }).click();
    const dialog = page.getByRole('dialog', { name: 'Scene editor' });
    await dialog.getByLabel('Name', { exact: true }).fill('Half done');
    await dialog.getByRole('button', { name: 'Add text' }).click();
    await page.reload();
    await dialog.getByRole('button', { name: /^Your text at/ }).waitFor();
    assert.equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), 'Half done');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'New scene' }).waitFor();
    assert.equal(await dialog.isVisible(), false, 'what was given up stays so');

    const other = await context.newPage();
    await other.goto(`${server.url}/scenes`);
    await other.getByRole('button', { name: 'Change My talk' }).click();
    const name = other.getByLabel('Name', { exact: true });
    await other.getByRole('button', { name: /^Your text at/ }).press('ArrowUp');
    const moved = await other.getByRole('button', { name: /^Your text at/ }).getAttribute('aria-label'); // prettier-ignore
    // Emptied to be written anew: a name like this can't be saved, and is no reason to lose the rest.
    await name.fill('');
    await other.reload();
    await other.getByRole('button', { name: moved! }).waitFor();
    assert.equal(await name.inputValue(), '');
    await name.fill('My other talk');
    await other.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await other.getByRole('navigation').getByRole('link', { name: 'Scenes' }).click();
    await other.getByRole('button', { name: moved! }).waitFor();
    assert.equal(await name.inputValue(), 'My other talk');
    await other.getByRole('button', { name: 'Save', exact: true }).click();
    await other.getByRole('button', { name: 'Change My other talk' }).waitFor();
    await other.reload();
    await other.getByRole('button', { name: 'Change My other talk' }).waitFor();
    await other.close();
  });

  test('the plain background is a click away', async () => {
    await page.getByRole('button', { name: 'Show Plain background' }).click();
    await page.getByRole('button', { name: 'Show Plain background', pressed: true }).waitFor();
    await page.getByText('Slide 2 of 2').waitFor({ state: 'detached' });
  });
});
