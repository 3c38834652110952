/** What comes into the live session from outside, and the doors for it. Owned by the studio. */
import type {
  IngestDoor,
  InputOrigin,
  SessionId,
  SessionInputs,
} from '../../server/protocol/index.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

const NOTHING: SessionInputs = { voice: null, voices: [], video: null, senders: [] };

export class Inputs {
  readonly now = new Store<SessionInputs>(NOTHING);
  /** null until the server has answered. */
  readonly door = new Store<IngestDoor | null>(null);
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
    this.now.set(NOTHING);
    this.door.set(null);
    this.problem.set(null);
    this.#off = this.#client.on('session:inputs', (event) => {
      if (event.sessionId === sessionId) this.now.set(event.inputs);
    });
  }

  refresh(): Promise<boolean> {
    return this.#try(async (sessionId) => {
      this.door.set(await this.#client.request('ingest:door', { sessionId }));
    });
  }

  renew(): Promise<boolean> {
    return this.#try(async (sessionId) => {
      this.door.set(await this.#client.request('ingest:renew', { sessionId }));
    });
  }

  /** Lets this one be the voice again. */
  prefer(from: InputOrigin): Promise<boolean> {
    return this.#try((sessionId) => this.#client.request('input:voice', { sessionId, from }));
  }

  async #try(work: (sessionId: SessionId) => Promise<unknown>): Promise<boolean> {
    const sessionId = this.#sessionId;
    if (!sessionId) return false;
    try {
      this.problem.set(null);
      await work(sessionId);
      return true;
    } catch (error) {
      this.problem.set(asRequestError(error));
      return false;
    }
  }
}
