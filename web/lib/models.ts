/** The server's downloadable models as the panel sees them: which are there, and fetching the rest. */
import type { ModelStatus } from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { Store } from './store.ts';

const POLL_MS = 300;

export type Purpose = ModelStatus['purpose'];

export class Models {
  /** null until the server has answered. */
  readonly list = new Store<readonly ModelStatus[] | null>(null);

  async refresh(): Promise<readonly ModelStatus[]> {
    const list = await api<readonly ModelStatus[]>('GET', '/models');
    this.list.set(list);
    return list;
  }

  /**
   * Resolves to what serves the purpose: a model that is here already, else the first of the list
   * once it was fetched; null where it could not be had (its `problem` says why).
   */
  async ensure(purpose: Purpose, signal: AbortSignal): Promise<ModelStatus | null> {
    const listed = of(await this.refresh(), purpose);
    const ready = listed.find(({ state }) => state === 'ready');
    const wanted = ready ?? listed[0];
    if (!wanted || ready) return ready ?? null;
    await api<ModelStatus>('POST', `/models/${wanted.name}/pull`);
    while (!signal.aborted) {
      const now = (await this.refresh()).find(({ name }) => name === wanted.name);
      if (!now || now.state === 'ready') return now ?? null;
      if (now.state === 'missing') return null;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return null;
  }
}

function of(list: readonly ModelStatus[], purpose: Purpose): readonly ModelStatus[] {
  return list.filter((model) => model.purpose === purpose);
}
