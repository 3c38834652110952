/**
 * A pack's footage at the size it is shown in. Bodies of one thread share it; the last one to close
 * it frees it.
 */
import type { ModelShelf } from '../../inference/model-shelf.ts';
import { Footage, type FrameOrder } from './footage.ts';

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

  close(): void {
    this.#close();
  }
}
