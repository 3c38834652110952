/**
 * The motion templates of this installation: built-in ones from `models/motions/` (read-only) and
 * users' own from the store. Main thread; owned by the app. Engines play the compiled form, which
 * lies in shared memory; the least recently used ones are compiled again when asked for.
 */
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import {
  TemplateId,
  type Template,
  type TemplateChange,
  type TemplateSummary,
} from '../protocol/template.ts';
import type { Database } from '../store/sqlite.ts';
import { TemplateStore } from '../store/templates.ts';
import { readTemplates } from './template-files.ts';
import { checkTemplate } from './template/check.ts';
import { compileTemplate } from './template/compile.ts';
import type { CompiledTemplate } from './template/compiled-template.ts';
import { mirrorTemplate, retimeTemplate, trimTemplate } from './template/edit.ts';
import { MotionDataError } from './template/motion-data-error.ts';
import { templateParts } from './template/sample.ts';

export type TemplateEvent =
  | { readonly type: 'saved'; readonly summary: TemplateSummary }
  | { readonly type: 'deleted'; readonly id: TemplateId };

/** Compiled templates kept: about 30 KB a second each, so at most some 100 MB of the longest. */
const MAX_COMPILED = 64;
const MAX_OWN_TEMPLATES = 1000;

export class TemplateLibrary {
  readonly #builtIn = new Map<TemplateId, Template>();
  /** Of all templates, built-in ones first. */
  readonly #summaries = new Map<TemplateId, TemplateSummary>();
  readonly #store: TemplateStore;
  readonly #compiled = new Map<TemplateId, Promise<CompiledTemplate>>();
  readonly #listeners = new Set<(event: TemplateEvent) => void>();
  readonly #log: Logger;

  private constructor(store: TemplateStore, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  static async open(options: {
    readonly folder: string;
    readonly database: Database;
    readonly log: Logger;
  }): Promise<TemplateLibrary> {
    const { folder, database, log } = options;
    const library = new TemplateLibrary(await TemplateStore.open(database), log);
    for (const template of await readTemplates(folder, log)) {
      library.#builtIn.set(template.id, template);
      library.#summaries.set(template.id, summaryOf(template, true));
    }
    for (const summary of await library.#store.summaries()) {
      // A built-in one that came with an update keeps the name; the user's is still in the store.
      if (library.#builtIn.has(summary.id)) log.warn({ id: summary.id }, 'template hidden');
      else library.#summaries.set(summary.id, summary);
    }
    return library;
  }

  /** Those whose id, titles or tags contain every word of `query`, and which have the tag. */
  list({ query = '', tag }: { query?: string; tag?: string } = {}): TemplateSummary[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return [...this.#summaries.values()].filter((summary) => {
      const { id, title, tags } = summary;
      if (tag !== undefined && !tags.includes(tag)) return false;
      const text = [id, title.en, title.zh, ...tags].join('\n').toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  has(id: TemplateId): boolean {
    return this.#summaries.has(id);
  }

  /** Throws `template_not_found`. */
  async get(id: TemplateId): Promise<Template> {
    const template = this.#builtIn.get(id) ?? (await this.#store.read(id));
    if (template) return template;
    throw new AppError(
      'template_not_found',
      `There is no motion template '${id}'; GET /api/v1/templates lists them`,
    );
  }

  /** Ready to play, in shared memory. Throws `template_not_found`. */
  compiled(id: TemplateId): Promise<CompiledTemplate> {
    const known = this.#compiled.get(id);
    const compiled = known ?? this.get(id).then(compileTemplate);
    // Last in the map is the most recently used.
    this.#compiled.delete(id);
    this.#compiled.set(id, compiled);
    if (!known) compiled.catch(() => this.#compiled.delete(id));
    const oldest = this.#compiled.keys().next().value;
    if (this.#compiled.size > MAX_COMPILED && oldest) this.#compiled.delete(oldest);
    return compiled;
  }

  /** A new template of the user's; its id is changed when taken. Throws `bad_template`. */
  async create(input: unknown): Promise<TemplateSummary> {
    const template = guard(() => checkTemplate(input));
    return this.#save({ ...template, id: this.#freeId(template.id) });
  }

  /** Throws `bad_template`, `template_not_found`, `conflict`. */
  async update(id: TemplateId, input: unknown): Promise<TemplateSummary> {
    await this.#own(id);
    const template = guard(() => checkTemplate(input));
    return this.#save({ ...template, id });
  }

  /** Renames, tags. Throws `template_not_found`, `conflict`, `bad_template`. */
  async describe(id: TemplateId, change: TemplateChange): Promise<TemplateSummary> {
    const template = await this.#own(id);
    const given = Object.fromEntries(
      Object.entries(change).filter(([, value]) => value !== undefined),
    );
    return this.#save(guard(() => checkTemplate({ ...template, ...given })));
  }

  /** A copy that may be changed. Throws `template_not_found`, `over_capacity`. */
  async duplicate(id: TemplateId): Promise<TemplateSummary> {
    const { title, ...rest } = await this.get(id);
    const copied = {
      en: `${title.en} copy`.slice(-80),
      zh: title.zh && `${title.zh} 副本`.slice(-80),
    };
    return this.#save({ ...rest, title: copied, id: this.#freeId(id) });
  }

  /** Throws `template_not_found`, `conflict`. */
  async mirror(id: TemplateId): Promise<TemplateSummary> {
    return this.#save(mirrorTemplate(await this.#own(id)));
  }

  /** Throws `template_not_found`, `conflict`, `bad_template`. */
  async retime(id: TemplateId, seconds: number): Promise<TemplateSummary> {
    const template = await this.#own(id);
    return this.#save(guard(() => retimeTemplate(template, seconds)));
  }

  /** Throws `template_not_found`, `conflict`, `bad_template`. */
  async trim(id: TemplateId, from: number, to: number): Promise<TemplateSummary> {
    const template = await this.#own(id);
    return this.#save(guard(() => trimTemplate(template, from, to)));
  }

  /** Throws `template_not_found`, `conflict`. */
  async delete(id: TemplateId): Promise<void> {
    await this.#own(id);
    await this.#store.remove(id);
    this.#summaries.delete(id);
    this.#compiled.delete(id);
    this.#tell({ type: 'deleted', id });
  }

  /** Returns what takes the listener off. */
  onChange(listener: (event: TemplateEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #save(template: Template): Promise<TemplateSummary> {
    const own = this.#summaries.size - this.#builtIn.size;
    if (!this.#summaries.has(template.id) && own >= MAX_OWN_TEMPLATES) {
      throw new AppError(
        'over_capacity',
        `There are ${own} templates of your own already; delete some to make room`,
      );
    }
    const summary = summaryOf(template, false);
    await this.#store.write(template, summary);
    this.#summaries.set(template.id, summary);
    this.#compiled.delete(template.id);
    this.#tell({ type: 'saved', summary });
    return summary;
  }

  /** A template that may be changed. */
  async #own(id: TemplateId): Promise<Template> {
    if (this.#builtIn.has(id)) {
      throw new AppError(
        'conflict',
        `The template '${id}' is built in and stays as it is; duplicate it and change the copy`,
      );
    }
    return this.get(id);
  }

  #freeId(wanted: TemplateId): TemplateId {
    if (!this.#summaries.has(wanted)) return wanted;
    const stem = wanted.replace(/-\d+$/, '').slice(0, 56);
    for (let number = 2; ; number += 1) {
      const id = TemplateId.parse(`${stem}-${number}`);
      if (!this.#summaries.has(id)) return id;
    }
  }

  #tell(event: TemplateEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ err: error }, 'a listener to template changes failed');
      }
    }
  }
}

function summaryOf(template: Template, builtIn: boolean): TemplateSummary {
  const { id, title, tags, emotion, seconds, loop, beats, aim } = template;
  const parts = templateParts(template);
  return { id, title, tags, emotion, seconds, loop, beats, aim, builtIn, parts };
}

/** What is wrong with a template, with the code that doors answer. */
function guard<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof MotionDataError)) throw error;
    throw new AppError('bad_template', error.message, error);
  }
}
