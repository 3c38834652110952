/**
 * Sender reports of pictures, voice and music, always all in one compound packet and of one instant:
 * what ties a viewer's streams to one clock. mediasoup believes them from the third on, so
 * the first ones come quickly. Main thread; owned by the pipeline.
 * RFC 3550 6.4.1; the recipe is measured in DECISIONS.md.
 */
import { nowUs } from '../core/time.ts';
import { senderReportsBytes, writeSenderReports } from '../speech/rtp.ts';

const FIRST_REPORTS = 8;
const FIRST_EVERY_MS = 120;
const EVERY_MS = 500;

export type ReportedStream = {
  readonly ssrc: number;
  readonly rtpBase: number;
  readonly rateHz: number;
};

export type SenderReportsOptions = {
  readonly cname: string;
  readonly video: ReportedStream;
  readonly audio: ReportedStream;
  readonly music: ReportedStream;
  readonly overlay: ReportedStream;
  /** From server time to Unix time, microseconds. */
  readonly unixOffsetUs: number;
  /** Server time of MediaTime 0: one mapping for both streams. */
  readonly offsetUs: () => number;
  readonly send: (compound: Buffer) => void;
};

/** Packets and bytes sent on one stream, counted by who sends them. */
class Sent {
  packets = 0;
  bytes = 0;
}

export class SenderReports {
  readonly #options: SenderReportsOptions;
  readonly #compound: Buffer;
  readonly #video = new Sent();
  readonly #audio = new Sent();
  readonly #music = new Sent();
  readonly #overlay = new Sent();
  #timer: NodeJS.Timeout | undefined;
  #fast = 0;
  #closed = false;

  constructor(options: SenderReportsOptions) {
    this.#options = options;
    this.#compound = Buffer.alloc(senderReportsBytes(4, options.cname));
  }

  videoSent(payloadBytes: number): void {
    this.#count(this.#video, payloadBytes);
  }

  audioSent(payloadBytes: number): void {
    this.#count(this.#audio, payloadBytes);
  }

  musicSent(payloadBytes: number): void {
    this.#count(this.#music, payloadBytes);
  }

  overlaySent(payloadBytes: number): void {
    this.#count(this.#overlay, payloadBytes);
  }

  /** Quick reports again: the media server was replaced and knows nothing yet. */
  restart(): void {
    this.#fast = FIRST_REPORTS;
    this.#arm();
  }

  /** A stream's packets may still come after this; they start nothing any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #count(sent: Sent, payloadBytes: number): void {
    sent.packets += 1;
    sent.bytes += payloadBytes;
    // Reports from before a stream's first packet are ignored by the media server.
    if (sent.packets === 1) this.restart();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#report(), this.#fast > 0 ? FIRST_EVERY_MS : EVERY_MS);
  }

  #report(): void {
    const { video, audio, music, overlay, offsetUs, unixOffsetUs, cname } = this.#options;
    const now = nowUs();
    const mediaUs = now - offsetUs();
    const reports = [this.#entry(video, this.#video, mediaUs)];
    if (this.#audio.packets > 0) reports.push(this.#entry(audio, this.#audio, mediaUs));
    if (this.#music.packets > 0) reports.push(this.#entry(music, this.#music, mediaUs));
    if (this.#overlay.packets > 0) reports.push(this.#entry(overlay, this.#overlay, mediaUs));
    const bytes = writeSenderReports(this.#compound, reports, {
      unixUs: now + unixOffsetUs,
      cname,
    });
    this.#options.send(this.#compound.subarray(0, bytes));
    this.#fast = Math.max(0, this.#fast - 1);
    this.#arm();
  }

  #entry(stream: ReportedStream, sent: Sent, mediaUs: number) {
    const elapsed = Math.round((mediaUs * stream.rateHz) / 1e6);
    return {
      ssrc: stream.ssrc,
      rtpTimestamp: (stream.rtpBase + elapsed) >>> 0,
      packets: sent.packets >>> 0,
      payloadBytes: sent.bytes >>> 0,
    };
  }
}
