/**
 * Hands the feeder's RTP packets to the room, evenly, and measures the picture's latency. Main
 * thread; owned by the pipeline.
 *
 * Drawing and encoding take now 10 and now 30 ms. A browser that sees frames come unevenly buffers
 * for the worst of them and a good deal more; so a frame that is ready early waits here until
 * nine in ten others are, and leaves at MediaTime + that.
 */
import { setTimeout } from 'node:timers/promises';
import { Durations } from '../core/percentiles.ts';
import { createMeta, RingReader, type SharedRing } from '../core/slot-ring.ts';
import { nowUs, US_PER_MS } from '../core/time.ts';
import { VIDEO_RTP_RING, type Control } from './wires.ts';

/** Percentile of the latencies that frames are evened out to. */
const EVEN_PERCENT = 90;
/** What the slowest tenth may cost the others at most, ms. */
const MOST_WAIT_MS = 40;
const UPDATE_EVERY_FRAMES = 25;
/** Frames of the start, while the encoder opens, say nothing about the others. */
const START_FRAMES = 50;

export class VideoOut {
  /** MediaTime to the last packet sent, ms. */
  readonly latency = new Durations();
  /** MediaTime to the last packet ready, ms. */
  readonly #ready = new Durations();
  /** The last two seconds: what the voice's delay follows. */
  readonly recentLatency = new Durations(50);
  readonly send = new Durations();
  readonly #reader: RingReader;
  readonly #control: Control;
  readonly #sendPacket: (packet: Buffer) => void;
  readonly #packet = Buffer.alloc(VIDEO_RTP_RING.slotBytes);
  readonly #meta = createMeta();
  readonly #done: Promise<void>;
  /** Of the frame whose packets are being sent. */
  #frameUs = -Infinity;
  #evenMs = 0;
  #frames = 0;
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
        if (this.#meta.timeUs !== this.#frameUs) await this.#begin();
        this.#forward();
      }
    }
  }

  /** A new frame: waits until it is its time. */
  async #begin(): Promise<void> {
    this.#frameUs = this.#meta.timeUs;
    this.#frames += 1;
    const readyMs = this.#latencyMs();
    if (this.#frames > START_FRAMES) this.#ready.add(readyMs);
    if (this.#ready.count > 0 && this.#frames % UPDATE_EVERY_FRAMES === 0) {
      const usual = this.#ready.percentile(50);
      this.#evenMs = Math.min(this.#ready.percentile(EVEN_PERCENT), usual + MOST_WAIT_MS);
    }
    // A timer fires up to a millisecond late.
    const waitMs = this.#evenMs - readyMs - 0.5;
    if (waitMs >= 1) await setTimeout(waitMs);
  }

  #latencyMs(): number {
    return (nowUs() - this.#control.offsetUs - this.#meta.timeUs) / US_PER_MS;
  }

  #forward(): void {
    this.#sendPacket(this.#packet.subarray(0, this.#meta.bytes));
    const lastOfFrame = (this.#packet[1]! & 0x80) !== 0;
    if (!lastOfFrame) return;
    const now = nowUs();
    this.send.add((now - this.#meta.sourceUs) / US_PER_MS);
    const latencyMs = (now - this.#control.offsetUs - this.#meta.timeUs) / US_PER_MS;
    this.latency.add(latencyMs);
    this.recentLatency.add(latencyMs);
  }
}
