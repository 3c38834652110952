/** The server's avatars as their page sees them: the list, deleting, and bringing in packs. */
import type { AvatarSummary } from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import { Store } from './store.ts';
import { Transfers } from './transfers.ts';

export class Avatars {
  /** null until the server has answered. */
  readonly list = new Store<readonly AvatarSummary[] | null>(null);
  readonly problem = new Store<RequestError | null>(null);
  readonly transfers = new Transfers();

  async refresh(): Promise<void> {
    await this.#try(async () => {
      this.list.set(await api<readonly AvatarSummary[]>('GET', '/avatars'));
    });
  }

  async remove(name: string): Promise<void> {
    await this.#try(() => api<undefined>('DELETE', `/avatars/${name}`));
    await this.refresh();
  }

  /** The new avatar; null when it was called off or refused, which `problem` explains. */
  async add(
    door: 'import' | 'photo' | 'clip',
    archive: Blob,
    name: string,
  ): Promise<AvatarSummary | null> {
    let made: AvatarSummary | null = null;
    await this.#try(async () => {
      const sent = await this.transfers.send<AvatarSummary>(`/avatars/${door}`, archive, name);
      made = sent ?? null;
    });
    if (made) await this.refresh();
    return made;
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      this.problem.set(null);
      await work();
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }
}
