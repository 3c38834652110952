/**
 * Access units as RTP packets, stamped with MediaTime, into the ring to the main thread. Feeder
 * thread; one per picture that goes out by RTP, owned by whoever has its encoder.
 */
import { createMeta, RingWriter, type SharedRing } from '../core/slot-ring.ts';
import { nowUs } from '../core/time.ts';
import { STANDS_IN, VIDEO_RTP_RING, type FeederSessionOptions } from '../session/wires.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../speech/rtp.ts';
import type { EncodedFrame } from './encoder.ts';
import { H264Packetizer, type AvcConfig } from './h264.ts';

export type RtpOutOptions = {
  readonly ring: SharedRing;
  readonly stream: FeederSessionOptions['video'];
  /** Gives the number of the next packet; it outlives the feeder thread. */
  readonly takeSequence: () => number;
};

export class RtpOut {
  readonly #options: RtpOutOptions;
  readonly #packets: RingWriter;
  readonly #packetizer = new H264Packetizer();
  readonly #packet = new Uint8Array(VIDEO_RTP_RING.slotBytes);
  readonly #meta = createMeta();

  constructor(options: RtpOutOptions) {
    this.#options = options;
    this.#packets = new RingWriter(options.ring);
  }

  setParameterSets(config: AvcConfig): void {
    this.#packetizer.setParameterSets(config);
  }

  /** Returns the bytes of its payloads. */
  send({ timeUs, sourceUs, nalus }: EncodedFrame): number {
    const { stream, takeSequence } = this.#options;
    const { ssrc, payloadType, rtpBase } = stream;
    const timestamp = (rtpBase + Math.round(timeUs * 0.09)) >>> 0;
    const meta = this.#meta;
    meta.timeUs = timeUs;
    meta.sourceUs = nowUs();
    meta.flags = sourceUs === 0 ? STANDS_IN : 0;
    let sent = 0;
    this.#packetizer.packetize(nalus, this.#packet, RTP_HEADER_BYTES, (payloadBytes, marker) => {
      const sequence = takeSequence();
      writeRtpHeader(this.#packet, { payloadType, marker, sequence, timestamp, ssrc });
      meta.bytes = RTP_HEADER_BYTES + payloadBytes;
      sent += payloadBytes;
      this.#packets.push(this.#packet.subarray(0, meta.bytes), meta);
    });
    return sent;
  }
}
