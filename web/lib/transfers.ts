/** Files on their way to the server: how far each is, and the way to call it off. */
import { Store } from './store.ts';
import { upload } from './upload.ts';

export type Transfer = {
  readonly id: number;
  readonly name: string;
  /** 0..1; at 1 the server is still looking at it. */
  readonly share: number;
  readonly cancel: () => void;
};

export class Transfers {
  readonly list = new Store<readonly Transfer[]>([]);
  #count = 0;

  /** Undefined when it was called off. Rejects with a RequestError. */
  async send<T>(path: string, file: Blob, name: string): Promise<T | undefined> {
    const stop = new AbortController();
    this.#count += 1;
    const id = this.#count;
    const cancel = () => stop.abort(new DOMException('Called off', 'AbortError'));
    this.list.set([...this.list.get(), { id, name, share: 0, cancel }]);
    try {
      return await upload<T>(path, file, {
        signal: stop.signal,
        onShare: (share) => this.#progress(id, share),
      });
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      throw error;
    } finally {
      this.list.set(this.list.get().filter((each) => each.id !== id));
    }
  }

  #progress(id: number, share: number): void {
    this.list.set(this.list.get().map((each) => (each.id === id ? { ...each, share } : each)));
  }
}
