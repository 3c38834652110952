/**
 * The networks of one thread's avatars, loaded once each however many sessions use them. Borrowed
 * by the sha256 of the file and how it is run; the last one to close a borrowed model frees it.
 * Owned by the thread that draws: an engine, a drawing thread of a render.
 */
import { ModelAround } from './model-around.ts';
import type { Model, OpenOptions, Tensors } from './onnx.ts';

type Loaded = { readonly model: Promise<Model>; users: number };

export class ModelShelf {
  readonly #loaded = new Map<string, Loaded>();

  /**
   * The model under `key`, opened by `open` unless somebody has it. Close it as if it were your
   * own. Throws what `open` throws; a failed one is not kept.
   */
  async borrow(key: string, open: () => Promise<Model>): Promise<Model> {
    const loaded = this.#loaded.get(key) ?? this.#load(key, open);
    loaded.users += 1;
    try {
      return new Borrowed(await loaded.model, () => this.#giveBack(key, loaded));
    } catch (error) {
      await this.#giveBack(key, loaded);
      throw error;
    }
  }

  /** Whether a file is loaded in any way already. */
  holds(sha256: string): boolean {
    return [...this.#loaded.keys()].some((key) => key.startsWith(sha256));
  }

  /** What is loaded now, once each. */
  models(): Promise<Model[]> {
    return Promise.all([...this.#loaded.values()].map(({ model }) => model));
  }

  /** Frees what is left; no run may be under way. */
  async close(): Promise<void> {
    const left = [...this.#loaded.values()];
    this.#loaded.clear();
    await Promise.allSettled(left.map(async ({ model }) => (await model).close()));
  }

  #load(key: string, open: () => Promise<Model>): Loaded {
    const loaded = { model: open(), users: 0 };
    this.#loaded.set(key, loaded);
    return loaded;
  }

  async #giveBack(key: string, loaded: Loaded): Promise<void> {
    loaded.users -= 1;
    if (loaded.users > 0 || this.#loaded.get(key) !== loaded) return;
    this.#loaded.delete(key);
    // One that never opened has nothing to free, and whoever asked for it was told.
    const model = await loaded.model.catch(() => undefined);
    await model?.close();
  }
}

/** How a model is run is part of what it is on the shelf. */
export function shelfKey(sha256: string, options: OpenOptions): string {
  const { device = 'cpu', threads = 1, allowFallback = false, profile = false } = options;
  const kept = options.keepOnDevice ?? [];
  return [sha256, device, threads, allowFallback, profile, ...kept].join(' ');
}

class Borrowed extends ModelAround {
  readonly #giveBack: () => Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(model: Model, giveBack: () => Promise<void>) {
    super(model);
    this.#giveBack = giveBack;
  }

  run(feeds: Tensors, results?: Tensors): Promise<Tensors> {
    return this.inner.run(feeds, results);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#giveBack());
  }
}
