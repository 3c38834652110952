/**
 * Places the music's packets on the session's MediaTime, which is the microphone's: each comes a
 * fixed delay after it arrived, so that the network's jitter doesn't reach the sound. Packets keep
 * their RTP distances until the two clocks have drifted apart, or the sender's timeline steps; then
 * they are anchored anew. Pure: arrival times come from outside. One per session, on the main thread.
 */
import { mediaTime } from '../core/time.ts';
import { wrappedDistance } from '../speech/rtp.ts';
import type { PlacedPacket } from './audio-timeline.ts';

/** Music lies this much later on MediaTime than it arrived; no lips have to match it. */
export const MUSIC_DELAY_US = 60_000;
const RTP_RATE_HZ = 48_000;
const WINDOW_US = 2_000_000;
/** A whole window of packets later than this eats up the delay. */
const LATE_US = 35_000;
/** A whole window of packets earlier than this: they wait for nothing. */
const EARLY_US = -150_000;
/** One packet this far off is a step of the sender's timeline, not jitter. */
const STEP_US = 500_000;
/** Anchors lie on whole milliseconds: 48 samples. */
const GRID_US = 1000;

export type MusicPacket = {
  /** 32 bits, 48 kHz. */
  readonly rtpTimestamp: number;
  readonly durationUs: number;
  /** Server time. */
  readonly arrivalUs: number;
};

export class MusicTimeline {
  #anchorUs: number | undefined;
  #lastTimestamp = 0;
  #unwrapped = 0;
  #windowEndUs = 0;
  #windowMinUs = Infinity;
  #anchors = 0;
  readonly #placed: PlacedPacket = {
    mediaUs: mediaTime(0),
    latenessUs: 0,
    discontinuity: false,
  };

  /** How often packets were placed anew. */
  get anchors(): number {
    return this.#anchors;
  }

  /** Forgets the sender: the next packet starts a new anchor. */
  detach(): void {
    this.#anchorUs = undefined;
  }

  /** `offsetUs`: server time of MediaTime 0. The result is reused by the next call. */
  place(packet: MusicPacket, offsetUs: number): Readonly<PlacedPacket> {
    this.#unwrapped += wrappedDistance(this.#lastTimestamp, packet.rtpTimestamp, 32);
    this.#lastTimestamp = packet.rtpTimestamp;
    const placed = this.#placed;
    placed.discontinuity = false;
    let late = this.#lateness(packet, offsetUs);
    if (this.#anchorUs === undefined || this.#isOff(late, packet.arrivalUs)) {
      this.#anchor(packet, offsetUs);
      late = this.#lateness(packet, offsetUs);
    }
    this.#windowMinUs = Math.min(this.#windowMinUs, late);
    placed.latenessUs = late;
    placed.mediaUs = mediaTime(this.#rtpUs() + this.#anchorUs!);
    return placed;
  }

  #rtpUs(): number {
    return (this.#unwrapped * 1_000_000) / RTP_RATE_HZ;
  }

  /** 0 for a packet that comes exactly MUSIC_DELAY_US before the end of its place. */
  #lateness({ durationUs, arrivalUs }: MusicPacket, offsetUs: number): number {
    const endUs = this.#rtpUs() + (this.#anchorUs ?? 0) + durationUs;
    return arrivalUs - offsetUs + MUSIC_DELAY_US - endUs;
  }

  #isOff(late: number, arrivalUs: number): boolean {
    if (Math.abs(late) > STEP_US) return true;
    if (arrivalUs < this.#windowEndUs) return false;
    const least = Math.min(this.#windowMinUs, late);
    this.#startWindow(arrivalUs);
    return least > LATE_US || least < EARLY_US;
  }

  #anchor({ durationUs, arrivalUs }: MusicPacket, offsetUs: number): void {
    const startUs = arrivalUs - offsetUs - durationUs + MUSIC_DELAY_US;
    this.#anchorUs = Math.round((startUs - this.#rtpUs()) / GRID_US) * GRID_US;
    // What was counted up to here belongs to the anchor before.
    this.#startWindow(arrivalUs);
    this.#anchors += 1;
    this.#placed.discontinuity = true;
  }

  #startWindow(arrivalUs: number): void {
    this.#windowEndUs = arrivalUs + WINDOW_US;
    this.#windowMinUs = Infinity;
  }
}
