/**
 * A pack's footage at the size it is shown in. Bodies of one thread share it; the last one to close
 * it frees it.
 */
import type { ModelShelf } from '../../inference/model-shelf.ts';
import { Footage, type FrameOrder } from './footage.ts';

const OPAQUE = 0xff000000 | 0;

type Loaded = { readonly footage: Footage; users: number };

/** What each thread's bodies have open; gone with the thread's shelf. */
const shelves = new WeakMap<ModelShelf, Map<string, Loaded>>();

export class FrameStore {
  readonly footage: Footage;
  readonly #close: () => void;

  private constructor(footage: Footage, close: () => void) {
    this.footage = footage;
    this.#close = close;
  }

  /** Decodes nothing yet. Throws `bad_pack` for footage that needs more than 512 MiB. */
  static open(shelf: ModelShelf, order: FrameOrder): FrameStore {
    const opened = shelves.get(shelf) ?? new Map<string, Loaded>();
    shelves.set(shelf, opened);
    const key = `${order.sha256} ${order.width}x${order.height}`;
    const loaded = opened.get(key) ?? { footage: new Footage(order), users: 0 };
    opened.set(key, loaded);
    loaded.users += 1;
    return new FrameStore(loaded.footage, () => {
      loaded.users -= 1;
      if (loaded.users > 0) return;
      opened.delete(key);
      loaded.footage.close();
    });
  }

  /**
   * Writes frame `index`, which must be there, as opaque RGBA (red in a word's lowest byte), `share`
   * (0..1) of it over what is there.
   */
  show(index: number, share: number, rgba: Uint32Array): void {
    const { width, height } = this.footage.order;
    const pixels = width * height;
    const frame = this.footage.frame(index);
    const mix = Math.round(256 * share);
    const half = width >> 1;
    for (let row = 0; row < height >> 1; row += 1) {
      for (let column = 0; column < half; column += 1) {
        const chroma = pixels + row * half + column;
        const u = frame[chroma]! - 128;
        const v = frame[chroma + pixels / 4]! - 128;
        // BT.601, full range, in 1/16384: the same for four pixels.
        const red = (22_970 * v + 8192) >> 14;
        const green = (8192 - 5638 * u - 11_700 * v) >> 14;
        const blue = (29_032 * u + 8192) >> 14;
        const upper = 2 * (row * width + column);
        for (let i = 0; i < 4; i += 1) {
          const at = upper + (i & 1) + (i > 1 ? width : 0);
          const luma = frame[at]!;
          const colour =
            OPAQUE | (level(luma + blue) << 16) | (level(luma + green) << 8) | level(luma + red);
          rgba[at] = mix === 256 ? colour : mixed(rgba[at]!, colour, mix);
        }
      }
    }
  }

  close(): void {
    this.#close();
  }
}

function level(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Two pixels, `mix` 256ths of the second: red and blue at once, 8 bits between them. */
function mixed(under: number, over: number, mix: number): number {
  const rest = 256 - mix;
  const redBlue = ((under & 0xff00ff) * rest + (over & 0xff00ff) * mix) >>> 8;
  const green = (((under >>> 8) & 0xff) * rest + ((over >>> 8) & 0xff) * mix) >>> 8;
  return OPAQUE | (redBlue & 0xff00ff) | (green << 8);
}
