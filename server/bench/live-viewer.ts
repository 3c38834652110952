/**
 * The part of `posecast bench live` that a viewer sees: one session driven by a real browser's
 * microphone and watched by the same browser on one clock, then viewers who join it.
 */
import type { Browser, Page } from 'playwright-core';
import { AppError } from '../core/errors.ts';
import type { Percentiles } from '../core/percentiles.ts';
import type {
  Burst,
  MeasureHandle,
  MeasureSummary,
  SessionStats,
  Spread,
} from '../protocol/index.ts';
import type { OwnServer } from './own-server.ts';
import { rssSlope, sampleTree, type TreeSample } from './process-tree.ts';
import { sleep } from './sleep.ts';

export type ViewerRun = {
  readonly summary: MeasureSummary;
  readonly bursts: readonly Burst[];
  readonly before: SessionStats;
  readonly after: SessionStats;
  readonly stages: Readonly<Record<string, Percentiles>>;
  readonly joins: readonly Join[];
  readonly rssSlopeMbPerMin: number;
};

export type Join = { readonly joinMs: number; readonly pageMs: number };

/** The page's globals, as the code that runs inside it sees them. */
type PageWindow = {
  readonly posecastMeasure: MeasureHandle;
  readonly posecastJoin: { readonly readyMs: number; readonly pictureMs: number | null };
};
declare const window: PageWindow;

const START_TIMEOUT_MS = 60_000;
const WARM_UP_SECONDS = 3;
const STATS_EVERY_SECONDS = 10;
const JOINS = 6;
const JOIN_PAUSE_MS = 700;

export async function measureViewer(options: {
  readonly server: OwnServer;
  readonly browser: Browser;
  readonly seconds: number;
  readonly signal: AbortSignal;
}): Promise<ViewerRun> {
  const { server, browser, seconds, signal } = options;
  const page = await browser.newPage();
  const sessionId = await startMeasuring(page, server.api.base);
  const stats = (): Promise<SessionStats> =>
    server.api.call<SessionStats>('GET', `/sessions/${sessionId}/stats`);
  await sleep(WARM_UP_SECONDS * 1000, signal);
  const before = await stats();
  const memory: TreeSample[] = [];
  const collected: SessionStats[] = [];
  for (let second = 1; second <= seconds; second += 1) {
    await sleep(1000, signal);
    memory.push(await sampleTree(server.pid));
    if (second % STATS_EVERY_SECONDS === 0 || second === seconds) collected.push(await stats());
  }
  const after = collected.at(-1)!;
  const { bursts, summary } = await page.evaluate(() => ({
    bursts: window.posecastMeasure.bursts(),
    summary: window.posecastMeasure.summary(),
  }));
  const joins: Join[] = [];
  for (let i = 0; i < JOINS; i += 1) {
    joins.push(await join(browser, `${server.api.base}/watch/${sessionId}`));
    await sleep(JOIN_PAUSE_MS, signal);
  }
  await page.close();
  const settled = memory.slice(Math.min(30, Math.floor(memory.length / 3)));
  const stages = typicalStages(collected);
  return { summary, bursts, before, after, stages, joins, rssSlopeMbPerMin: rssSlope(settled) };
}

async function startMeasuring(page: Page, base: string): Promise<string> {
  await page.goto(`${base}/measure`);
  await page.getByTestId('measure-start').click({ timeout: START_TIMEOUT_MS });
  await page.waitForFunction(
    () =>
      window.posecastMeasure.state === 'failed' || window.posecastMeasure.firstPictureMs !== null,
    undefined,
    { timeout: START_TIMEOUT_MS },
  );
  const { problem, sessionId } = await page.evaluate(() => ({
    problem: window.posecastMeasure.problem,
    sessionId: window.posecastMeasure.sessionId,
  }));
  if (problem || sessionId === null) {
    throw new AppError('internal', `The page /measure does not start: ${problem}`);
  }
  return sessionId;
}

/** Opens the viewer page in a browser context of its own and waits for its first picture. */
async function join(browser: Browser, url: string): Promise<Join> {
  const context = await browser.newContext();
  try {
    await context.addInitScript(WATCH_JOIN);
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => window.posecastJoin.pictureMs !== null, undefined, {
      timeout: START_TIMEOUT_MS,
    });
    const { readyMs, pictureMs } = await page.evaluate(() => window.posecastJoin);
    return { joinMs: pictureMs! - readyMs, pageMs: pictureMs! };
  } finally {
    await context.close();
  }
}

/**
 * Notes in the page when its peer was connected and its consumers resumed, the later of which is
 * `readyMs`, and when the first frame was shown, from the beginning of the page's load.
 */
const WATCH_JOIN = `{
  const join = (window.posecastJoin = { readyMs: 0, pictureMs: null });
  const ready = () => { if (join.pictureMs === null) join.readyMs = performance.now(); };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string' && data.includes('rtc:resume')) ready();
    return send.call(this, data);
  };
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...args) {
      super(...args);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') ready();
      });
    }
  };
  const look = () => {
    const video = document.querySelector('video');
    if (video === null) return setTimeout(look, 5);
    video.requestVideoFrameCallback((now, frame) => (join.pictureMs = frame.expectedDisplayTime));
  };
  look();
}`;

/** The median over the run of each stage's percentiles, which the server gives for ten seconds. */
function typicalStages(collected: readonly SessionStats[]): Record<string, Percentiles> {
  const names = Object.keys(collected[0]!.stages) as (keyof SessionStats['stages'])[];
  return Object.fromEntries(
    names.map((name) => {
      const typical = (key: keyof Percentiles): number =>
        median(collected.map(({ stages }) => stages[name][key]));
      return [name, { p50: typical('p50'), p95: typical('p95'), p99: typical('p99') }];
    }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

/** null without values; between neighbours linearly. */
export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)]!;
    return low + (sorted[Math.ceil(place)]! - low) * (place % 1);
  };
  return { p5: at(0.05), p50: at(0.5), p95: at(0.95) };
}
