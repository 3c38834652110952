/** Triggers as users made or changed them, built-in ones included, as JSON. */
import type { Trigger, TriggerId } from '../protocol/trigger.ts';
import type { Database } from './sqlite.ts';

export class TriggerStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<TriggerStore> {
    await database.schema
      .createTable('trigger_rule')
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    return new TriggerStore(database);
  }

  /** As they were written, unchecked: an older version may have written them. */
  async all(): Promise<unknown[]> {
    const rows = await this.#database
      .selectFrom('trigger_rule')
      .select('body')
      .orderBy('id')
      .execute();
    return rows.map((row) => JSON.parse(row.body) as unknown);
  }

  /** Makes or replaces. */
  async write(trigger: Trigger): Promise<void> {
    const body = JSON.stringify(trigger);
    await this.#database
      .insertInto('trigger_rule')
      .values({ id: trigger.id, body })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ body }))
      .execute();
  }

  async remove(id: TriggerId): Promise<void> {
    await this.#database.deleteFrom('trigger_rule').where('id', '=', id).execute();
  }
}
