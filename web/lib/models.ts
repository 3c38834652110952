/** The server's downloadable models as the panel sees them: which are there, and fetching the rest. */
import type { ModelName, ModelStatus, ModelVerified } from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import { Store } from './store.ts';

const POLL_MS = 300;

export type Purpose = ModelStatus['purpose'];

export class Models {
  /** null until the server has answered. */
  readonly list = new Store<readonly ModelStatus[] | null>(null);

  readonly problem = new Store<RequestError | null>(null);

  /** The list once more; what goes wrong is told by `problem`. */
  look(): Promise<void> {
    return this.#try(() => this.refresh());
  }

  /** Begins to fetch; the list tells how far it is. */
  pull(name: ModelName): Promise<void> {
    return this.#change('POST', `/models/${name}/pull`);
  }

  cancel(name: ModelName): Promise<void> {
    return this.#change('POST', `/models/${name}/cancel`);
  }

  remove(name: ModelName): Promise<void> {
    return this.#change('DELETE', `/models/${name}`);
  }

  /** What reading the whole file found, empty for nothing; null where it could not be asked. */
  async verify(name: ModelName): Promise<string | null> {
    let found: string | null = null;
    await this.#try(async () => {
      found = (await api<ModelVerified>('POST', `/models/${name}/verify`)).problem;
    });
    return found;
  }

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

  #change(method: 'POST' | 'DELETE', path: string): Promise<void> {
    return this.#try(async () => {
      await api(method, path);
      await this.refresh();
    });
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      if (this.problem.get()?.code === 'offline') this.problem.set(null);
    } catch (error) {
      this.problem.set(asRequestError(error));
    }
  }
}

function of(list: readonly ModelStatus[], purpose: Purpose): readonly ModelStatus[] {
  return list.filter((model) => model.purpose === purpose);
}
