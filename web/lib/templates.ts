/**
 * The motion templates of the server: the list for decks and tables, whole ones on demand, and what
 * can be done with them. A deleted one is kept here until the page is left, for undo.
 */
import type {
  Template,
  TemplateChange,
  TemplateId,
  TemplateSummary,
} from '../../server/protocol/index.ts';
import { api } from './api.ts';
import { asRequestError } from './peer-keeper.ts';
import type { RequestError } from './request-error.ts';
import { Store } from './store.ts';

export class Templates {
  /** null until the server has answered. */
  readonly list = new Store<readonly TemplateSummary[] | null>(null);
  readonly deleted = new Store<Template | null>(null);
  readonly problem = new Store<RequestError | null>(null);
  readonly #whole = new Map<TemplateId, Promise<Template>>();

  async refresh(): Promise<void> {
    this.#whole.clear();
    await this.#try(async () => this.list.set(await api('GET', '/templates')));
  }

  /** With its tracks; asked for once. */
  whole(id: TemplateId): Promise<Template> {
    const known = this.#whole.get(id);
    if (known) return known;
    const asked = api<Template>('GET', `/templates/${id}`);
    asked.catch(() => this.#whole.delete(id));
    this.#whole.set(id, asked);
    return asked;
  }

  /** A new one; the server may give it another id where that one is taken. */
  create(template: unknown): Promise<TemplateSummary | null> {
    return this.#change(() => api<TemplateSummary>('POST', '/templates', template));
  }

  replace(template: Template): Promise<TemplateSummary | null> {
    return this.#change(() => api<TemplateSummary>('PUT', `/templates/${template.id}`, template));
  }

  describe(id: TemplateId, change: TemplateChange): Promise<TemplateSummary | null> {
    return this.#change(() => api<TemplateSummary>('PATCH', `/templates/${id}`, change));
  }

  duplicate(id: TemplateId): Promise<TemplateSummary | null> {
    return this.#change(() => api<TemplateSummary>('POST', `/templates/${id}/duplicate`));
  }

  mirror(id: TemplateId): Promise<TemplateSummary | null> {
    return this.#change(() => api<TemplateSummary>('POST', `/templates/${id}/mirror`));
  }

  retime(id: TemplateId, seconds: number): Promise<TemplateSummary | null> {
    return this.#change(() => api<TemplateSummary>('POST', `/templates/${id}/retime`, { seconds }));
  }

  async remove(id: TemplateId): Promise<void> {
    await this.#change(async () => {
      const kept = await this.whole(id);
      await api('DELETE', `/templates/${id}`);
      this.deleted.set(kept);
    });
  }

  async undelete(): Promise<void> {
    const template = this.deleted.get();
    if (!template) return;
    this.deleted.set(null);
    await this.create(template);
  }

  dismiss(): void {
    this.problem.set(null);
    this.deleted.set(null);
  }

  async #change<T>(work: () => Promise<T>): Promise<T | null> {
    const answer = await this.#try(work);
    await this.refresh();
    return answer;
  }

  async #try<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      this.problem.set(null);
      return await work();
    } catch (error) {
      this.problem.set(asRequestError(error));
      return null;
    }
  }
}
