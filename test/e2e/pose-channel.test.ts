/**
 * Poses come over a real data channel of a real browser: the avatar's arm goes where they say, and
 * whatever else comes through that channel is counted and disturbs nothing.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { types } from 'mediasoup-client';
import type { Browser } from 'playwright-core';
import {
  createPose,
  encodePose,
  MAX_POSE_PACKET_BYTES,
  type SessionStats,
} from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import { TestApp, until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { ARM_POSES, restPose, setArms } from '../support/poses.ts';
import { seededRandom, type Random } from '../support/random.ts';
import { RtcPage } from '../support/rtc-page.ts';

/** The page's globals, as the code that runs inside it sees them. */
type PageWindow = {
  readonly mediasoupClient: { readonly Device: typeof types.Device };
  ask(name: string, request: unknown): Promise<never>;
  readonly document: {
    createElement(name: 'video'): PageVideo;
    createElement(name: 'canvas'): PageCanvas;
  };
  readonly MediaStream: new (tracks: readonly unknown[]) => unknown;
  channel: types.DataProducer;
  /** RGB of the shown frame in a square about this place (0..1), mean of its pixels. */
  look(x: number, y: number): readonly [number, number, number];
};
type PageVideo = {
  muted: boolean;
  srcObject: unknown;
  readonly videoWidth: number;
  readonly videoHeight: number;
  play(): Promise<void>;
};
type PageCanvas = {
  width: number;
  height: number;
  getContext(kind: '2d', options: object): Context;
};
type Context = {
  drawImage(video: PageVideo, ...places: readonly number[]): void;
  getImageData(...place: readonly number[]): { readonly data: Uint8ClampedArray };
};
declare const window: PageWindow;

const BACKGROUND = '#20d040';
/** A camera's rate: 33 ms between poses. */
const GAP_MS = 33;

describe('the pose channel', () => {
  let house: TestApp;
  let session: Session;
  let browser: Browser;
  let rtc: RtcPage;

  before(async () => {
    house = await TestApp.open();
    session = await house.app.registry.create({
      avatar: 'mira',
      width: 256,
      height: 256,
      fps: 25,
      background: BACKGROUND,
      tier: 'full',
    });
    browser = await openBrowser();
    rtc = await RtcPage.open(browser, house.app.url);
    await rtc.page.evaluate(openPeers, session.id);
  });

  after(async () => {
    await rtc.close();
    await browser.close();
    await house.close();
  });

  test('a raised arm is shown raised, and rests again without poses', async (t) => {
    assert.ok(await isBackground(), 'beside the head there is nothing at rest');
    await until('the arm is shown', async () => {
      await send(wavingFor(1));
      return !(await isBackground());
    });
    await until('poses are counted', () => stats().poses > 10);
    await until('it rests', isBackground);
    await until('its way is measured', () => stats().poseToFrameMs.p50 > 0);
    t.diagnostic(`pose to frame ${JSON.stringify(stats().poseToFrameMs)} ms`);
  });

  test('damaged, oversized and too many packets are counted and disturb nothing', async (t) => {
    const random = seededRandom(7);
    const { badPoses, poses, frames } = stats();
    const packets: Timed[] = [];
    let bad = 0;
    for (const good of wavingFor(3)) {
      packets.push(good, { ...good, bytes: damaged(good.bytes, random) });
      bad += 1;
    }
    await until('the arm is shown among the damage', async () => {
      await send(packets);
      return !(await isBackground());
    });
    await until('the bad ones are counted', () => stats().badPoses >= badPoses + bad * 0.9);
    await until('the good ones between them are counted', () => stats().poses >= poses + 60);
    const before = stats().badPoses;
    await send(flood(500));
    await until('the flood is counted', () => stats().badPoses >= before + 300);
    t.diagnostic(`${stats().badPoses} refused, ${stats().poses} taken, late ${stats().latePoses}`);
    await until('frames go on', () => stats().frames > frames + 50);
    assert.equal(session.snapshot.state, 'live');
    await until('the arm follows again', async () => {
      await send(wavingFor(1));
      return !(await isBackground());
    });
  });

  test('a second channel replaces the first; a channel that repeats what is lost is refused', async () => {
    await assert.rejects(
      rtc.page.evaluate(async () => {
        await (window.channel.appData['produce'] as Produce)({ ordered: true });
      }),
      /bad_request/,
    );
    await rtc.page.evaluate(async () => {
      window.channel = await (window.channel.appData['produce'] as Produce)({});
    });
    await until('the arm is shown', async () => {
      await send(wavingFor(1));
      return !(await isBackground());
    });
  });

  function stats(): SessionStats {
    return session.statistics;
  }

  /** Beside the head, where only a raised arm comes. */
  async function isBackground(): Promise<boolean> {
    const [red, green, blue] = await rtc.page.evaluate(() => window.look(0.905, 0.3));
    return green > 170 && red < 80 && blue < 110;
  }

  async function send(packets: readonly Timed[]): Promise<void> {
    await rtc.page.evaluate(
      async (list) => {
        const began = performance.now();
        for (const { atMs, bytes } of list) {
          const waitMs = atMs - (performance.now() - began);
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
          window.channel.send(new Uint8Array(bytes));
        }
      },
      packets.map(({ atMs, bytes }) => ({ atMs, bytes: [...bytes] })),
    );
  }
});

type Produce = (change: object) => Promise<types.DataProducer>;
type Timed = { readonly atMs: number; readonly bytes: Uint8Array };

/** A raised left arm, 30 times a second. Times are on a clock that has nothing to do with ours. */
function wavingFor(seconds: number): Timed[] {
  const pose = restPose();
  setArms(pose, ARM_POSES['raised']!);
  const count = Math.round((seconds * 1000) / GAP_MS);
  const start = performance.now();
  return Array.from({ length: count }, (_, i) => ({
    atMs: i * GAP_MS,
    bytes: encodePose({ timeUs: 7e9 + Math.round((start + i * GAP_MS) * 1000), body: pose.body }),
  }));
}

/** Cut off, blown up, or with a broken header: what no decoder may take. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  const kind = random.int(0, 3);
  if (kind === 0) return bytes.slice(0, 1 + random.int(0, bytes.length - 2));
  if (kind === 1) return Uint8Array.from({ length: MAX_POSE_PACKET_BYTES + 1500 }, () => 0x50);
  if (kind === 2) return random.bytes(40);
  const broken = bytes.slice();
  broken[random.int(0, 3)]! ^= 1 << random.int(5, 7);
  return broken;
}

/** Sound packets, but hundreds at once. */
function flood(count: number): Timed[] {
  const bytes = encodePose({ timeUs: 1, body: createPose().body });
  return Array.from({ length: count }, () => ({ atMs: 0, bytes }));
}

/** Runs in the page: opens the pose channel and plays the session's picture. */
async function openPeers(sessionId: string): Promise<void> {
  const { mediasoupClient } = window;
  const ask: PageWindow['ask'] = (name, request) => window.ask(name, request);
  const device = await mediasoupClient.Device.factory();
  await device.load({ routerRtpCapabilities: await ask('rtc:capabilities', { sessionId }) });
  const wire = (transport: types.Transport): void => {
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      ask('rtc:connect', { transportId: transport.id, dtlsParameters }).then(() => done(), failed);
    });
  };
  const sender = device.createSendTransport(
    await ask('rtc:transport', { sessionId, direction: 'send' }),
  );
  wire(sender);
  sender.on('producedata', ({ sctpStreamParameters, label }, done, failed) => {
    const request = { transportId: sender.id, sctpStreamParameters, label };
    ask('rtc:produceData', request).then(
      ({ dataProducerId }: { dataProducerId: string }) => done({ id: dataProducerId }),
      failed,
    );
  });
  const produce = async (change: object): Promise<types.DataProducer> => {
    const options = { ordered: false, maxRetransmits: 0, label: 'pose', appData: { produce } };
    const channel = await sender.produceData({ ...options, ...change });
    if (channel.readyState !== 'open') {
      await new Promise<void>((resolve) => channel.on('open', () => resolve()));
    }
    return channel;
  };
  window.channel = await produce({});

  const receiver = device.createRecvTransport(
    await ask('rtc:transport', { sessionId, direction: 'recv' }),
  );
  wire(receiver);
  const rtpCapabilities = device.recvRtpCapabilities;
  const consumer = await receiver.consume(
    await ask('rtc:consume', { transportId: receiver.id, kind: 'video', rtpCapabilities }),
  );
  await ask('rtc:resume', { consumerId: consumer.id });
  const video = window.document.createElement('video');
  video.muted = true;
  video.srcObject = new window.MediaStream([consumer.track]);
  await video.play();
  const canvas = window.document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  window.look = (x, y) => {
    const size = 6;
    canvas.width = canvas.height = size;
    const left = x * video.videoWidth - size / 2;
    const top = y * video.videoHeight - size / 2;
    context.drawImage(video, left, top, size, size, 0, 0, size, size);
    const { data } = context.getImageData(0, 0, size, size);
    const sum = [0, 0, 0] as [number, number, number];
    for (let i = 0; i < data.length; i += 1) if (i % 4 < 3) sum[i % 4]! += data[i]!;
    return sum.map((value) => value / (size * size)) as typeof sum;
  };
}
