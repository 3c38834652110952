/** The server's triggers as the panel lists and changes them. */
import type { TriggerId, TriggerSummary } from '../../server/protocol/index.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';
import type { TriggerInput } from './trigger-draft.ts';

export class Triggers {
  /** null until the server has answered. */
  readonly list = new Store<readonly TriggerSummary[] | null>(null);
  readonly problem = new Store<RequestError | null>(null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  refresh(): Promise<void> {
    return this.#try(async () => undefined);
  }

  save(trigger: TriggerInput): Promise<void> {
    return this.#try(() => this.#client.request('triggers:save', trigger));
  }

  arm(id: TriggerId, armed: boolean): Promise<void> {
    return this.#try(() => this.#client.request('triggers:arm', { id, armed }));
  }

  remove(id: TriggerId): Promise<void> {
    return this.#try(() => this.#client.request('triggers:delete', { id }));
  }

  /** Does it, then asks for the list as it is now. */
  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      this.problem.set(null);
      await work();
      this.list.set(await this.#client.request('triggers:list', {}));
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }
}
