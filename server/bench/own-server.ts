/**
 * A Posecast server of the bench's own: a child process on free ports with a fresh data folder,
 * so that its processor time and memory are its alone. Ends with the bench, also on Ctrl-C.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from '../cli/api.ts';
import { ROOT, type Config } from '../config.ts';
import { AppError } from '../core/errors.ts';

const READY_MS = 60_000;
const POLL_MS = 100;
const END_MS = 15_000;

export class OwnServer {
  readonly api: Api;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #dataDir: string;
  #closing: Promise<void> | undefined;

  private constructor(child: ChildProcess, api: Api, dataDir: string) {
    this.#child = child;
    this.api = api;
    this.pid = child.pid!;
    this.#dataDir = dataDir;
  }

  static async open(config: Config, maxSessions = 16): Promise<OwnServer> {
    const [port, rtcPort, rtmpPort] = await freePorts(3);
    const dataDir = await mkdtemp(join(tmpdir(), 'posecast-bench-'));
    // A group of its own: Ctrl-C in the terminal reaches the bench, which ends it in order.
    const child = spawn(process.execPath, [join(ROOT, 'server/main.ts')], {
      stdio: ['ignore', 'ignore', 'ignore'],
      detached: true,
      env: {
        PATH: config.searchPath,
        POSECAST_PORT: String(port),
        POSECAST_RTC_PORT: String(rtcPort),
        POSECAST_RTMP_PORT: String(rtmpPort),
        POSECAST_DATA: dataDir,
        POSECAST_MAX_SESSIONS: String(maxSessions),
        POSECAST_FFMPEG: config.ffmpeg,
        POSECAST_ENCODER: config.encoder,
        POSECAST_LOG: 'silent',
      },
    });
    const host = '127.0.0.1';
    const server = new OwnServer(child, Api.at({ ...config, host, port: port! }), dataDir);
    try {
      await server.#ready();
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  /** Ends it as Ctrl-C does; resolves when it is gone. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while (Date.now() < deadline && this.#running) {
      // Not listening yet: asked again in a moment.
      const answer = await fetch(`${this.api.base}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(POLL_MS);
    }
    throw new AppError('internal', 'The measured server does not start; try `npm start` alone');
  }

  async #stop(): Promise<void> {
    if (this.#running) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGINT');
      const stuck = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
      await gone;
      clearTimeout(stuck);
    }
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  get #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
