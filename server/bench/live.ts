/**
 * `posecast bench live`: mic-to-viewer latency, A/V offset and joining in a real browser, and what
 * sessions cost. The browser shares the machine: on two cores it takes most of one, so the
 * latencies are of a loaded machine. Command line only.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { ROOT, type Config } from '../config.ts';
import { probeProgram, firstLine } from '../doctor/probe.ts';
import { openChromium } from './chromium.ts';
import { writeMicrophone } from './fake-microphone.ts';
import { measureLoad } from './live-load.ts';
import type { LiveReport } from './live-types.ts';
import { measureViewer, spread, type ViewerRun } from './live-viewer.ts';
import { OwnServer } from './own-server.ts';

export type BenchLiveOptions = {
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Told what is being done, for people who wait. */
  readonly say: (words: string) => void;
};

/** Bursts of the file that drives the sessions without a browser: five minutes. */
const LOAD_BURSTS = 300;

export async function benchLive(config: Config, options: BenchLiveOptions): Promise<LiveReport> {
  await using scope = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'posecast-bench-'));
  scope.defer(() => rm(folder, { recursive: true, force: true }));
  const loadBefore = loadavg()[0]!;
  const microphone = join(folder, 'microphone.wav');
  const voice = await writeMicrophone(microphone, config.sampleDir);
  const viewed = await viewerRun(config, microphone, options);
  options.say('Sessions without a browser: what one costs, how many run at once.');
  const audio = join(folder, 'voice.wav');
  await writeMicrophone(audio, config.sampleDir, LOAD_BURSTS);
  const load = await measureLoad({ config, audio, signal: options.signal });
  return {
    ...viewerNumbers(viewed.run),
    seconds: options.seconds,
    voice,
    ...load,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      os: `${type()} ${release()}`,
      loadBefore,
      loadAfter: loadavg()[0]!,
    },
    versions: { ...(await versions(config)), chromium: viewed.browserVersion },
  };
}

async function viewerRun(
  config: Config,
  microphone: string,
  { seconds, signal, say }: BenchLiveOptions,
): Promise<{ readonly run: ViewerRun; readonly browserVersion: string }> {
  await using scope = new AsyncDisposableStack();
  const browser = await openChromium(config, microphone);
  scope.defer(() => browser.close());
  const server = scope.use(await OwnServer.open(config));
  say(`One session in a real browser for ${seconds} s, then viewers who join it.`);
  const run = measureViewer({ server, browser, seconds, signal });
  // When the wait is broken off, closing the browser ends what still runs in it.
  run.catch(() => undefined);
  return {
    run: await Promise.race([run, aborted(signal)]),
    browserVersion: browser.version(),
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function viewerNumbers({ summary, bursts, before, after, stages, joins, ...run }: ViewerRun) {
  return {
    micToViewerMs: summary.pictureMs,
    micToSoundMs: summary.soundMs,
    floorMs: summary.floorMs,
    avOffsetMs: summary.avOffsetMs,
    joinMs: spread(joins.map(({ joinMs }) => joinMs)),
    pageToPictureMs: spread(joins.map(({ pageMs }) => pageMs)),
    lateFrames: after.lateFrames - before.lateFrames,
    repeatedFrames: after.repeatedFrames - before.repeatedFrames,
    droppedFrames: after.droppedFrames - before.droppedFrames,
    packetsLost: after.packetsLost - before.packetsLost,
    bursts: bursts.filter(({ avOffsetMs }) => avOffsetMs !== null).length,
    stages,
    pictureLatencyMs: after.pictureLatencyMs,
    rssSlopeMbPerMin: run.rssSlopeMbPerMin,
  };
}

async function versions(config: Config): Promise<Record<string, string>> {
  const ffmpeg = await probeProgram(config.ffmpeg, ['-version']);
  return {
    posecast: await packageVersion(ROOT),
    node: process.version,
    ffmpeg: firstLine(ffmpeg.stdout).split(' ')[2] ?? 'unknown',
    mediasoup: await packageVersion(join(ROOT, 'node_modules', 'mediasoup')),
    onnxruntime: await packageVersion(join(ROOT, 'node_modules', 'onnxruntime-node')),
  };
}

async function packageVersion(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
