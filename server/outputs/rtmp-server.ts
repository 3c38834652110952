/**
 * The RTMP server (node-media-server) as a supervised child process: restarted within a second
 * when it dies, gone when we go. Main thread; owned by the app.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { IngestReport, RtmpChildEvent, RtmpChildOrder } from './rtmp-messages.ts';

const RESTART_MS = 300;
const START_TIMEOUT_MS = 15_000;
const KILL_MS = 2000;
const SIGN_SECONDS = 10 * 365 * 24 * 3600;

export type RtmpServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  readonly log: Logger;
  /** A stream starts or stops being played out, by its path `/live/<key>`. */
  readonly onStream: (path: string, live: boolean) => void;
  /** How what is sent into `ingest/` goes. */
  readonly onIngest?: (report: IngestReport) => void;
};

export class RtmpServer {
  readonly #options: RtmpServerOptions;
  readonly #secret = randomBytes(24).toString('hex');
  readonly #live = new Set<string>();
  /** Publications into `ingest/`, by their feed. */
  readonly #ingests = new Map<string, IngestReport>();
  #hashes: readonly string[] = [];
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: RtmpServerOptions) {
    this.#options = options;
  }

  /** Starts the child and waits until it listens. Throws `port_taken`. */
  static async open(options: RtmpServerOptions): Promise<RtmpServer> {
    const server = new RtmpServer(options);
    try {
      await server.#start();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  isLive(key: string): boolean {
    return this.#live.has(`/live/${key}`);
  }

  /** Where a player finds the stream. */
  playUrl(key: string): string {
    return `${this.#base}/live/${key}`;
  }

  /** Where senders publish, each under its key. */
  get ingestUrl(): string {
    return `${this.#base}/ingest`;
  }

  /** SHA-256 of the keys that let senders in from now on. */
  setIngestKeys(hashes: readonly string[]): void {
    if (hashes.join() === this.#hashes.join()) return;
    this.#hashes = hashes;
    if (this.#child) send(this.#child, { type: 'ingest-keys', hashes });
  }

  /** Where this machine's readers find a publication: without what was before, or from a key frame. */
  feedUrl(kind: 'sound' | 'picture', feed: string): string {
    return `${this.#base}/feed/${kind}-${feed}`;
  }

  get #base(): string {
    const { host, port } = this.#options;
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `rtmp://${shown}:${port}`;
  }

  /** Where our own encoder publishes; carries a signature, so it must never be logged. */
  publishUrl(key: string): string {
    const expires = Math.floor(Date.now() / 1000) + SIGN_SECONDS;
    const digest = createHash('md5').update(`/live/${key}-${expires}-${this.#secret}`);
    return `${this.playUrl(key)}?sign=${expires}-${digest.digest('hex')}`;
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
    await gone;
    clearTimeout(timer);
  }

  #start(): Promise<void> {
    const { host, port, storeDir, log } = this.#options;
    const child = fork(new URL('./rtmp-server-child.ts', import.meta.url), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    send(child, { type: 'settings', host, port, storeDir, secret: this.#secret });
    send(child, { type: 'ingest-keys', hashes: this.#hashes });
    child.once('exit', (code, signal) => {
      this.#forgetStreams();
      if (this.#closing) return;
      log.warn({ code, signal }, 'RTMP server ended; starting it again');
      this.#timer = setTimeout(() => this.#restart(), RESTART_MS);
    });
    return this.#listening(child);
  }

  #restart(): void {
    this.#start().catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'RTMP server does not start');
    });
  }

  #listening(child: ChildProcess): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        reject(
          new AppError(
            'port_taken',
            `RTMP port ${port} on ${host} can't be used (${reason}); ` +
              'set POSECAST_RTMP_PORT to a free one',
          ),
        );
      };
      const timer = setTimeout(() => fail('the server did not answer'), START_TIMEOUT_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        fail('the server ended');
      });
      child.on('message', (event: RtmpChildEvent) => {
        if (event.type === 'listening') {
          clearTimeout(timer);
          resolve();
        } else if (event.type === 'refused') fail(event.reason);
        else if (event.type === 'ingest') this.#ingest(event);
        else this.#setLive(event.path, event.type === 'published');
      });
    });
  }

  #setLive(path: string, live: boolean): void {
    if (live) this.#live.add(path);
    else this.#live.delete(path);
    this.#options.onStream(path, live);
  }

  #ingest(report: IngestReport): void {
    if (report.live) this.#ingests.set(report.feed, report);
    else this.#ingests.delete(report.feed);
    this.#options.onIngest?.(report);
  }

  #forgetStreams(): void {
    for (const path of [...this.#live]) this.#setLive(path, false);
    for (const report of [...this.#ingests.values()]) this.#ingest({ ...report, live: false });
  }
}

/** One that is ending takes no orders any more, and needs none. */
function send(child: ChildProcess, order: RtmpChildOrder): void {
  if (child.connected) child.send(order);
}
