/**
 * How fast the panel is, measured in real Chromium against the real server:
 *
 *   node test/support/panel-speed.ts [SECONDS live, 60 by default]
 *
 * Prints the JavaScript of the first load as it is sent with gzip and with Brotli, when the page can be
 * used, what comes by itself in the seconds after, long tasks and memory while live, and how long a
 * gesture's key takes until the server moves the avatar. Fails where the studio's first load is over
 * its limit.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page, Response } from 'playwright-core';
import { SETTLED } from '../../web/lib/settled.ts';
import { openBrowser } from './browser.ts';
import { TestServer } from './server.ts';

const seconds = Number(process.argv[2] ?? 60);
const LONG_TASK_MS = 50;
const KEYS = 20;

/** Browsers ask for Brotli on secure pages only: a phone on the network gets gzip. */
type Encoding = 'gzip' | 'br';
/** boot.js lies in the page's folder as it is. */
const LEAST_COMPRESSED_BYTES = 1000;
/** The studio's first load, with gzip. */
const LIMIT_KB = 250;
/** What is loaded by itself after the first screen has come by then. */
const AFTER_MS = 4000;

type Load = {
  readonly kilobytes: number;
  readonly files: number;
  readonly readyMs: number;
  readonly afterKilobytes: number;
};
type Loads = Readonly<Record<Encoding, Load>>;

/** In the page from its first moment: tasks that held it up. */
const WATCH_TASKS = `
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });`;

/** In the page: what it asked for once its first screen was there, however long that took. */
const LATER_SCRIPTS = `
  (() => {
    const [settled] = performance.getEntriesByName('${SETTLED}');
    const all = performance.getEntriesByType('resource');
    return all.filter((entry) => settled && entry.startTime >= settled.startTime).map(({ name }) => name);
  })()`;

/**
 * In the page from its first moment: when a key went down, when the server had said yes to the gesture
 * that it asked for, and when the panel showed that it plays.
 */
const WATCH_KEYS = `
  window.answeredMs = [];
  window.shownMs = [];
  let downMs = 0;
  addEventListener('keydown', () => (downMs = performance.now()), true);
  const asked = new Map();
  const Plain = WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...parameters) {
      super(...parameters);
      this.addEventListener('message', ({ data }) => {
        const id = /^43(\\d+)\\[/.exec(data)?.[1];
        if (asked.has(id)) answeredMs.push(performance.now() - asked.get(id));
        asked.delete(id);
      });
    }
    send(data) {
      const id = /^42(\\d+)\\["motion:play"/.exec(data)?.[1];
      if (id !== undefined && downMs > 0) asked.set(id, downMs);
      super.send(data);
    }
  };
  addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
    if (downMs === 0) return;
    const playing = [...document.querySelectorAll('[role=status]')].some(({ textContent }) => textContent.startsWith('Playing'));
    if (playing) {
      shownMs.push(performance.now() - downMs);
      downMs = 0;
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true }));`;

const server = await TestServer.start();
const browser = await openBrowser();
try {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    locale: 'en-US',
    permissions: ['microphone'],
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.addInitScript(WATCH_TASKS);
  await page.addInitScript(WATCH_KEYS);
  say('First load of the page to go live on', await loads(page, 'Go live'));
  await page.getByRole('button', { name: 'Go live' }).click();
  await page.getByTestId('latency').filter({ hasText: /\d/ }).waitFor();
  // The studio by itself: what somebody loads whose stream already runs.
  const studio = await loads(page, 'Stop');
  say('First load of the studio', studio);
  judge(studio);
  await page.getByTestId('latency').filter({ hasText: /\d/ }).waitFor();
  await live(page);
  await keys(page);
} finally {
  await browser.close();
  await server.stop();
}

async function loads(page: Page, button: string): Promise<Loads> {
  const gzip = await load(page, button, 'gzip');
  return { gzip, br: await load(page, button, 'br') };
}

/** Loads the page without a cache, until a button can be pressed. */
async function load(page: Page, button: string, encoding: Encoding): Promise<Load> {
  const scripts = new Map<string, Promise<number>>();
  const count = (response: Response): void => {
    if (!new URL(response.url()).pathname.endsWith('.js')) return;
    scripts.set(response.url(), sentBytes(response, encoding));
  };
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await page.setExtraHTTPHeaders({ 'accept-encoding': encoding });
  page.on('response', count);
  await page.goto(server.url);
  await page.getByRole('button', { name: button, exact: true }).waitFor();
  const readyMs = await page.evaluate<number>(
    'new Promise((done) => requestIdleCallback(() => done(performance.now())))',
  );
  await page.waitForLoadState('networkidle');
  await sleep(AFTER_MS);
  const later = new Set(await page.evaluate<string[]>(LATER_SCRIPTS));
  page.off('response', count);
  await page.setExtraHTTPHeaders({});
  // Detaching gives the cache back.
  await session.detach();
  const urls = [...scripts.keys()];
  const bytesOf = async (chosen: readonly string[]): Promise<number> => {
    const sizes = await Promise.all(chosen.map((url) => scripts.get(url)!));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const first = urls.filter((url) => !later.has(url));
  return {
    files: first.length,
    kilobytes: (await bytesOf(first)) / 1000,
    readyMs,
    afterKilobytes: (await bytesOf(urls.filter((url) => later.has(url)))) / 1000,
  };
}

/** Against the limit stands what the network's phone gets. */
function judge({ gzip }: Loads): void {
  if (gzip.kilobytes <= LIMIT_KB) return;
  print('Too much', `${gzip.kilobytes.toFixed(1)} kB with gzip; the limit is ${LIMIT_KB} kB`);
  process.exitCode = 1;
}

/** As it came over the wire: the server compresses what it sends, all but the tiniest. */
async function sentBytes(response: Response, encoding: Encoding): Promise<number> {
  const [length, encoded] = await Promise.all([
    response.headerValue('content-length'),
    response.headerValue('content-encoding'),
  ]);
  const bytes = length === null ? (await response.body()).length : Number(length);
  if (encoded !== encoding && bytes > LEAST_COMPRESSED_BYTES) {
    throw new Error(`${response.url()} came with "${encoded}" instead of "${encoding}".`);
  }
  return bytes;
}

async function live(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await sleep(5000);
  await page.evaluate('longTasks.length = 0');
  const before = await heapMb(session);
  await sleep(seconds * 1000);
  const after = await heapMb(session);
  const tasks = await page.evaluate<{ readonly duration: number }[]>('longTasks');
  const long = tasks.map(({ duration }) => duration).filter((ms) => ms > LONG_TASK_MS);
  const worst = Math.max(0, ...long);
  print(
    `Live for ${seconds} s`,
    `${long.length} tasks over ${LONG_TASK_MS} ms, longest ${worst} ms`,
  );
  print('Memory of the page', `${before.toFixed(1)} MB, then ${after.toFixed(1)} MB`);
}

async function heapMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

/** Presses a gesture's key, waits until the server says that it plays, and stops it again. */
async function keys(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Gestures' }).click();
  await page.evaluate('answeredMs.length = shownMs.length = 0');
  for (let i = 0; i < KEYS; i += 1) {
    await page.keyboard.press('2');
    await page.getByText(/^Playing/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Nothing is playing').waitFor();
  }
  print('Key until the server has begun the gesture', spread(await page.evaluate('answeredMs')));
  print('Key until the panel shows it', spread(await page.evaluate('shownMs')));
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(0);
  return `${at(0.5)} ms half of the time, at most ${at(1)} ms (${sorted.length} keys)`;
}

function say(what: string, { gzip, br }: Loads): void {
  const kb = (value: number): string => `${value.toFixed(1)} kB`;
  const ready = [gzip, br].map(({ readyMs }) => readyMs.toFixed(0)).join(' and ');
  print(what, `${kb(gzip.kilobytes)} of JavaScript with gzip, ${kb(br.kilobytes)} with Brotli, in ${br.files} files; usable after ${ready} ms; then by itself ${kb(gzip.afterKilobytes)} and ${kb(br.afterKilobytes)}`); // prettier-ignore
}

function print(what: string, told: string): void {
  process.stdout.write(`${what}: ${told}\n`);
}
