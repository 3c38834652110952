/** A video's frames as raw RGBA in a file of the work folder, evenly chosen, at most so many. */
import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { Still } from '../../../server/render/picture/still.ts';

const FPS = 25;
/** Larger frames are shrunk to this height: the picture to be learned is smaller still. */
const MOST_HEIGHT = 540;
/** Of the person's mask: nobody below, the person above. */
const [UNSURE, SURE] = [0.45, 0.95];

export class Clip {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly #path: string;
  readonly #file: number;

  private constructor(path: string, width: number, height: number) {
    this.#path = path;
    this.#file = openSync(path, 'r+');
    this.width = width;
    this.height = height;
    this.count = Math.floor(fstatSync(this.#file).size / (width * height * 4));
  }

  /** Decodes `video` into `path`. Throws with ffmpeg's own words for what can't be read. */
  static open(video: string, path: string, most: number): Clip {
    const { width, height, seconds } = probe(video);
    const scale = Math.min(1, MOST_HEIGHT / height);
    const [w, h] = [width, height].map((side) => 2 * Math.round((side * scale) / 2));
    const rate = Math.min(FPS, most / Math.max(1, seconds));
    const filter = `fps=${rate},scale=${w}:${h}`;
    const args = ['-y', '-v', 'error', '-i', video, '-vf', filter, '-an', '-f', 'rawvideo', '-pix_fmt', 'rgba', path]; // prettier-ignore
    const { status, stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ffmpeg can't read ${video}: ${stderr.trim()}`);
    return new Clip(path, w!, h!);
  }

  read(index: number): Still {
    const { width, height } = this;
    const rgba = new Uint8Array(width * height * 4);
    readSync(this.#file, rgba, 0, rgba.length, index * rgba.length);
    return { width, height, rgba };
  }

  /** Keeps a mask (0..255 a pixel) as the frame's alpha; unsure edges are cut, they have the background's colours. */
  matte(index: number, { rgba }: Still, mask: Uint8Array): void {
    for (let i = 0; i < mask.length; i += 1) {
      const share = Math.max(0, Math.min(1, (mask[i]! / 255 - UNSURE) / (SURE - UNSURE)));
      rgba[i * 4 + 3] = 255 * share * share * (3 - 2 * share);
    }
    writeSync(this.#file, rgba, 0, rgba.length, index * rgba.length);
  }

  /** The frames go with it. */
  close(): void {
    closeSync(this.#file);
    rmSync(this.#path);
  }
}

function probe(video: string): { width: number; height: number; seconds: number } {
  const entries = 'stream=width,height:format=duration';
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', video]; // prettier-ignore
  const { status, stdout, stderr } = spawnSync('ffprobe', args, { encoding: 'utf8' });
  const found = status === 0 ? (JSON.parse(stdout) as Probed) : undefined;
  const stream = found?.streams?.[0];
  if (!stream) throw new Error(`${video} is no video that can be read: ${stderr.trim()}`);
  return { ...stream, seconds: Number(found?.format?.duration ?? 1) };
}

type Probed = {
  readonly streams?: readonly { readonly width: number; readonly height: number }[];
  readonly format?: { readonly duration?: string };
};
