/**
 * Pictures into a running ffmpeg, one after another. Nothing is left of a picture that was written:
 * a promise of the process' end that every write waited on would keep them all. Owned by the render.
 */
import { AppError } from '../core/errors.ts';
import type { FfmpegProcess } from '../outputs/ffmpeg-process.ts';

export class PicturePipe {
  readonly #ffmpeg: FfmpegProcess;
  #waiting: PromiseWithResolvers<void> | undefined;
  #ended = false;

  constructor(ffmpeg: FfmpegProcess) {
    this.#ffmpeg = ffmpeg;
    void ffmpeg.exited.then(() => {
      this.#ended = true;
      this.#waiting?.reject(encoderError(ffmpeg));
    });
  }

  /**
   * Resolves when the pipe no longer needs the bytes; one at a time. Throws `folder_unreachable` for
   * a full disk, else `encoder_failed`.
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) throw encoderError(this.#ffmpeg);
    const waiting = Promise.withResolvers<void>();
    this.#waiting = waiting;
    this.#ffmpeg.stdin.write(bytes, (error) => {
      // Its exit, which comes next, says why.
      if (!error) waiting.resolve();
    });
    await waiting.promise;
  }

  /** Resolves when ffmpeg has written all of it. Throws as `write` does. */
  async finish(timeoutMs: number): Promise<void> {
    this.#waiting = undefined;
    const { code } = await this.#ffmpeg.finish(timeoutMs);
    if (code !== 0) throw encoderError(this.#ffmpeg);
  }
}

function encoderError(ffmpeg: FfmpegProcess): AppError {
  const said = ffmpeg.stderrTail.filter((line) => line !== '').at(-1) ?? 'it gave no reason';
  const full = /No space left/i.test(ffmpeg.stderrTail.join('\n'));
  return new AppError(
    full ? 'folder_unreachable' : 'encoder_failed',
    full ? `The disk is full: ${said}` : `ffmpeg could not write the result: ${said}`,
  );
}
