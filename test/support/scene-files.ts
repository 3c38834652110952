/** Files for scenes, made by ffmpeg, and an eye on what an RTMP player sees of a session. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FfmpegProcess } from '../../server/outputs/ffmpeg-process.ts';
import type { SessionSnapshot } from '../../server/protocol/index.ts';
import { until } from './app.ts';

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

type Put = (path: string, body: object) => Promise<unknown>;

/** Behind the avatar while nothing comes in, and what a sender is to show. */
export const [ALONE, GUEST] = [
  [0, 0, 255],
  [0, 255, 0],
] as const;

/**
 * Shows a blue scene with what a sender sends behind the avatar, and looks at a corner of the stream.
 * `url`: the server's.
 */
export class GuestScene implements AsyncDisposable {
  readonly #eye: Watcher;
  readonly #put: Put;
  readonly #session: SessionSnapshot;

  private constructor(eye: Watcher, session: SessionSnapshot, put: Put) {
    this.#eye = eye;
    this.#session = session;
    this.#put = put;
  }

  static async open(url: string, session: SessionSnapshot): Promise<GuestScene> {
    const put: Put = async (path, body) => {
      const response = await fetch(`${url}/api/v1/${path}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return response.json();
    };
    const background = { kind: 'live', source: 'ingest' };
    await put('scenes/guest', { title: 'Guest', colour: '#0000ff', background });
    const eye = await Watcher.open(session.rtmpUrl, session);
    await put(`sessions/${session.id}/scene`, { scene: 'guest', fadeMs: 0 });
    return new GuestScene(eye, session, put);
  }

  /** Resolves when the corner has this colour. */
  shows(colour: readonly number[]): Promise<unknown> {
    return until(`the corner is ${colour.join()}`, () =>
      this.#eye.at(0.03, 0.05)?.every((value, i) => Math.abs(value - colour[i]!) < 24),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#put(`sessions/${this.#session.id}/scene`, { scene: null, fadeMs: 0 });
    await this.#eye[Symbol.asyncDispose]();
  }
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
