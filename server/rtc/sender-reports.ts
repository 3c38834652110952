/**
 * Sender reports of pictures and sounds, always all in one compound packet and of one instant:
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

export type StreamName = 'video' | 'audio' | 'music' | 'mix' | 'overlay';
type Streams = Readonly<Record<StreamName, ReportedStream>>;

export type SenderReportsOptions = {
  readonly cname: string;
  readonly streams: Streams;
  /** From server time to Unix time, microseconds. */
  readonly unixOffsetUs: number;
  /** Server time of MediaTime 0: one mapping for all streams. */
  readonly offsetUs: () => number;
  readonly send: (compound: Buffer) => void;
};

/** Packets and bytes sent on one stream, counted by who sends them. */
type Sent = { packets: number; bytes: number };

const nothing = (): Sent => ({ packets: 0, bytes: 0 });

export class SenderReports {
  readonly #options: SenderReportsOptions;
  readonly #compound: Buffer;
  readonly #sent: Readonly<Record<StreamName, Sent>> = {
    ...{ video: nothing(), audio: nothing(), music: nothing() },
    ...{ mix: nothing(), overlay: nothing() },
  };
  #timer: NodeJS.Timeout | undefined;
  #fast = 0;
  #closed = false;

  constructor(options: SenderReportsOptions) {
    this.#options = options;
    const count = Object.keys(options.streams).length;
    this.#compound = Buffer.alloc(senderReportsBytes(count, options.cname));
  }

  /** One packet went out; its bytes without header. */
  sent(stream: StreamName, payloadBytes: number): void {
    const sent = this.#sent[stream];
    sent.packets += 1;
    sent.bytes += payloadBytes;
    // Reports from before a stream's first packet are ignored by the media server.
    if (sent.packets === 1) this.restart();
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

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#report(), this.#fast > 0 ? FIRST_EVERY_MS : EVERY_MS);
  }

  #report(): void {
    const { streams, offsetUs, unixOffsetUs, cname } = this.#options;
    const now = nowUs();
    const mediaUs = now - offsetUs();
    const names = Object.keys(streams) as StreamName[];
    const reports = names
      .filter((name) => name === 'video' || this.#sent[name].packets > 0)
      .map((name) => this.#entry(streams[name], this.#sent[name], mediaUs));
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
