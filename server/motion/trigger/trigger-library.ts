/**
 * The triggers of this installation: built-in ones from defaults.json, changed ones and users' own
 * from the store. Main thread; owned by the app.
 */
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import {
  MAX_TRIGGERS,
  Trigger,
  type TriggerId,
  type TriggerSummary,
} from '../../protocol/trigger.ts';
import type { Database } from '../../store/sqlite.ts';
import { TriggerStore } from '../../store/triggers.ts';
import defaults from './defaults.json' with { type: 'json' };

export class TriggerLibrary {
  readonly #builtIn: ReadonlyMap<TriggerId, Trigger>;
  readonly #triggers: Map<TriggerId, Trigger>;
  readonly #store: TriggerStore;
  readonly #listeners = new Set<() => void>();

  private constructor(store: TriggerStore) {
    this.#store = store;
    const builtIn = z.array(Trigger).parse(defaults);
    this.#builtIn = new Map(builtIn.map((trigger) => [trigger.id, trigger]));
    this.#triggers = new Map(this.#builtIn);
  }

  static async open(database: Database, log: Logger): Promise<TriggerLibrary> {
    const store = await TriggerStore.open(database);
    const library = new TriggerLibrary(store);
    for (const stored of await store.all()) {
      const trigger = Trigger.safeParse(stored);
      if (trigger.success) library.#triggers.set(trigger.data.id, trigger.data);
      else log.warn({ problem: trigger.error.message }, 'stored trigger left out');
    }
    return library;
  }

  get all(): readonly Trigger[] {
    return [...this.#triggers.values()];
  }

  list(): TriggerSummary[] {
    return this.all.map((trigger) => this.#summary(trigger));
  }

  /** Makes or replaces. Throws `over_capacity`. */
  async save(trigger: Trigger): Promise<TriggerSummary> {
    if (!this.#triggers.has(trigger.id) && this.#triggers.size >= MAX_TRIGGERS) {
      throw new AppError('over_capacity', `There are ${MAX_TRIGGERS} triggers; delete one first`);
    }
    await this.#store.write(trigger);
    this.#triggers.set(trigger.id, trigger);
    this.#tell();
    return this.#summary(trigger);
  }

  /** Throws `not_found`. */
  async arm(id: TriggerId, armed: boolean): Promise<TriggerSummary> {
    return this.save({ ...this.#get(id), armed });
  }

  /** A built-in one becomes again what it was at first. Throws `not_found`. */
  async delete(id: TriggerId): Promise<void> {
    this.#get(id);
    await this.#store.remove(id);
    const builtIn = this.#builtIn.get(id);
    if (builtIn) this.#triggers.set(id, builtIn);
    else this.#triggers.delete(id);
    this.#tell();
  }

  /** Returns what takes the listener off. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #get(id: TriggerId): Trigger {
    const trigger = this.#triggers.get(id);
    if (trigger) return trigger;
    throw new AppError('not_found', `There is no trigger '${id}'; GET /api/v1/triggers lists them`);
  }

  #summary(trigger: Trigger): TriggerSummary {
    return { ...trigger, builtIn: this.#builtIn.has(trigger.id) };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
