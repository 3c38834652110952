/** What is shown when the avatar can't be: the choice of this browser, and the uploaded ones. */
import type { SlateChoice, SlateName, SessionId } from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import { recall, remember } from './storage.ts';
import { Store } from './store.ts';

export class Slates {
  readonly files = new Store<readonly SlateName[]>([]);
  readonly problem = new Store<RequestError | null>(null);
  readonly busy = new Store(false);

  refresh(): Promise<void> {
    return this.#try(async () => this.files.set(await api<SlateName[]>('GET', '/slates')));
  }

  /** A new session shows what was chosen last. */
  async begin(sessionId: SessionId): Promise<void> {
    const kept = remembered();
    if (kept && kept.show !== 'name') await this.choose(sessionId, kept);
  }

  choose(sessionId: SessionId, choice: SlateChoice): Promise<void> {
    return this.#try(async () => {
      await api('PUT', `/sessions/${sessionId}/slate`, choice);
      remember('slate', JSON.stringify(choice));
    });
  }

  /** Uploads a picture or video and shows it from now on. */
  async add(sessionId: SessionId, file: File): Promise<void> {
    const stem = file.name.replace(/\.[^.]*$/, '').replace(/[^A-Za-z0-9_-]+/g, '-');
    // Made of the letters that a name may have.
    const name = (stem.replace(/^[-_]+/, '').slice(0, 60) || 'slate') as SlateName;
    this.busy.set(true);
    await this.#try(async () => {
      await api('POST', `/slates/${name}`, file);
      this.files.set(await api<SlateName[]>('GET', '/slates'));
      await api('PUT', `/sessions/${sessionId}/slate`, { show: 'file', file: name });
      remember('slate', JSON.stringify({ show: 'file', file: name }));
    });
    this.busy.set(false);
  }

  /** The session goes on with its name. */
  remove(sessionId: SessionId, name: SlateName): Promise<void> {
    return this.#try(async () => {
      await api('PUT', `/sessions/${sessionId}/slate`, { show: 'name' });
      await api('DELETE', `/slates/${name}`);
      this.files.set(await api<SlateName[]>('GET', '/slates'));
      remember('slate', JSON.stringify({ show: 'name' }));
    });
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

function remembered(): SlateChoice | undefined {
  try {
    // The server looks at it closely; what it refuses is told.
    const kept = JSON.parse(recall('slate') ?? 'null') as Partial<SlateChoice> | null;
    return typeof kept?.show === 'string' ? (kept as SlateChoice) : undefined;
  } catch {
    return undefined; // Whatever was kept there is no choice.
  }
}
