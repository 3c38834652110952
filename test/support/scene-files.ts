/** Files for scenes, made by ffmpeg, and an eye on what an RTMP player sees of a session. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FfmpegProcess } from '../../server/outputs/ffmpeg-process.ts';

const run = promisify(execFile);

/** A PNG, JPEG or video of ffmpeg's own test sources. */
export async function makeMedia(
  path: string,
  source: string,
  ...options: string[]
): Promise<string> {
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, ...options, '-y', path]);
  return path;
}

/** Plays an RTMP stream and keeps its newest picture. */
export class Watcher implements AsyncDisposable {
  readonly #player: FfmpegProcess;
  readonly #width: number;
  readonly #height: number;
  #newest: Buffer | undefined;
  #filling = Buffer.alloc(0);

  private constructor(player: FfmpegProcess, width: number, height: number) {
    this.#player = player;
    this.#width = width;
    this.#height = height;
    player.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  static async open(url: string, size: { width: number; height: number }): Promise<Watcher> {
    const quick = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-probesize', '100000'];
    const player = await FfmpegProcess.open([
      ...['-v', 'error', '-rw_timeout', '30000000', ...quick, '-i', url, '-an'],
      ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    ]);
    return new Watcher(player, size.width, size.height);
  }

  /** r, g, b of a place in shares of the picture; undefined before the first picture. */
  at(x: number, y: number): readonly [number, number, number] | undefined {
    const pixels = this.#newest;
    if (!pixels) return undefined;
    const i = (Math.floor(y * this.#height) * this.#width + Math.floor(x * this.#width)) * 3;
    return [pixels[i]!, pixels[i + 1]!, pixels[i + 2]!];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#player.close();
  }

  #take(chunk: Buffer): void {
    const bytes = this.#width * this.#height * 3;
    this.#filling = Buffer.concat([this.#filling, chunk]);
    while (this.#filling.length >= bytes) {
      this.#newest = this.#filling.subarray(0, bytes);
      this.#filling = Buffer.from(this.#filling.subarray(bytes));
    }
  }
}
