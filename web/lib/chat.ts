/**
 * The chat of the live session as this panel saw it: lines that were sent from here, and every
 * trigger that acted, whatever set it off. Owned by the studio.
 */
import type { SessionId, TriggerId } from '../../server/protocol/index.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

export type ChatLine =
  | {
      readonly kind: 'said';
      readonly id: number;
      readonly text: string;
      /** How many triggers it set off; null until the server has answered. */
      readonly fired: number | null;
    }
  | { readonly kind: 'fired'; readonly id: number; readonly trigger: TriggerId };

export const MOST_LINES = 50;

export class Chat {
  readonly lines = new Store<readonly ChatLine[]>([]);
  /** What acted last, by the number of its line. */
  readonly fired = new Store<Extract<ChatLine, { kind: 'fired' }> | null>(null);
  readonly problem = new Store<RequestError | null>(null);
  readonly #client: Client;
  #sessionId: SessionId | null = null;
  #off: () => void = () => undefined;
  #count = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Which session is meant; null: none is live. */
  attach(sessionId: SessionId | null): void {
    this.#off();
    this.#sessionId = sessionId;
    this.lines.set([]);
    this.fired.set(null);
    this.problem.set(null);
    this.#off = this.#client.on('trigger:fired', (event) => {
      if (event.sessionId === sessionId) this.#heard(event.trigger);
    });
  }

  async say(text: string): Promise<void> {
    const sessionId = this.#sessionId;
    if (sessionId === null) return;
    const id = this.#next();
    this.#add({ kind: 'said', id, text, fired: null });
    try {
      this.problem.set(null);
      const { fired } = await this.#client.request('chat:say', { sessionId, text });
      this.lines.set(
        this.lines
          .get()
          .map((line) =>
            line.id === id && line.kind === 'said' ? { ...line, fired: fired.length } : line,
          ),
      );
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }

  #heard(trigger: TriggerId): void {
    const line = { kind: 'fired', id: this.#next(), trigger } as const;
    this.fired.set(line);
    this.#add(line);
  }

  #add(line: ChatLine): void {
    this.lines.set([...this.lines.get(), line].slice(-MOST_LINES));
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }
}
