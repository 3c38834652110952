/** The studio page in real Chromium: sounds dropped on it become videos of a scene in one zip. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { unzipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { probe } from '../../server/outputs/probe.ts';
import { Timeline } from '../../server/protocol/index.ts';
import { openBrowser } from '../support/browser.ts';
import { TestServer } from '../support/server.ts';

/** Background renders give way to all else that the machine does. */
const PATIENCE_MS = 240_000;
const folder = mkdtempSync(join(tmpdir(), 'posecast-studio-'));
let server: TestServer;
let browser: Browser;

before(async () => {
  server = await TestServer.start();
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function tone(name: string): { name: string; base64: string } {
  const path = join(folder, name);
  const source = ['-f', 'lavfi', '-i', 'sine=f=220:d=1'];
  execFileSync('ffmpeg', ['-v', 'error', ...source, path]);
  return { name, base64: readFileSync(path).toString('base64') };
}

test('a script set over the waveform goes with its sound', async () => {
  const page = await browser.newPage({ locale: 'en-US' });
  await page.goto(`${server.url}/studio`);
  const { name, base64 } = tone('hello.wav');
  const wav = { name, mimeType: 'audio/wav', buffer: Buffer.from(base64, 'base64') };
  await page.getByLabel('Choose files').last().setInputFiles(wav);
  await page.getByRole('slider', { name: 'Playhead' }).waitFor();
  // The waveform is drawn: the canvas is not empty.
  await page.waitForFunction(`(() => {
    const canvas = document.querySelector('canvas');
    const data = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return data?.some((value) => value > 0);
  })()`);

  const playhead = page.getByRole('slider', { name: 'Playhead' });
  await playhead.focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowRight');
  await page.getByRole('button', { name: 'Add emotion' }).click();
  await page.getByPlaceholder('wave, then point left').fill('wave');
  await page.getByRole('button', { name: 'Add sentence' }).click();
  const marks = page.getByTestId('mark');
  await page.getByRole('button', { name: 'wave at 0.30 s' }).focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.getByRole('button', { name: 'wave at 0.00 s' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Delete');
  assert.equal(await marks.count(), 1);
  await page.keyboard.press('Control+z');
  assert.equal(await marks.count(), 2);

  const happy = page.getByRole('button', { name: 'Happy at 0.30 s' });
  const box = (await happy.boundingBox())!;
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + 65, box.y + 5, { steps: 4 });
  await page.mouse.up();
  assert.equal(await happy.count(), 0, 'it was dragged away');

  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ]);
  const script = Timeline.parse(JSON.parse(readFileSync(await saved.path(), 'utf8')));
  assert.deepEqual(script.cues[0], { at: 0, say: 'wave' });
  assert.ok(script.cues[1]!.at > 0.3);

  await page.getByRole('button', { name: 'Hold' }).click();
  const posted = page.waitForRequest(
    (request) => request.url().endsWith('/studio/jobs') && request.method() === 'POST',
  );
  await page.getByRole('button', { name: 'Generate all' }).click();
  const order = (await posted).postDataJSON() as { script: string };
  assert.deepEqual(JSON.parse(order.script), script);
  await page.getByRole('button', { name: 'Remove hello' }).waitFor();
  await page
    .locator('[data-testid=job]')
    .getByRole('button', { name: /Cancel/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.close();
});

test('two sounds dropped, both rendered in a scene over music, one zip downloaded', async () => {
  await fetch(`${server.url}/api/v1/scenes/stage`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Stage', colour: '#00ff00' }),
  });
  const page = await browser.newPage({ locale: 'en-US' });
  await page.goto(`${server.url}/studio`);
  const files = await page.evaluateHandle(
    `(() => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of ${JSON.stringify([tone('one.wav'), tone('two.wav')])}) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: 'audio/wav' }));
      }
      return transfer;
    })()`,
  );
  await page.getByTestId('drop').dispatchEvent('drop', { dataTransfer: files });
  await page.getByRole('button', { name: 'Remove two' }).waitFor();
  const { base64, ...beat } = tone('beat.wav');
  const music = { ...beat, mimeType: 'audio/wav', buffer: Buffer.from(base64, 'base64') };
  await page.getByLabel('Add music').setInputFiles(music);
  await page.getByLabel('Dance to the music').check();
  await page.getByRole('checkbox', { name: 'Stage' }).check();
  await page.getByTestId('estimate').getByText('4 videos').waitFor();
  await page.getByRole('checkbox', { name: 'Plain background' }).uncheck();
  await page.getByLabel('Width').fill('256');
  await page.getByLabel('Height').fill('256');
  await page.getByTestId('estimate').getByText('2 videos').waitFor();
  await page.getByRole('button', { name: 'Generate all' }).click();
  const done = page.locator('[data-testid=job][data-state=done]');
  await done.nth(1).waitFor({ timeout: PATIENCE_MS });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download all as zip' }).click(),
  ]);
  const zip = unzipSync(readFileSync(await download.path()));
  assert.deepEqual(Object.keys(zip).sort(), ['one.mp4', 'two.mp4']);
  for (const [name, bytes] of Object.entries(zip)) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const { streams } = await probe(path);
    const picture = streams.find((stream) => stream.codec_type === 'video');
    assert.deepEqual([picture?.width, picture?.height], [256, 256]);
    assert.ok(Math.abs(picture!.duration! - 1) < 0.05);
    const [red, green] = firstPixel(path);
    assert.ok(green! > 200 && red! < 60, 'the scene is around the avatar');
  }
});

function firstPixel(path: string): Buffer {
  const picture = ['-frames:v', '1', '-vf', 'crop=2:2:0:0', '-f', 'rawvideo', '-pix_fmt', 'rgb24'];
  return execFileSync('ffmpeg', ['-v', 'error', '-i', path, ...picture, '-']);
}
