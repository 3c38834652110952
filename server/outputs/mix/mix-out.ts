/**
 * Voice and music in one Opus stream, for viewers who have room for one sound: the same mix that
 * RTMP gets, coded only while there is music and such a viewer. Feeder thread; owned by the feeder
 * session.
 */
import { createMeta, RingWriter, type SharedRing } from '../../core/slot-ring.ts';
import { nowUs, TICK_US } from '../../core/time.ts';
import { backoffMs } from '../backoff.ts';
import { FfmpegProcess } from '../ffmpeg-process.ts';
import { build, QUIET } from '../ffmpeg.ts';
import { OggReader } from './ogg-reader.ts';

export type MixOutOptions = { readonly ring: SharedRing; readonly ffmpeg: string };

const PACKET_US = 20_000;
const HEADERS = 2;
/** Ticks inside the encoder; more means that it doesn't keep up. */
const MOST_PENDING = 25;
/** Where OpusHead says how many samples come before the first. RFC 7845, 5.1 */
const PRE_SKIP_AT = 10;

/** Mono 16-bit PCM at 48 kHz on stdin, Opus in Ogg on stdout, a packet of 20 ms a page. */
export function mixCommand(): string[] {
  const raw = ['-f', 's16le', '-ar', '48000', '-ac', '1', '-protocol_whitelist', 'pipe'];
  return build(
    [...QUIET, '-probesize', '32', '-analyzeduration', '0', ...raw],
    'pipe:0',
    [
      ...['-c:a', 'libopus', '-b:a', '96k', '-application', 'audio', '-frame_duration', '20'],
      ...['-f', 'ogg', '-page_duration', String(PACKET_US), '-flush_packets', '1'],
    ],
    'pipe:1',
  );
}

export class MixOut {
  readonly #options: MixOutOptions;
  readonly #packets: RingWriter;
  readonly #meta = createMeta();
  #process: FfmpegProcess | undefined;
  #starting: Promise<void> | undefined;
  /** MediaTimes of the packets that are to come. */
  #times: number[] = [];
  #headers = 0;
  #preSkipUs = 0;
  #attempt = 0;
  #notBeforeUs = 0;
  #closed = false;

  constructor(options: MixOutOptions) {
    this.#options = options;
    this.#packets = new RingWriter(options.ring);
  }

  /** One tick of sound. What comes while nobody can take it is left out. */
  sound(timeUs: number, pcm: Uint8Array): void {
    const stdin = this.#process?.stdin;
    if (!stdin) this.#start();
    else if (this.#times.length < (MOST_PENDING * TICK_US) / PACKET_US) {
      for (let us = 0; us < TICK_US; us += PACKET_US) this.#times.push(timeUs + us);
      // A copy: the caller's buffer is filled again with the next tick.
      stdin.write(pcm.slice());
    }
  }

  /** Resolves when its process is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting;
    await this.#process?.close();
  }

  #start(): void {
    if (this.#starting || this.#closed || nowUs() < this.#notBeforeUs) return;
    this.#starting = this.#open().finally(() => (this.#starting = undefined));
  }

  async #open(): Promise<void> {
    try {
      const process = await FfmpegProcess.open(mixCommand(), this.#options.ffmpeg);
      this.#times = [];
      this.#headers = 0;
      const reader = new OggReader((packet) => this.#take(packet));
      process.stdout.on('data', (bytes: Buffer) => {
        try {
          reader.push(bytes);
        } catch {
          // Not Ogg any more: only a new process helps, and its exit starts one.
          void process.close();
        }
      });
      this.#process = process;
      void process.exited.then(() => {
        this.#process = undefined;
        this.#wait();
      });
    } catch {
      // The other sounds go on; the encoder of the picture tells that ffmpeg is missing.
      this.#wait();
    }
  }

  #wait(): void {
    this.#notBeforeUs = nowUs() + backoffMs(this.#attempt, Math.random()) * 1000;
    this.#attempt += 1;
  }

  #take(packet: Uint8Array): void {
    if (this.#headers < HEADERS) {
      if (this.#headers === 0) this.#preSkipUs = preSkipOf(packet);
      this.#headers += 1;
      return;
    }
    const timeUs = this.#times.shift();
    if (timeUs === undefined) return;
    this.#attempt = 0;
    const meta = this.#meta;
    meta.timeUs = timeUs - this.#preSkipUs;
    meta.sourceUs = nowUs();
    meta.bytes = packet.length;
    this.#packets.push(packet, meta);
  }
}

function preSkipOf(head: Uint8Array): number {
  const samples = (head[PRE_SKIP_AT] ?? 0) + ((head[PRE_SKIP_AT + 1] ?? 0) << 8);
  return Math.round((samples * 1000) / 48);
}
