/**
 * Takes the pictures of the README from the real panel:
 *
 *   node test/support/screenshots.ts [WAV for the microphone]
 *
 * Writes docs/panel.png: a live session with the embedded avatar, 1280x800.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.ts';
import { TestServer } from './server.ts';
import { sharedFile } from './shared-data.ts';

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
/** Long enough for the graph to show a line and for lips and sound to have settled. */
const SETTLE_MS = 40_000;

/** A level at which the mouth is open. */
const SPEAKING_DB = -22;

const speech = sharedFile('speech/librivox/sense_and_sensibility_01_austen_64kb-0870.wav');
const microphoneWav = process.argv[2] ?? (speech.skip ? undefined : speech.path);

await mkdir(DOCS, { recursive: true });
const server = await TestServer.start();
const browser = await openBrowser(microphoneWav === undefined ? {} : { microphoneWav });
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    permissions: ['microphone'],
  });
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Go live' }).click();
  await page.getByTestId('latency').filter({ hasText: /\d/ }).waitFor();
  await sleep(SETTLE_MS);
  while (Number(await page.getByRole('meter').getAttribute('aria-valuenow')) < SPEAKING_DB) {
    await sleep(20);
  }
  await page.screenshot({ path: join(DOCS, 'panel.png') });
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Stop the stream' }).click();
  await page.getByRole('button', { name: 'Go live' }).waitFor();
} finally {
  await browser.close();
  await server.stop();
}
process.stdout.write(`${join(DOCS, 'panel.png')}\n`);
