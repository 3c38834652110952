/**
 * Takes the music's packets, places them in time and hands them on both ways: to the engine, which
 * finds the beat and mixes it into the stream, and to the viewers. Main thread; owned by the pipeline.
 */
import { createMeta, type RecordMeta, type RingWriter } from '../core/slot-ring.ts';
import { nowUs } from '../core/time.ts';
import { opusDurationUs } from '../speech/opus-packet.ts';
import { parseRtp } from '../speech/rtp.ts';
import type { InputTap } from './input-tap.ts';
import { MusicTimeline } from './music-timeline.ts';
import type { VoiceOut } from './voice-out.ts';
import { PACKET_DISCONTINUITY } from './wires.ts';

export type MusicEnds = {
  readonly packets: RingWriter;
  readonly out: VoiceOut;
  /** Server time of MediaTime 0. */
  readonly offsetUs: () => number;
  readonly tap: InputTap;
};

export class MusicIn {
  readonly #timeline = new MusicTimeline();
  readonly #ends: MusicEnds;
  readonly #meta: RecordMeta = createMeta();
  #connected = false;
  badPackets = 0;

  constructor(ends: MusicEnds) {
    this.#ends = ends;
  }

  get connected(): boolean {
    return this.#connected;
  }

  attach(connected: boolean): void {
    this.#timeline.detach();
    this.#connected = connected;
  }

  receive(packet: Uint8Array): void {
    const arrivalUs = nowUs();
    const rtp = parseRtp(packet);
    const durationUs = rtp ? opusDurationUs(rtp.payload) : 0;
    if (!rtp || durationUs === 0) {
      this.badPackets += 1;
      return;
    }
    const heard = { rtpTimestamp: rtp.timestamp, durationUs, arrivalUs };
    const offsetUs = this.#ends.offsetUs();
    const placed = this.#timeline.place(heard, offsetUs);
    const meta = this.#meta;
    meta.timeUs = placed.mediaUs;
    meta.sourceUs = arrivalUs;
    meta.flags = placed.discontinuity ? PACKET_DISCONTINUITY : 0;
    meta.bytes = packet.length;
    if (!this.#ends.packets.push(packet, meta)) {
      this.badPackets += 1;
      return;
    }
    this.#ends.tap.listener?.music(packet, placed.mediaUs, arrivalUs - offsetUs, meta.flags);
    this.#ends.out.push(rtp.payload, placed.mediaUs, placed.discontinuity);
  }
}
