/**
 * The transparent overlay in real Chromium: what the page shows over nothing is the avatar that the
 * engine drew, pixel by pixel, as a lossless-looking recording of the same seconds has it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import type { Session } from '../../server/session/session.ts';
import { TestApp, until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';

const SIDE = 256;
const PATIENCE_MS = 60_000;

describe('the transparent overlay', () => {
  let house: TestApp;
  let session: Session;
  let browser: Browser;
  let page: Page;

  before(async () => {
    house = await TestApp.open();
    session = await house.createSession();
    await house.speak(session);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: SIDE, height: SIDE } });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(house.app.url + session.snapshot.overlayPath);
    await drawn(20);
  });

  after(async () => {
    await browser.close();
    await house.close();
  });

  /** Resolves when the page has shown so many more frames. */
  async function drawn(more: number): Promise<void> {
    const count = (): Promise<number> =>
      page
        .locator('video')
        .getAttribute('data-drawn')
        .then((drawnSoFar) => Number(drawnSoFar));
    await page.locator('video').waitFor({ state: 'attached' });
    const from = await count();
    await until(`${more} frames on the page`, async () => (await count()) >= from + more);
  }

  test('it shows the drawn avatar over nothing, without a halo', async (t) => {
    const { recordings } = house.app;
    const { name } = await recordings.start(session, { format: 'mov', tracks: false });
    await until('it records', () => session.recordingStates[0]?.state === 'recording');
    const shots: Buffer[] = [];
    for (let i = 0; i < 3; i += 1) {
      await drawn(5);
      shots.push(await page.screenshot({ omitBackground: true }));
    }
    await recordings.stop(session.id, name);
    const frames = await rgbaFrames(recordings.path(name));
    for (const [i, png] of shots.entries()) {
      const path = join(house.config.dataDir, `shot-${i}.png`);
      await writeFile(path, png);
      const [shot] = await rgbaFrames(path);
      // Of the recorded frames, the one that the page showed just then.
      const best = frames
        .map((frame) => compare(shot!, frame))
        .reduce((one, other) => (other.mean < one.mean ? other : one));
      t.diagnostic(JSON.stringify(best));
      // A busy machine leaves the very frame out of the recording: its neighbour differs by a little.
      assert.ok(best.mean < 4, `mean difference of ${best.mean} levels over both grounds`);
      assert.ok(best.shine < 0.03, `${best.shine} of the edge's pixels shine over black`);
      assert.equal(best.stained, 0, 'what is clear stays clear');
    }
  });

  test('it sounds, and nothing but the picture is on the page', async () => {
    const heard = await page.locator('video').evaluate((video) => {
      const { srcObject, muted } = video as unknown as {
        readonly srcObject: { getAudioTracks(): readonly unknown[] };
        readonly muted: boolean;
      };
      return { tracks: srcObject.getAudioTracks().length, muted };
    });
    assert.deepEqual(heard, { tracks: 1, muted: false });
    assert.equal((await page.locator('body').innerText()).trim(), '');
  });

  test('it counts as a viewer, and is encoded only while it is open', async () => {
    assert.equal(session.snapshot.viewers, 1);
    await page.goto('about:blank');
    await until('nobody watches', () => session.snapshot.viewers === 0);
    const frames = await until('the last second is counted', async () => {
      const before = session.statistics.overlayFrames;
      const { frames: at } = session.statistics;
      await until('30 more frames', () => session.statistics.frames > at + 30);
      return session.statistics.overlayFrames === before && before;
    });
    assert.ok(frames > 20, `${frames} frames of the overlay`);
  });
});

/** Straight RGBA of every frame of a file. */
async function rgbaFrames(path: string): Promise<Buffer[]> {
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1'],
    { encoding: 'buffer', maxBuffer: 1e9 },
  );
  const bytes = SIDE * SIDE * 4;
  return Array.from({ length: stdout.length / bytes }, (_, i) =>
    stdout.subarray(i * bytes, (i + 1) * bytes),
  );
}

/**
 * How far two pictures are apart, over black and over white; the share of the edge's pixels that
 * are clearly brighter over black than they should be; the share of clear pixels that are not.
 */
function compare(shot: Buffer, frame: Buffer): { mean: number; shine: number; stained: number } {
  const count = { sum: 0, edge: 0, shining: 0, clear: 0, stained: 0 };
  for (let i = 0; i < frame.length; i += 4) {
    const alpha = frame[i + 3]!;
    let brighter = 0;
    for (let c = 0; c < 3; c += 1) {
      const [black, white] = [0, 255].map(
        (ground) => over(shot, i, c, ground) - over(frame, i, c, ground),
      ) as [number, number];
      count.sum += Math.abs(black) + Math.abs(white);
      brighter += black / 3;
    }
    if (alpha > 0 && alpha < 255) {
      count.edge += 1;
      if (brighter > 32) count.shining += 1;
    }
    if (alpha === 0 && isClearAround(frame, i)) {
      count.clear += 1;
      if (shot[i + 3]! > 0) count.stained += 1;
    }
  }
  return {
    mean: count.sum / (frame.length * 1.5),
    shine: count.shining / count.edge,
    stained: count.stained / count.clear,
  };
}

function over(rgba: Buffer, at: number, channel: number, ground: number): number {
  const alpha = rgba[at + 3]! / 255;
  return rgba[at + channel]! * alpha + ground * (1 - alpha);
}

/** Whether the nearest eight pixels each way are clear: there the codec has no edge to smear. */
function isClearAround(rgba: Buffer, at: number): boolean {
  const pixel = at / 4;
  const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE)];
  for (let dy = -8; dy <= 8; dy += 4) {
    for (let dx = -8; dx <= 8; dx += 4) {
      const [nx, ny] = [x + dx, y + dy];
      if (nx < 0 || ny < 0 || nx >= SIDE || ny >= SIDE) continue;
      if (rgba[(ny * SIDE + nx) * 4 + 3] !== 0) return false;
    }
  }
  return true;
}
