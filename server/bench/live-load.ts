/**
 * The part of `posecast bench live` without a browser: sessions driven by a file through their
 * loopback ports, to see what one costs and how many run at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import { opusFromFileCommand } from '../outputs/ingest-command.ts';
import type { SessionSnapshot, SessionStats } from '../protocol/index.ts';
import type { LoopbackInput } from '../rtc/loopback.ts';
import type { LoadStep } from './live-types.ts';
import { OwnServer } from './own-server.ts';
import { coresBetween, sampleTree, type TreeSample } from './process-tree.ts';
import { sleep } from './sleep.ts';

export type LoadRun = {
  readonly coresPerSession: Readonly<Record<string, number>>;
  readonly maxSessions: number;
  readonly load: readonly LoadStep[];
  readonly rssPerSessionMb: number;
};

const SIZES = [
  { width: 512, height: 512 },
  { width: 1280, height: 720 },
] as const;
const MOST_SESSIONS = 6;
const SETTLE_MS = 5000;
const MEASURE_MS = 10_000;

type Options = {
  readonly config: Config;
  readonly audio: string;
  readonly signal: AbortSignal;
};

export async function measureLoad(options: Options): Promise<LoadRun> {
  await using server = await OwnServer.open(options.config);
  await sleep(SETTLE_MS, options.signal);
  const idle = await watchTree(server, options.signal);
  const coresPerSession: Record<string, number> = {};
  for (const size of SIZES) {
    await using session = await DrivenSession.open(server, options, size);
    await sleep(SETTLE_MS, options.signal);
    const { cores } = await watchTree(server, options.signal);
    coresPerSession[`${session.width}x${session.height}`] = cores - idle.cores;
  }
  const load = await climb(server, options);
  const clean = load.findIndex(({ lateFrames }) => lateFrames > 0);
  const [first, last] = [load[0]!, load.at(-1)!];
  return {
    coresPerSession,
    maxSessions: clean === -1 ? load.length : clean,
    load,
    rssPerSessionMb:
      load.length > 1
        ? (last.rssMb - first.rssMb) / (last.sessions - first.sessions)
        : first.rssMb - idle.rssMb,
  };
}

/** One session more at each step, until frames are late in two steps one after the other. */
async function climb(server: OwnServer, options: Options): Promise<LoadStep[]> {
  await using scope = new AsyncDisposableStack();
  const sessions: DrivenSession[] = [];
  const steps: LoadStep[] = [];
  while (sessions.length < MOST_SESSIONS) {
    sessions.push(scope.use(await DrivenSession.open(server, options, SIZES[0])));
    await sleep(SETTLE_MS, options.signal);
    const before = await lateFrames(sessions);
    const { cores, rssMb } = await watchTree(server, options.signal);
    const late = (await lateFrames(sessions)) - before;
    steps.push({ sessions: sessions.length, lateFrames: late, cpuCores: cores, rssMb });
    if (late > 0 && (steps.at(-2)?.lateFrames ?? 0) > 0) break;
  }
  return steps;
}

async function lateFrames(sessions: readonly DrivenSession[]): Promise<number> {
  const stats = await Promise.all(sessions.map((session) => session.stats()));
  return stats.reduce((sum, { lateFrames, droppedFrames }) => sum + lateFrames + droppedFrames, 0);
}

async function watchTree(
  server: OwnServer,
  signal: AbortSignal,
): Promise<{ readonly cores: number; readonly rssMb: number }> {
  const before: TreeSample = await sampleTree(server.pid);
  await sleep(MEASURE_MS, signal);
  const after = await sampleTree(server.pid);
  return { cores: coresBetween(before, after), rssMb: after.rssMb };
}

/** A session and the ffmpeg that speaks into it. */
class DrivenSession implements AsyncDisposable {
  readonly width: number;
  readonly height: number;
  readonly #server: OwnServer;
  readonly #id: string;
  readonly #player: FfmpegProcess;

  private constructor(server: OwnServer, snapshot: SessionSnapshot, player: FfmpegProcess) {
    this.#server = server;
    this.#id = snapshot.id;
    this.#player = player;
    this.width = snapshot.width;
    this.height = snapshot.height;
  }

  static async open(
    server: OwnServer,
    { config, audio }: Options,
    size: { readonly width: number; readonly height: number },
  ): Promise<DrivenSession> {
    const snapshot = await server.api.call<SessionSnapshot>('POST', '/sessions', size);
    const input = await server.api.call<LoopbackInput>(
      'POST',
      `/sessions/${snapshot.id}/loopback-input`,
    );
    const { port: rtpPort, rtcpPort, payloadType, ssrc } = input;
    const command = opusFromFileCommand({ path: audio, rtpPort, rtcpPort, payloadType, ssrc });
    const player = await FfmpegProcess.open(command, config.ffmpeg);
    player.stdout.resume();
    // Sessions that start at the same phase of the tick would all draw at once.
    await delay(13);
    return new DrivenSession(server, snapshot, player);
  }

  stats(): Promise<SessionStats> {
    return this.#server.api.call<SessionStats>('GET', `/sessions/${this.#id}/stats`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#player.close();
    // The server may be ending already, and the session with it.
    await this.#server.api.call('DELETE', `/sessions/${this.#id}`).catch(() => undefined);
  }
}
