/**
 * Takes the microphone's packets, places them in time and hands them on both ways: to the engine
 * at once and to the viewers a little later. Main thread; owned by the pipeline.
 */
import { createMeta, type RecordMeta, type RingWriter } from '../core/slot-ring.ts';
import { nowUs } from '../core/time.ts';
import { opusDurationUs } from '../speech/opus-packet.ts';
import { parseRtp } from '../speech/rtp.ts';
import type { AudioTimeline } from './audio-timeline.ts';
import type { InputTap } from './input-tap.ts';
import { PACKET_DISCONTINUITY, type Control } from './wires.ts';

/** Hears each good packet: the whole RTP packet, valid during the call, its first sample's MediaTime. */
export type VoiceListener = (rtp: Uint8Array, timeUs: number, restart: boolean) => void;

/** Who sends the voice on to viewers. */
export interface VoiceSink {
  push(payload: Uint8Array, mediaUs: number, discontinuity: boolean): void;
}

export class MicrophoneIn {
  readonly #timeline: AudioTimeline;
  readonly #voice: VoiceSink;
  readonly #control: Control;
  readonly #packets: RingWriter;
  readonly #tap: InputTap;
  readonly #meta: RecordMeta = createMeta();
  badPackets = 0;
  /** Captions, where they are on. */
  listener: VoiceListener | undefined;

  constructor(
    timeline: AudioTimeline,
    voice: VoiceSink,
    ends: { readonly control: Control; readonly packets: RingWriter; readonly tap: InputTap },
  ) {
    this.#timeline = timeline;
    this.#voice = voice;
    this.#control = ends.control;
    this.#packets = ends.packets;
    this.#tap = ends.tap;
  }

  attach(connected: boolean): void {
    this.#timeline.detach();
    this.#control.microphone = connected;
  }

  receive(packet: Uint8Array): void {
    const arrivalUs = nowUs();
    const rtp = parseRtp(packet);
    const durationUs = rtp ? opusDurationUs(rtp.payload) : 0;
    if (!rtp || durationUs === 0) {
      this.badPackets += 1;
      return;
    }
    const placed = this.#timeline.place(rtp.timestamp, durationUs, arrivalUs);
    this.#control.offsetUs = this.#timeline.offsetUs;
    const meta = this.#meta;
    meta.timeUs = placed.mediaUs;
    meta.sourceUs = arrivalUs;
    meta.flags = placed.discontinuity ? PACKET_DISCONTINUITY : 0;
    meta.bytes = packet.length;
    if (!this.#packets.push(packet, meta)) {
      this.badPackets += 1;
      return;
    }
    const heardUs = arrivalUs - this.#timeline.offsetUs;
    this.#tap.listener?.packet(packet, placed.mediaUs, heardUs, meta.flags);
    this.listener?.(packet, placed.mediaUs, placed.discontinuity);
    this.#voice.push(rtp.payload, placed.mediaUs, placed.discontinuity);
  }
}
