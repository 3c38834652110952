/** Push targets to test against: a real RTMP server, and a way to it that can be spoilt. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../server/core/log.ts';
import { RtmpServer } from '../../server/outputs/rtmp-server.ts';
import { freePorts } from './server.ts';

/** Takes only streams whose key carries its signature. */
export class RtmpTarget implements AsyncDisposable {
  readonly port: number;
  readonly #server: RtmpServer;
  readonly #folder: string;

  private constructor(port: number, server: RtmpServer, folder: string) {
    this.port = port;
    this.#server = server;
    this.#folder = folder;
  }

  static async open(port?: number): Promise<RtmpTarget> {
    const folder = await mkdtemp(join(tmpdir(), 'posecast-target-'));
    const chosen = port ?? (await freePorts(1))[0]!;
    const server = await RtmpServer.open({
      ...{ host: '127.0.0.1', port: chosen, storeDir: folder },
      log: createLog('silent'),
      onStream: () => undefined,
    });
    return new RtmpTarget(chosen, server, folder);
  }

  /** The key it takes for a stream of this name, signature and all. */
  key(name: string): string {
    return new URL(this.#server.publishUrl(name)).pathname.split('/').at(-1)! + this.#sign(name);
  }

  isLive(name: string): boolean {
    return this.#server.isLive(name);
  }

  playUrl(name: string): string {
    return this.#server.playUrl(name);
  }

  async close(): Promise<void> {
    await this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #sign(name: string): string {
    return new URL(this.#server.publishUrl(name)).search;
  }
}

/** A TCP way to a port that can be made to stop reading, or to reset. */
export class SpoiltWay implements AsyncDisposable {
  /** Bytes after which a connection is read no further. */
  deafAfter = Infinity;
  /** Reads no faster than this. */
  bytesPerSecond = Infinity;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `to`: where it leads; nowhere when absent: it only takes connections. */
  static async open(to?: number): Promise<SpoiltWay> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const way = new SpoiltWay(server);
    server.on('connection', (socket) => way.#take(socket, to));
    return way;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection, with a reset. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take(near: Socket, to: number | undefined): void {
    this.#hold(near);
    if (to === undefined) {
      near.pause();
      return;
    }
    const far = connect(to, '127.0.0.1');
    this.#hold(far);
    let taken = 0;
    near.on('data', (bytes: Buffer) => {
      taken += bytes.length;
      far.write(bytes);
      if (taken > this.deafAfter) near.pause();
      else if (this.bytesPerSecond < Infinity) {
        near.pause();
        setTimeout(() => near.resume(), (bytes.length * 1000) / this.bytesPerSecond);
      }
    });
    far.on('data', (bytes: Buffer) => near.write(bytes));
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
