/**
 * The UDP door for VMC (VSeeFace, Warudo, VMagicMirror, phones): off unless a port is set, bound to
 * loopback unless told otherwise. One sender drives one session, the one that was chosen last.
 * Main thread; owned by the app.
 */
import { createSocket, type Socket } from 'node:dgram';
import { AppError } from '../core/errors.ts';
import { nowUs } from '../core/time.ts';
import { TokenBucket } from '../core/token-bucket.ts';
import { VmcReader } from '../motion/vmc-reader.ts';
import type { PosePacket } from '../protocol/pose-packet.ts';

/** Some senders spend a datagram on each of 55 bones, 60 times a second. */
const RATE_PER_SECOND = 6000;
const BURST = 3000;
/** A frame's datagrams come together; after the first the others are waited for. */
const GATHER_MS = 4;
const LEAST_GAP_MS = 15;
/** After a silence this long another sender may have taken over. */
const FORGET_MS = 5000;

/** Who takes the poses. */
export interface VmcTarget {
  accept(packet: PosePacket, source: 'vmc', arrivalUs: number): void;
}

export class VmcIn {
  readonly #socket: Socket;
  readonly #reader = new VmcReader();
  readonly #bucket = new TokenBucket(RATE_PER_SECOND, BURST);
  #target: VmcTarget | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sentMs = 0;
  #heardMs = -Infinity;
  #flooded = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (datagram) => this.#receive(datagram));
  }

  /** Throws `port_taken`. */
  static async open(options: { readonly host: string; readonly port: number }): Promise<VmcIn> {
    const { host, port } = options;
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(port, host, resolve);
      });
    } catch (error) {
      socket.close();
      throw new AppError(
        'port_taken',
        `UDP port ${port} on ${host} can't be used for VMC; set POSECAST_VMC_PORT to a free one`,
        error,
      );
    }
    // A datagram that could not be delivered to somebody else is not our affair.
    socket.on('error', () => undefined);
    return new VmcIn(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Messages and datagrams that were refused. */
  get bad(): number {
    return this.#reader.bad + this.#flooded;
  }

  /** Sends the poses to this target from now on; to nobody when undefined. */
  set target(target: VmcTarget | undefined) {
    this.#target = target;
    this.#reader.reset();
  }
  get target(): VmcTarget | undefined {
    return this.#target;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #receive(datagram: Uint8Array): void {
    if (!this.#target) return;
    const nowMs = performance.now();
    if (!this.#bucket.take(nowMs)) {
      this.#flooded += 1;
      return;
    }
    if (nowMs - this.#heardMs > FORGET_MS) this.#reader.reset();
    this.#heardMs = nowMs;
    if (!this.#reader.read(datagram)) return;
    this.#timer ??= setTimeout(
      () => this.#flush(),
      Math.max(GATHER_MS, LEAST_GAP_MS - (nowMs - this.#sentMs)),
    );
  }

  /** VMC has no clock of its own that says when: a pose is of now. */
  #flush(): void {
    this.#timer = undefined;
    this.#sentMs = performance.now();
    const arrivalUs = nowUs();
    this.#target?.accept({ timeUs: arrivalUs, ...this.#reader.packet }, 'vmc', arrivalUs);
  }
}
