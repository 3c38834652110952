/**
 * What outputs cost on this machine: latency from a drawn frame to RTP and to an RTMP player, the
 * processor time of a push target and of a WebRTC viewer, a LUT, and whether the overlay keeps up.
 * Each figure beside a floor of the same run. Command line only; Linux (it reads /proc).
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { createLog, type Logger } from '../core/log.ts';
import { nowUs, US_PER_MS } from '../core/time.ts';
import { descendants, readProcesses, TICKS_PER_SECOND } from '../core/usage.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { parseRtmpAddress } from '../outputs/push/rtmp-address.ts';
import { RtmpServer } from '../outputs/rtmp-server.ts';
import { TargetId } from '../protocol/target.ts';
import type { PushOrder } from '../session/wires.ts';
import { spread } from './live-viewer.ts';
import { benchDraw } from './draw.ts';
import { freePort } from './free-port.ts';
import { benchLut } from './lut.ts';
import { BenchFeeder, readStamp, SIDE, SQUARE } from './outputs-feeder.ts';
import { benchViewers } from './outputs-viewers.ts';
import { sleep } from './sleep.ts';

export type OutputsReport = {
  /** Of one more push target: our side and its ffmpeg. */
  readonly coresPerTarget: number;
  /** Medians: a frame handed to the encoder to its last RTP packet, and to an RTMP player's picture. */
  readonly frameToRtpMs: number;
  readonly frameToRtmpMs: number;
  readonly viewersPerCore: number;
  /** 33 a side on an opaque 1280x720. */
  readonly lutMsPerFrame: number;
  /** Of a transparent overlay at 512x512: took longer than a tick, or were left out. */
  readonly overlayLateFrames: number;
  readonly floors: {
    /** ffmpeg that copies the same stream from one RTMP server to another. */
    readonly coresOfACopy: number;
    /** ffmpeg's answer to one frame, without us: RTP's latency is this and ours. */
    readonly encodeMs: number;
    /** mediasoup's worker with nobody watching. */
    readonly workerCoresAlone: number;
    /** The same picture to I420, which every frame needs. */
    readonly i420MsPerFrame: number;
    /** Of the plain picture in the same seconds, longer than a tick. */
    readonly plainLateFrames: number;
  };
  readonly seconds: number;
  readonly targets: number;
  readonly viewers: number;
  /** What each viewer was sent. */
  readonly viewerKbps: number;
  readonly overlayFrames: number;
};

export type OutputsOptions = { readonly seconds: number; readonly signal: AbortSignal };

const TARGETS = 8;
const WARM_UP_MS = 4000;
const TICK_MS = 40;

export async function benchOutputs(
  config: Config,
  { seconds, signal }: OutputsOptions,
): Promise<OutputsReport> {
  const log = createLog('silent');
  const avatars = join(config.modelsDir, 'avatars');
  const lut = (await benchLut(avatars)).find(({ method }) => method === 'tetrahedral')!;
  const draw = (await benchDraw(avatars, 50)).find(({ width }) => width === 1280)!;
  const viewers = await benchViewers({ seconds, log, signal });
  const ways = await benchWays(config, { seconds, signal, log });
  const { floors, ...figures } = ways;
  return {
    coresPerTarget: figures.coresPerTarget,
    frameToRtpMs: figures.frameToRtpMs,
    frameToRtmpMs: figures.frameToRtmpMs,
    viewersPerCore: Math.round(viewers.viewersPerCore),
    lutMsPerFrame: lut.opaqueMs,
    overlayLateFrames: figures.overlayLateFrames,
    floors: {
      ...floors,
      workerCoresAlone: viewers.workerCoresAlone,
      i420MsPerFrame: draw.i420Ms.p50,
    },
    ...{ seconds, targets: TARGETS, viewers: viewers.viewers },
    viewerKbps: Math.round(viewers.viewerKbps),
    overlayFrames: figures.overlayFrames,
  };
}

type Run = OutputsOptions & { readonly log: Logger };

/** One encoder, and what comes out of it on each way. */
async function benchWays(config: Config, { seconds, signal, log }: Run) {
  await using scope = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'posecast-bench-'));
  scope.defer(() => rm(folder, { recursive: true, force: true }));
  const openServer = async (name: string): Promise<RtmpServer> => {
    const place = { host: '127.0.0.1', port: await freePort(), storeDir: join(folder, name) };
    const server = await RtmpServer.open({ ...place, log, onStream: () => undefined });
    return scope.adopt(server, (each) => each.close());
  };
  const own = await openServer('own');
  const other = await openServer('other');
  const feeder = await BenchFeeder.open({ ...config, rtmpUrl: own.publishUrl('bench') });
  scope.defer(() => feeder.close());
  await sleep(WARM_UP_MS, signal);

  const cores = async (pids?: readonly number[]): Promise<number> => {
    const before = await ffmpegSeconds(pids);
    await sleep(seconds * 1000, signal);
    return ((await ffmpegSeconds(pids)) - before) / seconds;
  };
  feeder.toRtpMs.length = 0;
  const alone = await cores();
  const frameToRtpMs = spread(feeder.toRtpMs)!.p50;
  const encodeMs = feeder.session.stats().stages['encode']!.p50;

  feeder.push(Array.from({ length: TARGETS }, (_, i) => orderTo(other, `target-${i}`)));
  await sleep(WARM_UP_MS, signal);
  const coresPerTarget = ((await cores()) - alone) / TARGETS;
  feeder.push([]);

  const copy = await FfmpegProcess.open(
    copyCommand(own.playUrl('bench'), other.publishUrl('copy')),
  );
  copy.stdout.resume();
  await sleep(WARM_UP_MS, signal);
  const coresOfACopy = await cores([copy.pid]);
  await copy.close();

  const frameToRtmpMs = await playLatency(own.playUrl('bench'), feeder, { seconds, signal });

  feeder.control.overlay = true;
  feeder.control.pictures = true;
  await sleep(WARM_UP_MS, signal);
  const before = feeder.session.stats();
  feeder.toRtpMs.length = 0;
  await sleep(seconds * 1000, signal);
  const after = feeder.session.stats();
  return {
    ...{ coresPerTarget, frameToRtpMs, frameToRtmpMs },
    overlayFrames: after.overlayFrames - before.overlayFrames,
    overlayLateFrames: after.overlayLateFrames - before.overlayLateFrames,
    floors: {
      ...{ coresOfACopy, encodeMs },
      plainLateFrames: feeder.toRtpMs.filter((ms) => ms > TICK_MS).length,
    },
  };
}

function orderTo(server: RtmpServer, name: string): PushOrder {
  const { origin, pathname, search } = new URL(server.publishUrl(name).replace('rtmp:', 'http:'));
  const url = `${origin.replace('http:', 'rtmp:')}/live`;
  const address = parseRtmpAddress(url, pathname.split('/').at(-1)! + search);
  return { target: TargetId.parse(name), name, address, allowPrivate: true };
}

/** Processor seconds of this process and of every ffmpeg below it, or of some processes alone. */
async function ffmpegSeconds(pids?: readonly number[]): Promise<number> {
  const stats = await readProcesses();
  let ticks = 0;
  for (const pid of pids ?? descendants(stats, process.pid)) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const counts = pids !== undefined || pid === process.pid || /^[^\0]*ffmpeg\0/.test(line);
    if (counts) ticks += stats.get(pid)?.ticks ?? 0;
  }
  return ticks / TICKS_PER_SECOND;
}

const FAST = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-probesize', '32768'];
const QUIET = ['-v', 'error', '-nostdin'];

function copyCommand(from: string, to: string): string[] {
  return [...QUIET, ...FAST, '-i', from, '-c', 'copy', '-f', 'flv', to];
}

/** Median from a drawn frame to the same one decoded by a player that buffers nothing, ms. */
async function playLatency(
  url: string,
  feeder: BenchFeeder,
  { seconds, signal }: OutputsOptions,
): Promise<number> {
  const filter = ['-an', '-vf', `crop=${SIDE}:${SQUARE}:0:0`, '-fps_mode', 'passthrough'];
  const output = ['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const player = await FfmpegProcess.open([...QUIET, ...FAST, '-i', url, ...filter, ...output]);
  const bytes = SIDE * SQUARE;
  const latencies: number[] = [];
  let held = Buffer.alloc(0);
  // The server hands out what it kept since the last key frame first.
  const fromUs = nowUs() + WARM_UP_MS * US_PER_MS;
  player.stdout.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (; held.length >= bytes; held = held.subarray(bytes)) {
      const drawnUs = feeder.drawnUs(readStamp(held));
      if (drawnUs !== undefined && nowUs() > fromUs) {
        latencies.push((nowUs() - drawnUs) / US_PER_MS);
      }
    }
  });
  try {
    await sleep(WARM_UP_MS + seconds * 1000, signal);
  } finally {
    await player.close();
  }
  return spread(latencies)?.p50 ?? Number.NaN;
}

export function formatOutputs(report: OutputsReport): string {
  const { floors } = report;
  const lines: readonly (readonly [string, string, string])[] = [
    [
      'a push target more',
      `${percent(report.coresPerTarget)} of a core`,
      `ffmpeg -c copy alone ${percent(floors.coresOfACopy)}`,
    ],
    ['frame to RTP', ms(report.frameToRtpMs), `the encoder's answer ${ms(floors.encodeMs)}`],
    ['frame to RTMP play', ms(report.frameToRtmpMs), `frame to RTP ${ms(report.frameToRtpMs)}`],
    [
      `viewers a core, ${report.viewerKbps} kb/s`,
      `${report.viewersPerCore}`,
      `mediasoup with none ${percent(floors.workerCoresAlone)} of a core`,
    ],
    ['LUT of 33 on 1280x720', ms(report.lutMsPerFrame), `to I420 ${ms(floors.i420MsPerFrame)}`],
    [
      'overlay 512x512, late frames',
      `${report.overlayLateFrames} of ${report.overlayFrames}`,
      `plain picture ${floors.plainLateFrames}`,
    ],
  ];
  const rows = lines.map(([name, value, floor]) => `${name.padEnd(30)}${value.padEnd(20)}${floor}`);
  const head = `${'output'.padEnd(30)}${'measured'.padEnd(20)}floor in the same run`;
  return [`${report.seconds} s each, medians`, head, ...rows].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
