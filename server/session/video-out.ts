/**
 * Hands the feeder's RTP packets to the room, evenly, and measures the picture's latency. Main
 * thread; owned by the pipeline.
 */
import { setTimeout } from 'node:timers/promises';
import { Durations } from '../core/percentiles.ts';
import { createMeta, RingReader, type SharedRing } from '../core/slot-ring.ts';
import { nowUs, US_PER_MS } from '../core/time.ts';
import { EvenPace } from './even-pace.ts';
import { STANDS_IN, VIDEO_RTP_RING, type Control } from './wires.ts';

/** A timer fires up to a millisecond late. */
const TIMER_MS = 0.5;

export class VideoOut {
  /** MediaTime to the last packet of a frame sent, ms. */
  readonly latency = new Durations();
  /** The last two seconds: what the voice's delay follows. */
  readonly recentLatency = new Durations(50);
  readonly send = new Durations();
  readonly #reader: RingReader;
  readonly #control: Control;
  readonly #sendPacket: (packet: Buffer) => void;
  readonly #packet = Buffer.alloc(VIDEO_RTP_RING.slotBytes);
  readonly #meta = createMeta();
  readonly #done: Promise<void>;
  readonly #pace = new EvenPace();
  /** Of the frame whose packets are being sent. */
  #frameUs = -Infinity;
  #closed = false;

  constructor(ring: SharedRing, control: Control, send: (packet: Buffer) => void) {
    this.#reader = new RingReader(ring);
    this.#control = control;
    this.#sendPacket = send;
    this.#done = this.#pump();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#done;
  }

  async #pump(): Promise<void> {
    while (!this.#closed) {
      await this.#reader.wait(100);
      while (this.#reader.read(this.#packet, this.#meta)) {
        if (this.#meta.timeUs !== this.#frameUs) await this.#beginFrame();
        this.#forward();
      }
    }
  }

  async #beginFrame(): Promise<void> {
    this.#frameUs = this.#meta.timeUs;
    if (this.#meta.flags === STANDS_IN) return;
    const waitMs = this.#pace.next(this.#latencyMs()) - TIMER_MS;
    if (waitMs > 0) await setTimeout(waitMs);
  }

  #latencyMs(): number {
    return (nowUs() - this.#control.offsetUs - this.#meta.timeUs) / US_PER_MS;
  }

  #forward(): void {
    this.#sendPacket(this.#packet.subarray(0, this.#meta.bytes));
    const lastOfFrame = (this.#packet[1]! & 0x80) !== 0;
    if (!lastOfFrame || this.#meta.flags === STANDS_IN) return;
    const now = nowUs();
    this.send.add((now - this.#meta.sourceUs) / US_PER_MS);
    const latencyMs = (now - this.#control.offsetUs - this.#meta.timeUs) / US_PER_MS;
    this.latency.add(latencyMs);
    this.recentLatency.add(latencyMs);
  }
}
