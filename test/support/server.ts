/** The real server as a child process on free ports and a fresh data folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Longest wait for /readyz; two busy cores start in about 5 s. */
const READY_MS = 60_000;
const POLL_MS = 100;
/** A server that hasn't ended by then is stuck, which is a defect of its own. */
const END_MS = 20_000;

export class TestServer implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #dead: Promise<unknown>;
  readonly dataDir: string;
  #log = '';

  private constructor(parts: { url: string; child: ChildProcess; dataDir: string }) {
    this.url = parts.url;
    this.#child = parts.child;
    this.dataDir = parts.dataDir;
    this.#dead = once(parts.child, 'exit');
    for (const stream of [parts.child.stdout, parts.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    }
  }

  /** Resolves once /readyz says so; `environment` adds to or overrides the settings. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const [port, rtcPort, rtmpPort] = await freePorts(3);
    const dataDir = await mkdtemp(join(tmpdir(), 'posecast-test-'));
    const child = spawn(process.execPath, ['server/main.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        POSECAST_PORT: String(port),
        POSECAST_RTC_PORT: String(rtcPort),
        POSECAST_RTMP_PORT: String(rtmpPort),
        POSECAST_DATA: dataDir,
        ...environment,
      },
    });
    const server = new TestServer({ url: `http://127.0.0.1:${port}`, child, dataDir });
    try {
      await server.#ready();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** What the server has written so far. */
  get log(): string {
    return this.#log;
  }

  /** Ends it as Ctrl-C does and waits for its real end. */
  async stop(): Promise<void> {
    const stuck = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    if (this.#running) this.#child.kill('SIGINT');
    if (this.#running) await this.#dead;
    clearTimeout(stuck);
    await rm(this.dataDir, { recursive: true, force: true });
    if (this.#child.signalCode === 'SIGKILL') {
      throw new Error(`The server did not end within ${END_MS} ms of SIGINT:\n${this.#log}`);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  get #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while (Date.now() < deadline) {
      if (!this.#running) throw new Error(`The server ended before it was ready:\n${this.#log}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await sleep(POLL_MS);
    }
    throw new Error(`The server was not ready within ${READY_MS} ms:\n${this.#log}`);
  }
}

/** Asks the system for ports and gives them back: free for the moment, which is all one can get. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
