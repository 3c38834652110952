/**
 * Takes live poses, checks them, places them in time and hands them to the engine. Whatever is
 * wrong with one is counted and ends here. Main thread; owned by the pipeline.
 */
import { US_PER_MS } from '../core/time.ts';
import { TokenBucket } from '../core/token-bucket.ts';
import { decodePose, MAX_POSE_PACKET_BYTES, type PosePacket } from '../protocol/pose-packet.ts';
import type { InputTap } from './input-tap.ts';
import { PoseClock } from './pose-clock.ts';
import type { LiveSource, PoseWriter } from './pose-ring.ts';

/** Poses a second and at once: a camera has 30 or 60; the rest is more than anybody can see. */
const RATE_PER_SECOND = 90;
const BURST = 45;

export class PoseIn {
  readonly #writer: PoseWriter;
  readonly #offsetUs: () => number;
  readonly #tap: InputTap;
  readonly #bucket = new TokenBucket(RATE_PER_SECOND, BURST);
  readonly #clocks: Readonly<Record<LiveSource, PoseClock>> = {
    webcam: new PoseClock(),
    vmc: new PoseClock(),
  };
  readonly #lastUs: Record<LiveSource, number> = { webcam: -Infinity, vmc: -Infinity };
  /** Handed on; refused (damaged, too large, too many); behind one that was handed on. */
  accepted = 0;
  bad = 0;
  late = 0;

  /** `offsetUs`: server time of MediaTime 0. */
  constructor(writer: PoseWriter, offsetUs: () => number, tap: InputTap) {
    this.#writer = writer;
    this.#offsetUs = offsetUs;
    this.#tap = tap;
  }

  /** One message of the webcam's data channel; `arrivalUs`: server time. */
  receive(message: Uint8Array, arrivalUs: number): void {
    // The cheap tests first: a flood must cost little.
    if (!this.#bucket.take(arrivalUs / US_PER_MS) || message.length > MAX_POSE_PACKET_BYTES) {
      this.bad += 1;
      return;
    }
    const decoded = decodePose(message);
    if (!decoded.ok) {
      this.bad += 1;
      return;
    }
    this.accept(decoded.packet, 'webcam', arrivalUs);
  }

  /** A pose that was checked; its time is microseconds on its sender's clock. */
  accept(packet: PosePacket, source: LiveSource, arrivalUs: number): void {
    const placedUs = this.#clocks[source].place(packet.timeUs, arrivalUs);
    if (placedUs <= this.#lastUs[source]) {
      this.late += 1;
      return;
    }
    this.#lastUs[source] = placedUs;
    this.accepted += 1;
    const offsetUs = this.#offsetUs();
    const timeUs = placedUs - offsetUs;
    this.#writer.write(packet, { source, timeUs, arrivalUs });
    this.#tap.listener?.pose(packet, source, timeUs, arrivalUs - offsetUs);
  }
}
