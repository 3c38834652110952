/**
 * A voice drives the avatar in real Chromium: the mouth moves with it and rests without it, sound
 * and picture stay together, RTMP plays and others can watch.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { microphoneSound, upsampled, wavBytes } from '../../server/bench/fake-microphone.ts';
import { decodeAudio, readClips } from '../../server/bench/lips-clips.ts';
import type { MeasureHandle, Series, SessionSnapshot } from '../../server/protocol/index.ts';
import { until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { TestServer } from '../support/server.ts';
import { sharedFile } from '../support/shared-data.ts';

declare const window: { readonly posecastMeasure: MeasureHandle };

/** A CI machine may run several of these at once. */
const PATIENCE_MS = 120_000;
const BURSTS = 7;
const RATE_HZ = 48_000;
const sentence = sharedFile('speech/cmu-arctic/arctic_a0009.wav');

describe('a human voice drives the avatar', { skip: sentence.skip }, () => {
  let folder: string;
  let server: TestServer;
  let browser: Browser;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-live-'));
    server = await TestServer.start();
    const microphoneWav = join(folder, 'microphone.wav');
    await writeFile(microphoneWav, wavBytes(await spokenLoop()));
    browser = await openBrowser({ microphoneWav });
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${server.url}/measure`);
    await page.getByTestId('measure-start').click();
    await page.waitForFunction(
      (bursts) =>
        window.posecastMeasure.state === 'failed' ||
        window.posecastMeasure.bursts().filter(({ avOffsetMs }) => avOffsetMs !== null).length >=
          bursts,
      BURSTS,
      { polling: 500 },
    );
    assert.equal(await page.evaluate(() => window.posecastMeasure.problem), '');
  });

  after(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the mouth opens with the voice and rests in silence', async (t) => {
    const { mouth, voice } = await page.evaluate(() => ({
      mouth: window.posecastMeasure.mouth(),
      voice: window.posecastMeasure.voice(),
    }));
    const { speaking, silent, steps, correlation } = compare(mouth, voice);
    const movement = mean(speaking) - mean(silent);
    // From frame to frame: the head's slow sway, which moves the mouth along, is no quiver.
    const quiver = share(steps, 0.9);
    t.diagnostic(
      `${speaking.length} frames of speech at ${mean(speaking).toFixed(2)}, ${silent.length} of ` +
        `silence at ${[0, 0.1, 0.5, 0.9, 1].map((part) => share(silent, part).toFixed(2)).join(' ')}, ` +
        `quiver ${quiver.toFixed(3)}, r ${correlation.toFixed(2)}`,
    );
    assert.ok(share(silent, 0.9) < share(speaking, 0.5), 'shut is shut');
    assert.ok(speaking.length > 50 && silent.length > 30, 'both must have been seen');
    assert.ok(movement > 1, `the mouth's edges grow by ${movement} only`);
    assert.ok(
      movement > 6 * quiver,
      `a mouth at rest moves by ${quiver}, a speaking one ${movement}`,
    );
    assert.ok(correlation > 0.4, `mouth and loudness correlate by ${correlation} only`);
  });

  test('sound and picture are in step', async (t) => {
    // A browser that has just begun, on a busy machine, needs a while to bring its buffers together.
    const told = await until('most bursts are in step', async () => {
      const summary = await page.evaluate(() => window.posecastMeasure.summary());
      const { avOffsetMs } = summary;
      return avOffsetMs !== null && Math.abs(avOffsetMs.p50) < 60 ? summary : undefined;
    });
    t.diagnostic(
      `${told.bursts} bursts, picture behind sound ${JSON.stringify(told.avOffsetMs)} ms`,
    );
  });

  test('RTMP plays 25 frames a second of H.264 with AAC', async () => {
    const { rtmpUrl } = await snapshot();
    const { stdout } = await promisify(execFile)(
      'ffprobe',
      ['-v', 'error', '-show_streams', '-of', 'json', rtmpUrl],
      { timeout: PATIENCE_MS, killSignal: 'SIGKILL' },
    );
    const { streams } = JSON.parse(stdout) as { readonly streams: readonly ProbedStream[] };
    const video = streams.find(({ codec_type }) => codec_type === 'video');
    const audio = streams.find(({ codec_type }) => codec_type === 'audio');
    assert.equal(video?.codec_name, 'h264');
    assert.equal(video.r_frame_rate, '25/1');
    assert.deepEqual([video.width, video.height], [512, 512]);
    assert.equal(audio?.codec_name, 'aac');
  });

  test('somebody else watches at the same time', async () => {
    const { watchPath, viewers } = await snapshot();
    const context = await browser.newContext();
    try {
      const other = await context.newPage();
      other.setDefaultTimeout(PATIENCE_MS);
      await other.goto(`${server.url}${watchPath}`);
      const video = await other.getByTestId('watch-video').elementHandle();
      await other.waitForFunction(
        (element) => (element as unknown as { currentTime: number }).currentTime > 0.5,
        video,
      );
      assert.equal((await snapshot()).viewers, viewers + 1);
    } finally {
      await context.close();
    }
  });

  async function snapshot(): Promise<SessionSnapshot> {
    const id = await page.evaluate(() => window.posecastMeasure.sessionId);
    const response = await fetch(`${server.url}/api/v1/sessions/${id}`);
    return (await response.json()) as SessionSnapshot;
  }
});

type ProbedStream = {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly r_frame_rate: string;
  readonly width?: number;
  readonly height?: number;
};

/** Silence, a whole sentence, silence, and single words a second apart. */
async function spokenLoop(): Promise<Float32Array> {
  const clips = await readClips(join(dirname(sentence.path), '..'));
  const silence = new Float32Array(2 * RATE_HZ);
  const spoken = upsampled(await decodeAudio(sentence.path));
  const parts = [silence, spoken, silence, microphoneSound(clips, 8)];
  return Float32Array.from(parts.flatMap((part) => Array.from(part)));
}

/** Mean squares: a voice is above -38 dBFS, silence below -60. */
const VOICE = 1.6e-4;
const SILENCE = 1e-6;
/** Lips close a little after the sound and may open before it. */
const CLOSED_AFTER_MS = 450;
const OPEN_BEFORE_MS = 200;
const NEAR_MS = 60;

/**
 * Mouth values of frames within speech and within silence, the steps between frames of silence, and
 * how mouth and loudness go along.
 */
function compare(mouth: Series, voice: Series) {
  const speaking: number[] = [];
  const silent: number[] = [];
  const steps: number[] = [];
  const loudness: number[] = [];
  const openness: number[] = [];
  mouth.timesMs.forEach((timeMs, i) => {
    const value = mouth.values[i]!;
    const around = between(voice, timeMs - CLOSED_AFTER_MS, timeMs + OPEN_BEFORE_MS);
    // At the series' ends the sound around the frame isn't known.
    if (around.length < (CLOSED_AFTER_MS + OPEN_BEFORE_MS) / 30) return;
    const near = Math.max(0, ...between(voice, timeMs - NEAR_MS, timeMs + NEAR_MS));
    loudness.push(10 * Math.log10(near + SILENCE));
    openness.push(value);
    if (near > VOICE) speaking.push(value);
    if (Math.max(...around) >= SILENCE) return;
    silent.push(value);
    if (timeMs - (mouth.timesMs[i - 1] ?? 0) < NEAR_MS)
      steps.push(Math.abs(value - mouth.values[i - 1]!));
  });
  return { speaking, silent, steps, correlation: correlate(loudness, openness) };
}

function between({ timesMs, values }: Series, fromMs: number, toMs: number): number[] {
  return values.filter((_, i) => timesMs[i]! >= fromMs && timesMs[i]! < toMs);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function share(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? NaN;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function correlate(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  return covariance / (deviation(a) * deviation(b));
}
