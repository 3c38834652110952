/**
 * A slate that moves, or a picture of the streamer's: an ffmpeg that plays it over and over, only while
 * it is shown. Its pipe is read a frame at a time, so it waits for us. Feeder thread; owned by the
 * stand-in.
 */
import { FfmpegProcess } from '../ffmpeg-process.ts';
import { playSlateCommand } from './slate-command.ts';

export type SlatePlayerOptions = {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly ffmpeg: string;
};

export class SlatePlayer {
  readonly #bytes: number;
  readonly #opening: Promise<void>;
  #process: FfmpegProcess | undefined;
  #frame: Uint8Array | undefined;

  constructor(options: SlatePlayerOptions) {
    this.#bytes = (options.width * options.height * 3) / 2;
    this.#opening = this.#open(options);
  }

  /** The next frame, or the last again; undefined before the first, and where the file can't be read. */
  next(): Uint8Array | undefined {
    const frame = this.#process?.stdout.read(this.#bytes) as Buffer | null | undefined;
    if (frame?.length === this.#bytes) this.#frame = frame;
    return this.#frame;
  }

  /** Resolves when its process is gone. */
  async close(): Promise<void> {
    await this.#opening;
    await this.#process?.close();
  }

  async #open(options: SlatePlayerOptions): Promise<void> {
    try {
      this.#process = await FfmpegProcess.open(
        playSlateCommand(options.path, options),
        options.ffmpeg,
      );
    } catch {
      // Without it the built-in slate is shown, which is why we are here: never black.
    }
  }
}
