/**
 * A pack's footage, decoded once by an ffmpeg that ends when it is done, at the size it is shown in:
 * full-range I420, 1.5 bytes a pixel, at most 512 MiB. Bodies of one thread share it; the last one
 * to close it frees it.
 */
import { AppError } from '../../core/errors.ts';
import type { ModelShelf } from '../../inference/model-shelf.ts';
import { FfmpegProcess } from '../../outputs/ffmpeg-process.ts';
import { clipFramesCommand } from '../../outputs/ffmpeg.ts';
import type { Size } from '../picture/still.ts';

const MOST_BYTES = 512 * 2 ** 20;
const MOST_MS = 60_000;

export type FrameOrder = Size & {
  readonly path: string;
  readonly sha256: string;
  readonly frames: number;
  readonly fps: number;
};

type Loaded = { readonly bytes: Promise<Uint8Array>; users: number };

/** What each thread's bodies have open; gone with the thread's shelf. */
const shelves = new WeakMap<ModelShelf, Map<string, Loaded>>();

export class FrameStore {
  readonly #bytes: Uint8Array;
  readonly #size: Size;
  readonly #close: () => void;

  private constructor(bytes: Uint8Array, size: Size, close: () => void) {
    this.#bytes = bytes;
    this.#size = size;
    this.#close = close;
  }

  /** Throws `bad_pack` for footage that can't be decoded or needs more than 512 MiB. */
  static async open(shelf: ModelShelf, order: FrameOrder): Promise<FrameStore> {
    const opened = shelves.get(shelf) ?? new Map<string, Loaded>();
    shelves.set(shelf, opened);
    const key = `${order.sha256} ${order.width}x${order.height}`;
    const loaded = opened.get(key) ?? { bytes: decode(order), users: 0 };
    opened.set(key, loaded);
    loaded.users += 1;
    const release = (): void => {
      loaded.users -= 1;
      if (loaded.users === 0) opened.delete(key);
    };
    try {
      return new FrameStore(await loaded.bytes, order, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Writes frame `index` as opaque RGBA, `share` (0..1) of it over what is there. */
  show(index: number, share: number, rgba: Uint8Array): void {
    const { width, height } = this.#size;
    const pixels = width * height;
    const frame = this.#bytes.subarray(index * pixels * 1.5, (index + 1) * pixels * 1.5);
    const mix = Math.round(256 * share);
    const half = width >> 1;
    for (let y = 0; y < height; y += 1) {
      const chroma = pixels + (y >> 1) * half;
      for (let x = 0; x < width; x += 1) {
        const luma = frame[y * width + x]! << 14;
        const u = frame[chroma + (x >> 1)]! - 128;
        const v = frame[chroma + pixels / 4 + (x >> 1)]! - 128;
        const at = (y * width + x) * 4;
        // BT.601, full range, in 1/16384.
        put(rgba, at, (luma + 22_970 * v + 8192) >> 14, mix);
        put(rgba, at + 1, (luma - 5638 * u - 11_700 * v + 8192) >> 14, mix);
        put(rgba, at + 2, (luma + 29_032 * u + 8192) >> 14, mix);
        rgba[at + 3] = 255;
      }
    }
  }

  close(): void {
    this.#close();
  }
}

function put(rgba: Uint8Array, at: number, value: number, mix: number): void {
  const level = value < 0 ? 0 : value > 255 ? 255 : value;
  rgba[at] = mix === 256 ? level : rgba[at]! + (((level - rgba[at]!) * mix) >> 8);
}

async function decode(order: FrameOrder): Promise<Uint8Array> {
  const total = order.width * order.height * 1.5 * order.frames;
  if (total > MOST_BYTES) {
    const found = Math.round(total / 2 ** 20);
    throw new AppError('bad_pack', `expected footage of at most 512 MiB when decoded, found ${found} MiB: show it smaller or cut it shorter`); // prettier-ignore
  }
  const bytes = new Uint8Array(total);
  await using process = await FfmpegProcess.open(clipFramesCommand(order));
  const timer = setTimeout(() => void process.close(), MOST_MS);
  process.stdin.end();
  let filled = 0;
  for await (const chunk of process.stdout as AsyncIterable<Buffer>) {
    bytes.set(chunk.subarray(0, total - filled), filled);
    filled = Math.min(total, filled + chunk.length);
  }
  clearTimeout(timer);
  if (filled === total) return bytes;
  const said = process.stderrTail.at(-1) ?? `${Math.floor((filled / total) * order.frames)} of ${order.frames} frames`; // prettier-ignore
  throw new AppError('bad_pack', `the footage can't be decoded: ${said}`);
}
