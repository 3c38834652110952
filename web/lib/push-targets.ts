/** The server's push targets, and how the live session's pushes go. Owned by the studio. */
import type { z } from 'zod';
import type {
  SessionId,
  SessionPush,
  StreamPreset,
  Target,
  TargetId,
  TargetRequest,
} from '../../server/protocol/index.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

export type TargetInput = z.input<typeof TargetRequest>;

export class PushTargets {
  /** null until the server has answered. */
  readonly list = new Store<readonly Target[] | null>(null);
  readonly presets = new Store<readonly StreamPreset[]>([]);
  readonly pushes = new Store<readonly SessionPush[]>([]);
  readonly problem = new Store<RequestError | null>(null);
  readonly #client: Client;
  #sessionId: SessionId | null = null;
  #off: () => void = () => undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Which session is meant; null: none is live. */
  attach(sessionId: SessionId | null): void {
    this.#off();
    this.#sessionId = sessionId;
    this.pushes.set([]);
    this.problem.set(null);
    this.#off = this.#client.on('session:pushes', (event) => {
      if (event.sessionId === sessionId) this.pushes.set(event.pushes);
    });
  }

  refresh(): Promise<boolean> {
    return this.#try(async () => {
      this.presets.set(await this.#client.request('targets:presets', {}));
    });
  }

  /** Makes one, or changes the one of this id; true when the server took it. */
  save(target: TargetInput, id?: TargetId): Promise<boolean> {
    return this.#try(() => this.#client.request('targets:save', { ...(id && { id }), target }));
  }

  remove(id: TargetId): Promise<boolean> {
    return this.#try(async () => {
      if (this.pushes.get().some(({ target }) => target === id)) await this.#switch(id, false);
      await this.#client.request('targets:delete', { id });
    });
  }

  push(id: TargetId, on: boolean): Promise<boolean> {
    return this.#try(() => this.#switch(id, on));
  }

  async #switch(target: TargetId, on: boolean): Promise<void> {
    const sessionId = this.#sessionId;
    if (!sessionId) return;
    await this.#client.request(on ? 'push:start' : 'push:stop', { sessionId, target });
  }

  /** Does it, then asks for the list as it is now. */
  async #try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      this.problem.set(null);
      await work();
      this.list.set(await this.#client.request('targets:list', {}));
      return true;
    } catch (error) {
      this.problem.set(asRequestError(error));
      return false;
    }
  }
}
