/**
 * The way from ffmpeg to a push target, through a loopback port of our own: it adds TLS and the
 * stream key (which so never stands on a command line), holds to the address that was checked,
 * hears what the target answers, and counts what the target's machine has acknowledged. One
 * connection; feeder thread, owned by the push.
 */
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, connect, isIP, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { MuxTarget } from '../encoder-command.ts';
import { KeyInserter, standInFor } from './key-inserter.ts';
import type { PushDoor } from './push-door.ts';
import { resolveAddress, shownAddress, type RtmpAddress } from './rtmp-address.ts';
import { unacknowledged } from './tcp-queue.ts';
import { windowOf } from './tcp-window.ts';

export type PushRelayOptions = {
  readonly address: RtmpAddress;
  readonly allowPrivate: boolean;
};

const CONNECT_MS = 8000;
const REFUSED_WITHIN_MS = 4000;
/** The target's answers come at the beginning; what it sends later is not read. */
const HEARD_BYTES = 16_384;

export class PushRelay implements PushDoor {
  readonly target: MuxTarget;
  readonly #address: RtmpAddress;
  readonly #ip: string;
  readonly #standIn: string;
  readonly #server: Server;
  #near: Socket | undefined;
  #far: Socket | undefined;
  #heard = '';
  #reached = false;
  #accepted = false;
  #acceptedAtMs = -Infinity;
  #problem: string | undefined;

  /** Looks the host up and listens. Throws `bad_request` and `forbidden`. */
  static async open({ address, allowPrivate }: PushRelayOptions): Promise<PushRelay> {
    const ip = await resolveAddress(address, { allowPrivate });
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PushRelay(address, ip, server);
  }

  private constructor(address: RtmpAddress, ip: string, server: Server) {
    this.#address = address;
    this.#ip = ip;
    this.#server = server;
    this.#standIn = standInFor(address.key);
    const { port } = server.address() as AddressInfo;
    this.target = {
      kind: 'rtmp',
      url: `rtmp://127.0.0.1:${port}/`,
      app: address.app,
      stream: this.#standIn,
      shownUrl: shownAddress(address),
    };
    server.on('connection', (socket) => this.#connect(socket));
    server.on('error', () => undefined);
  }

  get accepted(): boolean {
    return this.#accepted;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  async taken(): Promise<number> {
    const far = this.#far;
    if (!far) return 0;
    const waiting = await unacknowledged(far, (path) => readFile(path, 'utf8'));
    return far.bytesWritten - far.writableLength - waiting;
  }

  async room(): Promise<number | undefined> {
    return this.#far && windowOf(this.#far);
  }

  async close(): Promise<void> {
    this.#near?.destroy();
    this.#far?.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #connect(near: Socket): void {
    // ffmpeg comes once; whoever else knocks is not it.
    if (this.#near) {
      near.destroy();
      return;
    }
    this.#near = near;
    const far = this.#openFar();
    this.#far = far;
    const inserter = new KeyInserter(this.#standIn, this.#address.key);
    const ready = this.#address.secure ? 'secureConnect' : 'connect';
    const timer = setTimeout(() => {
      this.#fail(`it did not answer within ${CONNECT_MS / 1000} s`);
    }, CONNECT_MS);
    far.once(ready, () => {
      this.#reached = true;
      clearTimeout(timer);
      near.resume();
    });
    near.on('data', (bytes: Buffer) => {
      if (!far.write(inserter.push(bytes))) near.pause();
    });
    far.on('drain', () => near.resume());
    far.on('data', (bytes: Buffer) => {
      this.#listen(bytes);
      near.write(bytes);
    });
    far.on('error', (error: NodeJS.ErrnoException) => this.#fail(error.code ?? error.message));
    near.on('error', () => undefined);
    near.once('close', () => far.end());
    far.once('close', () => {
      clearTimeout(timer);
      this.#problem ??= this.#whyEnded();
      near.destroy();
    });
  }

  #openFar(): Socket {
    const { host, port, secure } = this.#address;
    const to = { host: this.#ip, port, noDelay: true };
    if (!secure) return connect(to);
    return connectTls({ ...to, ...(isIP(host) ? {} : { servername: host }) });
  }

  /** Reads the codes in the target's answers (AMF strings are plain text). */
  #listen(bytes: Buffer): void {
    if (this.#accepted || this.#heard.length > HEARD_BYTES) return;
    this.#heard += bytes.toString('latin1', 0, HEARD_BYTES);
    if (this.#heard.includes('NetStream.Publish.Start')) {
      this.#accepted = true;
      this.#acceptedAtMs = performance.now();
      this.#heard = '';
      return;
    }
    const refusal = REFUSALS.find(({ code }) => this.#heard.includes(code));
    if (refusal) this.#problem ??= `${refusal.sentence} (${refusal.code})`;
  }

  #fail(reason: string): void {
    this.#problem ??= this.#reached
      ? this.#whyEnded(reason)
      : `${this.#address.host} can't be reached: ${reason}`;
    this.#far?.destroy();
    this.#near?.destroy();
  }

  /** Some services say yes to every key and hang up on the wrong ones. */
  #whyEnded(reason = 'it was closed'): string {
    const soon = performance.now() - this.#acceptedAtMs < REFUSED_WITHIN_MS;
    if (!this.#accepted || soon) return HUNG_UP;
    return `The target's connection broke (${reason})`;
  }
}

const HUNG_UP =
  'The target closed the connection at once: is the stream key right, and not in use?';

const REFUSALS = [
  {
    code: 'NetStream.Publish.BadName',
    sentence: 'The target refuses this stream key, or it is in use',
  },
  { code: 'NetStream.Publish.Denied', sentence: 'The target refuses this stream key' },
  { code: 'NetStream.Publish.Rejected', sentence: 'The target refuses this stream' },
  { code: 'NetConnection.Connect.Rejected', sentence: 'The target refuses the connection' },
  { code: 'NetConnection.Connect.InvalidApp', sentence: 'The target has no such application' },
  { code: 'NetConnection.Connect.Failed', sentence: 'The target refuses the connection' },
] as const;
