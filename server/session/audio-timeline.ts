/**
 * Places the microphone's packets on the session's MediaTime and keeps `offsetUs`, the server
 * time at which MediaTime 0 happens. Pure: arrival times come from outside. One per session, on
 * the main thread.
 *
 * MediaTime *is* the audio timeline: within one anchor, packets keep their RTP distances. Senders by
 * RTMP count in milliseconds, so theirs come out some samples short or long; each would be a click in
 * what is heard. A packet that is that near to continuing the ones before continues them exactly.
 * Clock drift between microphone and server goes into the offset (slewed, so the picture's ticks
 * stretch with it); a step of the microphone's timeline (device change, long pause) re-anchors,
 * since slewing away a step would take minutes. Sender reports use the same offset for both
 * streams, so viewers stay in sync through all of this.
 */
import { mediaTime } from '../core/time.ts';
import type { MediaTime } from '../protocol/ids.ts';

const RTP_RATE_HZ = 48_000;
/** Nearer than this, a timestamp was rounded: 2 ms, twice what FLV's milliseconds can do. */
const ROUNDED_SAMPLES = 96;
const GRID_US = 20_000;
/** After an anchor, an earlier packet moves the offset at once: the first one may be delayed. */
const SETTLE_US = 1_000_000;
/** A whole window of packets later than this is a step of the sender's timeline. */
const STEP_US = 100_000;
/** Earlier than this can't be network jitter: the sender's timeline jumped ahead. */
const AHEAD_US = -200_000;
const WINDOW_US = 1_000_000;
/** Largest drift that is followed, as a fraction of time; real clocks stay under 200 ppm. */
const SLEW = 0.0005;

export type PlacedPacket = {
  /** MediaTime of the packet's first sample. */
  mediaUs: MediaTime;
  /** How much later than the fastest packets it came, microseconds; >= 0 but for drift. */
  latenessUs: number;
  /** The packet does not continue the one before: decoders start anew. */
  discontinuity: boolean;
};

export class AudioTimeline {
  #offsetUs: number;
  #anchorUs: number | undefined;
  #lastTimestamp = 0;
  #unwrapped = 0;
  /** Where the newest packet was put, in samples of its sender's timeline. */
  #sample = 0;
  #settleUntilUs = 0;
  #windowEndUs = 0;
  #windowMinUs = Infinity;
  #endUs = 0;
  #reanchors = 0;
  readonly #placed: PlacedPacket = {
    mediaUs: mediaTime(0),
    latenessUs: 0,
    discontinuity: false,
  };

  /** `epochUs`: server time that becomes MediaTime 0. */
  constructor(epochUs: number) {
    this.#offsetUs = epochUs;
  }

  get offsetUs(): number {
    return this.#offsetUs;
  }

  get reanchors(): number {
    return this.#reanchors;
  }

  /** Forgets the microphone: the next packet starts a new anchor. */
  detach(): void {
    this.#anchorUs = undefined;
  }

  /**
   * Places one packet. `rtpTimestamp` is the 32-bit RTP timestamp at 48 kHz, `durationUs` the
   * length of its audio, `arrivalUs` server time. The result is reused by the next call.
   */
  place(rtpTimestamp: number, durationUs: number, arrivalUs: number): Readonly<PlacedPacket> {
    this.#unwrap(rtpTimestamp);
    this.#straighten(Math.round((durationUs * RTP_RATE_HZ) / 1_000_000));
    const placed = this.#placed;
    placed.discontinuity = false;
    if (this.#anchorUs === undefined) this.#anchor(durationUs, arrivalUs);
    let late = this.#lateness(durationUs, arrivalUs);
    if (late < AHEAD_US || this.#steppedBack(late, arrivalUs)) {
      this.#anchor(durationUs, arrivalUs);
      late = this.#lateness(durationUs, arrivalUs);
    }
    this.#follow(late, arrivalUs);
    placed.latenessUs = late;
    placed.mediaUs = mediaTime(this.#rtpUs() + this.#anchorUs!);
    this.#endUs = Math.max(this.#endUs, placed.mediaUs + durationUs);
    return placed;
  }

  #rtpUs(): number {
    return (this.#sample * 1_000_000) / RTP_RATE_HZ;
  }

  #unwrap(rtpTimestamp: number): void {
    this.#unwrapped += (rtpTimestamp - this.#lastTimestamp) | 0;
    this.#lastTimestamp = rtpTimestamp;
  }

  /** Whole packets away from the last one, lost and reordered ones included, if it is nearly so. */
  #straighten(packetSamples: number): void {
    const packets = Math.round((this.#unwrapped - this.#sample) / packetSamples);
    const continued = this.#sample + packets * packetSamples;
    const rounded = Math.abs(this.#unwrapped - continued) <= ROUNDED_SAMPLES;
    this.#sample = rounded ? continued : this.#unwrapped;
  }

  /** Puts the packet's end at `arrivalUs`, on the 20 ms grid so that packets end with ticks. */
  #anchor(durationUs: number, arrivalUs: number): void {
    const endUs = Math.round((arrivalUs - this.#offsetUs) / GRID_US) * GRID_US;
    const startUs = Math.max(endUs - durationUs, Math.ceil(this.#endUs / GRID_US) * GRID_US);
    this.#anchorUs = startUs - this.#rtpUs();
    this.#offsetUs += this.#clampToGrid(arrivalUs - this.#offsetUs - startUs - durationUs);
    this.#settleUntilUs = arrivalUs + SETTLE_US;
    this.#startWindow(arrivalUs);
    this.#reanchors += 1;
    this.#placed.discontinuity = true;
  }

  #clampToGrid(us: number): number {
    return Math.max(-GRID_US, Math.min(GRID_US, us));
  }

  #lateness(durationUs: number, arrivalUs: number): number {
    return arrivalUs - this.#offsetUs - (this.#rtpUs() + this.#anchorUs! + durationUs);
  }

  /** True when every packet of the last window was late by more than a step. */
  #steppedBack(late: number, arrivalUs: number): boolean {
    if (late < STEP_US) return false;
    return arrivalUs >= this.#windowEndUs && Math.min(this.#windowMinUs, late) > STEP_US;
  }

  #follow(late: number, arrivalUs: number): void {
    if (late < 0 && arrivalUs < this.#settleUntilUs) {
      this.#offsetUs += late;
      return;
    }
    this.#windowMinUs = Math.min(this.#windowMinUs, late);
    if (arrivalUs < this.#windowEndUs) return;
    const most = SLEW * WINDOW_US;
    this.#offsetUs += Math.max(-most, Math.min(most, this.#windowMinUs));
    this.#startWindow(arrivalUs);
  }

  #startWindow(arrivalUs: number): void {
    this.#windowEndUs = arrivalUs + WINDOW_US;
    this.#windowMinUs = Infinity;
  }
}
