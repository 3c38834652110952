/**
 * A photo becomes an avatar in real Chromium and goes live: MediaPipe finds the face in the page, the
 * server makes the pack, and a session draws it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import type { AvatarSummary, SessionSnapshot, SessionStats } from '../../server/protocol/index.ts';
import type { ClipFile } from '../../server/render/clip/clip-file.ts';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { paintingLips } from '../support/lip-graphs.ts';
import { SAMPLE_MODEL, sampleModels } from '../support/models.ts';
import { TestServer } from '../support/server.ts';
import { sharedFile } from '../support/shared-data.ts';

const PATIENCE_MS = 90_000;
const film = sharedFile('speech/grid-av/bbaf2n.mpg');
const photo = sharedFile('face/astronaut.png');

describe('avatars of one’s own', { skip: photo.skip || SAMPLE_MODEL.skip }, () => {
  let folder: string;
  let server: TestServer;
  let browser: Browser;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-avatars-'));
    server = await TestServer.start(await sampleModels(folder));
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 }, locale: 'en-US' });
    page.setDefaultTimeout(PATIENCE_MS);
  });

  after(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  test('a photo is looked at, named, made and goes live; then it is deleted', async () => {
    await page.goto(`${server.url}/avatars`);
    await page.getByRole('button', { name: 'Get the models' }).waitFor();
    await shot('start');
    await page.getByLabel('Choose a photo').setInputFiles(photo.path);
    await page.getByText('Face found').waitFor();
    await page.getByLabel('Its name').fill('Eileen');
    await page.getByLabel('Licence of the photo').fill('Public domain (NASA)');
    await shot('found');
    await page.getByRole('button', { name: 'Make the avatar' }).click();
    await page.getByText('Eileen is ready').waitFor();
    await page.locator('[data-avatar="eileen"]').hover();
    await moves(page.locator('[data-avatar="eileen"] [aria-hidden]').first());
    await shot('made');
    const avatars = await api<AvatarSummary[]>('GET', '/avatars');
    const made = avatars.find(({ name }) => name === 'eileen');
    assert.deepEqual(
      [made?.body, made?.own, made?.licence],
      ['photo', true, 'Public domain (NASA)'],
    );

    await page.goto(server.url);
    await page.getByRole('radio', { name: 'Eileen' }).check();
    await moves(page.getByRole('img', { name: 'Preview of Eileen' }));
    await shot('setup');
    await page.goto(`${server.url}/avatars`);

    const session = await api<SessionSnapshot>('POST', '/sessions', { avatar: 'eileen' });
    const deadline = Date.now() + PATIENCE_MS;
    let frames = 0;
    while (frames < 10 && Date.now() < deadline) {
      await page.waitForTimeout(250);
      ({ frames } = await api<SessionStats>('GET', `/sessions/${session.id}/stats`));
    }
    assert.ok(frames >= 10, `${frames} frames were encoded`);
    const { state } = await api<SessionSnapshot>('GET', `/sessions/${session.id}`);
    assert.equal(state, 'live');
    await api('DELETE', `/sessions/${session.id}`);

    await page.getByRole('button', { name: 'Delete Eileen' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator('[data-avatar="eileen"]').waitFor({ state: 'detached' });
    assert.ok(!(await api<AvatarSummary[]>('GET', '/avatars')).some(({ own }) => own));
  });

  test(
    'films are looked at, become an avatar with a gesture and a network for its lips, and go live',
    { skip: film.skip },
    async () => {
      const at = (name: string): string => join(folder, name);
      await writeFile(at('lips.onnx'), paintingLips(96, [0, 0, 1]));
      // As phones film: what the browser can play.
      const h264 = ['-an', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-y'];
      execFileSync('ffmpeg', ['-v', 'error', '-i', film.path, ...h264, at('listening.mp4')]);
      execFileSync('ffmpeg', [
        '-v',
        'error',
        '-t',
        '1',
        '-i',
        film.path,
        ...h264,
        at('waving.mp4'),
      ]);
      await page.goto(`${server.url}/avatars`);
      await page.getByLabel('Choose a film').setInputFiles(at('listening.mp4'));
      await page.getByLabel('Its name').fill('Grid');
      await page.getByLabel('Add a film of a gesture').setInputFiles(at('waving.mp4'));
      await page.getByLabel('Add a file').setInputFiles(at('lips.onnx'));
      await shot('films');
      await page.getByRole('button', { name: 'Make the avatar' }).click();
      await page.getByText(/Looking for the face: \d+ %/).waitFor();
      await page.getByText('Grid is ready').waitFor();
      await shot('filmed');
      const clip = JSON.parse(
        await readFile(join(server.dataDir, 'avatars/grid/clip.json'), 'utf8'),
      ) as ClipFile;
      assert.deepEqual([clip.idleFrames, clip.frames], [75, 100]);
      assert.deepEqual(clip.moves, [{ templates: ['wave'], from: 75, to: 100 }]);
      const [top, chin] = [clip.marks[0]!.slice(0, 2), clip.marks[0]!.slice(2, 4)];
      assert.ok(top[1]! < chin[1]! && Math.abs(top[0]! - chin[0]!) < 0.1, 'a face that stands up');

      await page.getByRole('link', { name: 'Go live with it' }).click();
      await page.getByRole('radio', { name: 'Grid', checked: true }).waitFor();
      await shot('filmed-chosen');
      const session = await api<SessionSnapshot>('POST', '/sessions', { avatar: 'grid' });
      const stats = (): Promise<SessionStats> => api('GET', `/sessions/${session.id}/stats`);
      const deadline = Date.now() + PATIENCE_MS;
      while ((await stats()).frames < 10 && Date.now() < deadline) await page.waitForTimeout(250);
      const { frames, body } = await stats();
      assert.ok(frames >= 10, `${frames} frames were encoded`);
      assert.equal(body?.problem ?? '', '');
      await api('DELETE', `/sessions/${session.id}`);
    },
  );

  test('the page of models gets one, checks it and deletes it; an absent one says why', async () => {
    await page.goto(`${server.url}/models`);
    const row = page.getByTestId('model-pose-landmarker-lite');
    const get = row.getByRole('button', { name: 'Get pose-landmarker-lite' });
    const check = row.getByRole('button', { name: 'Check pose-landmarker-lite' });
    await check.or(get).waitFor();
    if (await get.isVisible()) await get.click();
    await row.getByText(/Apache-2\.0 · not for earning money/).waitFor();
    await check.click();
    await row.getByText('Every byte is as it should be.').waitFor();
    await row.getByRole('button', { name: 'Delete pose-landmarker-lite' }).click();
    await page
      .getByRole('dialog', { name: 'Delete pose-landmarker-lite?' })
      .getByRole('button', { name: 'Delete', exact: true })
      .click();
    await get.waitFor();
    await page.getByRole('button', { name: 'Get hand-landmarker' }).click();
    await page
      .getByTestId('model-hand-landmarker')
      .getByText(/can't be had/)
      .waitFor();
  });

  /** Pictures to look at, where somebody asked for them. */
  /** Its moving picture is there and shows another cell now and then. */
  async function moves(picture: Locator): Promise<void> {
    const cells = new Set<string>();
    await until('it moves', async () => {
      cells.add(await picture.evaluate((element) => (element as unknown as { style: { backgroundPosition: string } }).style.backgroundPosition)); // prettier-ignore
      cells.delete('');
      return cells.size > 1;
    });
  }

  async function shot(name: string): Promise<void> {
    const target = process.env['POSECAST_SHOTS'];
    if (target)
      await page.screenshot({ path: join(target, `avatars-${name}.png`), fullPage: true });
  }
});
