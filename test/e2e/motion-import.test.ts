/**
 * Motion from outside in real Chromium: a video of a real person becomes a template that is cut by
 * its handles, OpenPose and BVH files become templates, and broken files are refused by name.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { readOpenPose } from '../../server/motion/convert/openpose.ts';
import { placeOf, toPose } from '../../server/motion/convert/image-points.ts';
import { sampleJoint } from '../../server/motion/template/sample.ts';
import { BODY, type Template, type TemplateSummary } from '../../server/protocol/index.ts';
import { openBrowser } from '../support/browser.ts';
import { SAMPLE_MODEL, sampleModels } from '../support/models.ts';
import { TestServer } from '../support/server.ts';
import { sharedFile } from '../support/shared-data.ts';

const PATIENCE_MS = 120_000;
const FRAME_SECONDS = 1 / 30;
const clip = sharedFile('pose/openpose-json/video.mp4');
const firstFrame = sharedFile('pose/openpose-json/video_000000000000_keypoints.json');
const bvh = sharedFile('pose/bvh/wave_hello.bvh');

describe('motion from outside', { skip: clip.skip || bvh.skip || SAMPLE_MODEL.skip }, () => {
  let folder: string;
  let server: TestServer;
  let browser: Browser;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-import-'));
    server = await TestServer.start(await sampleModels(folder));
    browser = await openBrowser();
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      locale: 'en-US',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    await page.goto(`${server.url}/motions`);
  });

  after(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function template(id: string): Promise<Template> {
    return (await (await fetch(`${server.url}/api/v1/templates/${id}`)).json()) as Template;
  }

  async function own(): Promise<readonly string[]> {
    const list = (await (
      await fetch(`${server.url}/api/v1/templates`)
    ).json()) as TemplateSummary[];
    return list.filter(({ builtIn }) => !builtIn).map(({ id }) => id);
  }

  const choose = (
    label: string,
    files: Parameters<ReturnType<Page['locator']>['setInputFiles']>[0],
  ) => page.getByLabel(label).setInputFiles(files);

  async function save(id: string): Promise<Template> {
    const [answer] = await Promise.all([
      page.waitForResponse((each) => ['POST', 'PUT'].includes(each.request().method())),
      page.getByRole('button', { name: 'Save' }).click(),
    ]);
    assert.ok(answer.ok(), `saving: ${answer.status()}`);
    await page.getByText('Saved', { exact: true }).waitFor();
    return template(id);
  }

  test('a video becomes a template; its handles cut it, and undo has the rest back', async () => {
    await choose('Choose a video or files', clip.path);
    const start = page.getByRole('slider', { name: 'Keep from' });
    await start.waitFor();
    const whole = await save('video');
    assert.ok(whole.seconds > 0.3 && whole.seconds < 0.45, `it lasts ${whole.seconds} s`);
    const expected = await openPoseBody();
    for (const joint of ['rightWrist', 'leftWrist'] as const) {
      const far = distance(sampleJoint(whole, joint, 0), expected[joint]);
      assert.ok(far < 0.35, `${joint} is ${far} shoulder widths from where OpenPose saw it`);
    }

    await start.focus();
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowRight');
    const cut = await save('video');
    const from = 4 * FRAME_SECONDS;
    assert.ok(Math.abs(cut.seconds - (whole.seconds - from)) < 0.002, `now ${cut.seconds} s`);
    for (const t of [0, 0.1]) {
      const far = distance(
        sampleJoint(cut, 'rightWrist', t),
        sampleJoint(whole, 'rightWrist', t + from),
      );
      assert.ok(far < 0.02, `at ${t} s the wrist is ${far} away from where it was`);
    }
    const moved = distance(sampleJoint(cut, 'rightWrist', 0), sampleJoint(whole, 'rightWrist', 0));
    assert.ok(moved > 0.05, 'it begins later in the motion');

    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Keep all of it' }).click();
    assert.equal((await save('video')).seconds, whole.seconds);
    await page.getByRole('button', { name: 'All gestures' }).click();
  });

  test('a zip of OpenPose files and a BVH file become templates', async () => {
    const zip = { name: 'walk.zip', mimeType: 'application/zip', buffer: await openPoseFiles() };
    const wave = { name: 'hello.bvh', mimeType: '', buffer: await readFile(bvh.path) };
    await choose('Choose a video or files', [zip, wave]);
    await page.getByText('Added: walk, hello').waitFor();
    const walk = await template('walk');
    const expected = await openPoseBody();
    const far = distance(sampleJoint(walk, 'leftWrist', 0), expected.leftWrist);
    assert.ok(far < 0.1, `the wrist is ${far} shoulder widths from the file's`);
    const hello = await template('hello');
    const heights = Array.from({ length: 60 }, (_, i) => {
      const t = (hello.seconds * i) / 60;
      return Math.min(...(['left', 'right'] as const).map((s) => sampleJoint(hello, `${s}Wrist`, t)[1])); // prettier-ignore
    });
    assert.ok(Math.min(...heights) < -0.2, 'somebody who waves lifts a hand above the shoulders');

    await page.getByRole('button', { name: 'Trim hello' }).click();
    await page.getByRole('slider', { name: 'Keep to' }).waitFor();
    await page.getByRole('button', { name: 'All gestures' }).click();
  });

  test('a broken file is refused by name, and nothing is added', async () => {
    const before = await own();
    const whole = await openPoseFiles();
    const torn = { name: 'torn.zip', mimeType: '', buffer: whole.subarray(0, whole.length / 2) };
    await choose('Choose a video or files', torn);
    const alert = page.getByRole('alert');
    await alert.filter({ hasText: 'torn.zip: The zip file' }).waitFor();
    const odd = { name: 'odd.bvh', mimeType: '', buffer: Buffer.from('HIERARCHY\nROOT { nothing') };
    await choose('Choose a video or files', odd);
    await alert.filter({ hasText: 'odd.bvh:' }).waitFor();
    const film = { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no film at all') };
    await choose('Choose a video or files', film);
    await alert.filter({ hasText: 'That file can’t be read' }).waitFor();
    assert.deepEqual(await own(), before);
  });

  test('a template goes out as OpenPose and is read in again', async () => {
    await page.getByLabel('Search gestures').fill('shrug');
    await page.getByRole('button', { name: 'Export Shrug as OpenPose' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export as OpenPose' });
    await dialog.getByLabel('Pictures a second').fill('30');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download' }).click(),
    ]);
    const path = join(folder, file.suggestedFilename());
    await file.saveAs(path);
    const shrug = await template('shrug');
    const names = Object.keys(unzipSync(await readFile(path)));
    assert.equal(names.length, Math.round(shrug.seconds * 30));
    await choose('Choose a video or files', path);
    await page.getByText('Added: shrug-openpose').waitFor();
    const back = await template('shrug-openpose');
    const t = shrug.seconds / 2;
    const far = distance(sampleJoint(shrug, 'leftWrist', t), sampleJoint(back, 'leftWrist', t));
    assert.ok(far < 0.15, `the wrist came back ${far} shoulder widths away`);
  });
});

type Place = readonly [x: number, y: number];

function distance(a: Place, b: Place): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** Where OpenPose saw the wrists in the first picture. */
async function openPoseBody(): Promise<{ readonly rightWrist: Place; readonly leftWrist: Place }> {
  const [person] = readOpenPose(JSON.parse(await readFile(firstFrame.path, 'utf8')));
  const place = person && placeOf(person.body);
  assert.ok(person && place);
  const pose = toPose(person.body, place);
  const at = (joint: number): Place => [pose[joint * 3]!, pose[joint * 3 + 1]!];
  return { rightWrist: at(BODY.rightWrist), leftWrist: at(BODY.leftWrist) };
}

async function openPoseFiles(): Promise<Buffer> {
  const folder = dirname(firstFrame.path);
  const names = (await readdir(folder)).filter((name) => name.endsWith('_keypoints.json'));
  const files = await Promise.all(
    names.map(async (name): Promise<[string, Uint8Array]> => [
      name,
      await readFile(join(folder, name)),
    ]),
  );
  return Buffer.from(zipSync(Object.fromEntries(files)));
}
