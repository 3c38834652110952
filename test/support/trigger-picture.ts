/**
 * Makes docs/trigger.webp, the README's moving picture, from the real panel: somebody speaks, gets
 * excited, and the avatar waves because of the voice alone.
 *
 *   node test/support/trigger-picture.ts [SPEECH.wav]
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { TestServer } from './server.ts';
import { sharedFile } from './shared-data.ts';

const TARGET = join(import.meta.dirname, '../../docs/trigger.webp');
const SIZE = { width: 1280, height: 720 } as const;
const BEFORE_S = 1.2;
const AFTER_S = 3.4;
const RATE_HZ = 10;
/** Half a minute of a voice as usual makes the excited one stand out; this much is enough. */
const CALM_S = 9;
const EXCITED_S = 3;

const speech = sharedFile('speech/librivox/sense_and_sensibility_01_austen_64kb-0880.wav');
const source = process.argv[2] ?? speech.path;

type Shot = { readonly atS: number; readonly jpeg: Buffer };

const folder = await mkdtemp(join(tmpdir(), 'posecast-picture-'));
const microphoneWav = join(folder, 'voice.wav');
getExcited(source, microphoneWav);
const server = await TestServer.start();
const browser = await openBrowser({ microphoneWav });
try {
  const page = await browser.newPage({
    viewport: SIZE,
    locale: 'en-US',
    permissions: ['microphone'],
  });
  await openChat(page);
  const shots = await filmTrigger(page);
  await writePicture(shots);
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`${TARGET}\n`);

/** The voice as usual, then the same one louder and higher, and a pause. */
function getExcited(from: string, target: string): void {
  const graph =
    `[0:a]aloop=loop=-1:size=2e9,asplit[a][b];` +
    `[a]atrim=duration=${CALM_S},volume=-9dB[calm];` +
    `[b]atrim=duration=${EXCITED_S},asetrate=16000*1.22,aresample=16000,volume=2dB[excited];` +
    `anullsrc=r=16000:cl=mono,atrim=duration=1[pause];` +
    `[calm][excited][pause]concat=n=3:v=0:a=1,aresample=48000[out]`;
  const inputs = ['-v', 'error', '-y', '-i', from];
  const format = ['-map', '[out]', '-ac', '1', '-c:a', 'pcm_s16le', target];
  execFileSync('ffmpeg', [...inputs, '-filter_complex', graph, ...format], { stdio: 'inherit' });
}

/** Live with a body that moves, and the chat beside it. */
async function openChat(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.getByRole('radio', { name: 'Leo' }).check();
  await page.getByRole('button', { name: 'Go live' }).click();
  await page.getByRole('tab', { name: 'Chat' }).click();
  await page.getByRole('button', { name: 'Switch to Full' }).click();
  await page.getByText('With the body on Basic').waitFor({ state: 'detached' });
}

/** What the screen shows from a moment before the trigger until the gesture is done. */
async function filmTrigger(page: Page): Promise<readonly Shot[]> {
  const shots: Shot[] = [];
  const camera = await page.context().newCDPSession(page);
  camera.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    shots.push({ atS: metadata.timestamp ?? 0, jpeg: Buffer.from(data, 'base64') });
    // The last one may come when the page is closing.
    camera.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await camera.send('Page.startScreencast', { format: 'jpeg', quality: 90 });
  await page
    .getByText(/^Fired: Excited/)
    .first()
    .waitFor({ timeout: 180_000 });
  const firedS = Date.now() / 1000;
  await sleep(AFTER_S * 1000);
  await camera.send('Page.stopScreencast');
  return shots.filter(({ atS }) => atS > firedS - BEFORE_S && atS < firedS + AFTER_S);
}

async function writePicture(shots: readonly Shot[]): Promise<void> {
  const lines = await Promise.all(
    shots.map(async ({ atS, jpeg }, index) => {
      const name = join(folder, `${index}.jpg`);
      await writeFile(name, jpeg);
      const next = shots[index + 1]?.atS ?? atS + 0.5;
      return `file '${name}'\nduration ${(next - atS).toFixed(4)}`;
    }),
  );
  const list = join(folder, 'shots.txt');
  await writeFile(list, lines.join('\n'));
  const input = ['-v', 'error', '-y', '-f', 'concat', '-safe', '0', '-i', list];
  const look = ['-vf', `fps=${RATE_HZ},scale=900:-2:flags=lanczos`, '-loop', '0', '-an'];
  const webp = ['-c:v', 'libwebp_anim', '-q:v', '58', '-compression_level', '6', TARGET];
  execFileSync('ffmpeg', [...input, ...look, ...webp], { stdio: 'inherit' });
}
