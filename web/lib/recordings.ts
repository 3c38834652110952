/** The server's recordings, and those that the live session is making. */
import type {
  RecordingEntry,
  RecordingRequest,
  RecordingState,
  SessionId,
} from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

export class Recordings {
  /** null until the server has answered. */
  readonly list = new Store<readonly RecordingEntry[] | null>(null);
  readonly running = new Store<readonly RecordingState[]>([]);
  readonly problem = new Store<RequestError | null>(null);
  #sessionId: SessionId | null = null;
  #off: () => void = () => undefined;

  /** Which session is meant; null: none is live. */
  attach(client: Client, sessionId: SessionId | null): void {
    this.#off();
    this.#sessionId = sessionId;
    this.running.set([]);
    this.problem.set(null);
    this.#off = client.on('session:recordings', (event) => {
      if (event.sessionId === sessionId) this.running.set(event.recordings);
    });
  }

  refresh(): Promise<boolean> {
    return this.#try(async () => {
      const list = await api<RecordingEntry[]>('GET', '/recordings');
      // The same list is no reason to draw it again.
      if (JSON.stringify(list) !== JSON.stringify(this.list.get())) this.list.set(list);
    });
  }

  start(request: RecordingRequest): Promise<boolean> {
    return this.#try(() => api('POST', `/sessions/${this.#sessionId ?? ''}/recordings`, request));
  }

  stop({ name }: RecordingState): Promise<boolean> {
    return this.#try(() => api('DELETE', `/sessions/${this.#sessionId ?? ''}/recordings/${name}`));
  }

  remove({ name }: RecordingEntry): Promise<boolean> {
    return this.#try(async () => {
      await api('DELETE', `/recordings/${name}`);
      await this.refresh();
    });
  }

  /** An address that a video element or a download can use; undefined where the server refuses. */
  async address({ name }: RecordingEntry): Promise<string | undefined> {
    let address: string | undefined;
    await this.#try(async () => {
      address = (await api<{ path: string }>('POST', `/recordings/${name}/ticket`)).path;
    });
    return address;
  }

  /** Straight to the disk: a recording can be larger than this page's memory. */
  async save(entry: RecordingEntry): Promise<void> {
    const address = await this.address(entry);
    if (address === undefined) return;
    const link = document.createElement('a');
    link.href = `${address}&download=true`;
    link.download = entry.name;
    link.click();
  }

  async #try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      this.problem.set(null);
      await work();
      return true;
    } catch (error) {
      this.problem.set(asRequestError(error));
      return false;
    }
  }
}
