/** The captions of one session as a panel shows them: whether they are on, and the last one. */
import type { Caption, CaptionsState, SessionId } from '../../server/protocol/index.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

export class Captions {
  /** null until the server has answered. */
  readonly state = new Store<CaptionsState | null>(null);
  readonly last = new Store<Caption | null>(null);
  readonly problem = new Store<RequestError | null>(null);
  readonly #client: Client;
  readonly #sessionId: SessionId;
  #offs: readonly (() => void)[] = [];

  constructor(client: Client, sessionId: SessionId) {
    this.#client = client;
    this.#sessionId = sessionId;
  }

  open(): void {
    const { connection } = this.#client;
    const mine = ({ sessionId }: { readonly sessionId: SessionId }) =>
      sessionId === this.#sessionId;
    this.#offs = [
      this.#client.on('session:caption', (caption) => mine(caption) && this.last.set(caption)),
      this.#client.on('captions:state', (state) => mine(state) && this.state.set(state)),
      connection.subscribe(() => connection.get() === 'online' && void this.#refresh()),
    ];
    void this.#refresh();
  }

  close(): void {
    for (const off of this.#offs) off();
  }

  async switch(on: boolean): Promise<void> {
    await this.#try(async () => {
      await this.#client.request('captions:switch', { sessionId: this.#sessionId, on });
    });
  }

  async #refresh(): Promise<void> {
    await this.#try(async () => {
      const request = { sessionId: this.#sessionId };
      const { captions, ...state } = await this.#client.request('captions:status', request);
      this.state.set(state);
      this.last.set(captions.at(-1) ?? null);
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      this.problem.set(null);
      await work();
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }
}
