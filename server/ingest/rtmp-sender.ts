/**
 * One publication into `ingest/`: its sound becomes the session's voice, its picture is there for
 * who asks for it. It ends with its publisher's connection; a publisher that comes back is another
 * one. Main thread; owned by Ingest.
 */
import type { Logger } from '../core/log.ts';
import { ingestPictureCommand, ingestSoundCommand } from '../outputs/ingest-command.ts';
import type { IngestReport } from '../outputs/rtmp-messages.ts';
import type { SessionInput } from '../protocol/input.ts';
import type { Room } from '../rtc/room.ts';
import { audioName, isReadable, videoName } from './flv-codecs.ts';
import { IngestReader } from './ingest-reader.ts';

export type RtmpSenderOptions = {
  readonly room: Room;
  readonly feedUrl: (kind: 'sound' | 'picture') => string;
  /** Tells that it sends a picture that can be read; returns what takes that back. */
  readonly offerPicture: () => () => void;
  readonly ffmpeg: string;
  readonly log: Logger;
};

/** Looking away for so long ends the coding of a picture. */
const UNWANTED_REPORTS = 10;
/** Reports without new bytes after which it is said that nothing comes. */
const SILENT_REPORTS = 3;

export class RtmpSender {
  readonly #options: RtmpSenderOptions;
  readonly #sound: IngestReader;
  readonly #picture: IngestReader;
  #report: IngestReport;
  #reportedAtMs = performance.now();
  #liveSinceMs: number | undefined;
  #kbps = 0;
  #unwanted = 0;
  #silent = 0;
  #takeBack: (() => void) | undefined;

  constructor(first: IngestReport, options: RtmpSenderOptions) {
    this.#options = options;
    this.#report = first;
    const { room, feedUrl, ffmpeg, log } = options;
    this.#sound = new IngestReader({
      ...{ ffmpeg, log },
      openPort: () => room.openLoopbackInput('voice', 'rtmp'),
      command: (port) => ingestSoundCommand({ url: feedUrl('sound'), ...port }),
    });
    this.#picture = new IngestReader({
      ...{ ffmpeg, log },
      openPort: () => room.openLoopbackPicture('rtmp'),
      command: (port) => {
        const copy = !this.#report.reordered;
        return ingestPictureCommand({ url: feedUrl('picture'), copy, ...port });
      },
    });
  }

  get feed(): string {
    return this.#report.feed;
  }

  /** Reports come once a second. */
  update(report: IngestReport): void {
    const nowMs = performance.now();
    const bytes = report.bytes - this.#report.bytes;
    if (nowMs - this.#reportedAtMs > 500) {
      this.#kbps = (bytes * 8) / (nowMs - this.#reportedAtMs);
      this.#silent = bytes > 0 ? 0 : this.#silent + 1;
      this.#reportedAtMs = nowMs;
      this.#report = report;
    } else this.#report = { ...report, bytes: this.#report.bytes };
    if (report.audioPackets > 1 || report.videoPackets > 1) this.#liveSinceMs ??= nowMs;
    if (report.audioPackets > 1 && audioName(report.audioCodec).readable) this.#sound.keep();
    if (report.videoPackets > 1 && isReadable(report.videoCodec)) this.#keepPicture();
  }

  get state(): SessionInput {
    const { audioPackets, videoPackets, audioCodec } = this.#report;
    const live = this.#liveSinceMs !== undefined && this.#silent < SILENT_REPORTS;
    return {
      origin: 'rtmp',
      state: live ? 'live' : 'waiting',
      audio: audioPackets > 0 ? audioName(audioCodec).name : '',
      video: videoPackets > 0 ? this.#videoWords() : '',
      kbps: Math.round(this.#kbps),
      liveSeconds: Math.round(
        (performance.now() - (this.#liveSinceMs ?? performance.now())) / 1000,
      ),
      problem: this.#problem(),
    };
  }

  /** Resolves when its processes are gone. */
  async close(): Promise<void> {
    this.#takeBack?.();
    await Promise.all([this.#sound.close(), this.#picture.close()]);
  }

  /**
   * A picture that can be passed on costs next to nothing and is always there; one that has to be
   * coded anew is, while somebody looks at it.
   */
  #keepPicture(): void {
    this.#takeBack ??= this.#options.offerPicture();
    if (!this.#report.reordered) {
      this.#picture.keep();
      return;
    }
    this.#unwanted = this.#options.room.pictureWanted ? 0 : this.#unwanted + 1;
    if (this.#unwanted === 0) this.#picture.keep();
    else if (this.#unwanted === UNWANTED_REPORTS) void this.#picture.stop();
  }

  #videoWords(): string {
    const { videoCodec, width, height, framesPerSecond } = this.#report;
    const size = width > 0 && height > 0 ? ` ${width}x${height}` : '';
    return `${videoName(videoCodec)}${size}${framesPerSecond > 0 ? ` ${framesPerSecond}/s` : ''}`;
  }

  #problem(): string {
    const { audioPackets, audioCodec, videoPackets, videoCodec } = this.#report;
    if (this.#silent >= SILENT_REPORTS) return 'It is connected, and nothing comes from it.';
    if (audioPackets > 0 && !audioName(audioCodec).readable) {
      return `Its sound is ${audioName(audioCodec).name}; set the encoder to AAC.`;
    }
    if (videoPackets > 0 && !isReadable(videoCodec)) {
      return `Its picture is ${videoName(videoCodec)}; set the encoder to H.264.`;
    }
    if (videoPackets > 50 && audioPackets === 0) return 'It sends no sound.';
    return '';
  }
}
