/** What moves the avatar of the live session, asked for from the panel. Owned by the studio. */
import type { MotionStep, SessionId, TemplateId, Tier } from '../../server/protocol/index.ts';
import type { z } from 'zod';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import type { Client } from './socket.ts';
import { Store } from './store.ts';

export type StepInput = z.input<typeof MotionStep>;

export class MotionControl {
  readonly playing = new Store<readonly TemplateId[]>([]);
  readonly problem = new Store<RequestError | null>(null);
  readonly #client: Client;
  #sessionId: SessionId | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Which session is meant; null: none is live. */
  attach(sessionId: SessionId | null): void {
    this.#sessionId = sessionId;
    this.playing.set([]);
    this.problem.set(null);
  }

  setTier(tier: Tier): Promise<void> {
    return this.#ask((sessionId) => this.#client.request('motion:tier', { sessionId, tier }));
  }

  play(steps: readonly { readonly template: TemplateId }[]): Promise<void> {
    steps;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #ask(request: (sessionId: SessionId) => Promise<unknown>): Promise<void> {
    const sessionId = this.#sessionId;
    if (sessionId === null) return;
    try {
      this.problem.set(null);
      await request(sessionId);
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }
}
