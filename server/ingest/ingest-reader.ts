/**
 * One supervised ffmpeg that plays what a sender publishes into a loopback port of the room. It is
 * looked after once a second: started, started again with growing pauses when it ended, and anew when
 * its port has gone (the media server was replaced). Main thread; owned by an RtmpSender.
 */
import type { Logger } from '../core/log.ts';
import { backoffMs } from '../outputs/backoff.ts';
import { FfmpegProcess } from '../outputs/ffmpeg-process.ts';
import type { IngestPort } from '../outputs/ingest-command.ts';
import type { LoopbackInput } from '../rtc/loopback.ts';

export type IngestReaderOptions = {
  readonly openPort: () => Promise<LoopbackInput>;
  readonly command: (port: IngestPort) => string[];
  readonly ffmpeg: string;
  readonly log: Logger;
};

/** Running this long, it counts as well again. */
const STEADY_MS = 10_000;

export class IngestReader {
  readonly #options: IngestReaderOptions;
  #process: FfmpegProcess | undefined;
  #port: LoopbackInput | undefined;
  #working: Promise<void> | undefined;
  #attempt = 0;
  #notBeforeMs = 0;
  #startedAtMs = 0;
  #closed = false;
  /** The last words of an ffmpeg that ended by itself. */
  problem = '';

  constructor(options: IngestReaderOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Looks after it; to be called about once a second. */
  keep(): void {
    if (this.#closed || this.#working) return;
    if (this.#process && !this.#port?.closed()) {
      if (performance.now() - this.#startedAtMs > STEADY_MS) this.#attempt = 0;
      return;
    }
    if (performance.now() < this.#notBeforeMs) return;
    this.#working = this.#restart().finally(() => (this.#working = undefined));
  }

  /** Resolves when the process is gone. It may be kept again afterwards, unless it is closed. */
  async stop(): Promise<void> {
    await this.#working;
    await this.#end();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
  }

  async #restart(): Promise<void> {
    await this.#end();
    try {
      this.#port = await this.#options.openPort();
      const { port: rtpPort, rtcpPort, payloadType, ssrc } = this.#port;
      const command = this.#options.command({ rtpPort, rtcpPort, payloadType, ssrc });
      const process = await FfmpegProcess.open(command, this.#options.ffmpeg);
      process.stdout.resume();
      this.#process = process;
      this.#startedAtMs = performance.now();
      void process.exited.then(() => this.#ended(process));
    } catch (error) {
      this.#options.log.warn({ err: error }, 'what is sent in can not be read');
      this.#port?.close();
      this.#wait();
    }
  }

  #ended(process: FfmpegProcess): void {
    if (this.#process !== process) return;
    this.#process = undefined;
    this.#port?.close();
    this.problem = process.stderrTail.at(-1) ?? '';
    this.#wait();
  }

  #wait(): void {
    this.#notBeforeMs = performance.now() + backoffMs(this.#attempt, Math.random());
    this.#attempt += 1;
  }

  async #end(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    await process?.close();
    this.#port?.close();
    this.#port = undefined;
  }
}
