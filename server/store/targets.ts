/** Push targets as their owners wrote them; stream keys are sealed before they come here. */
import type { Database } from './sqlite.ts';

export type TargetRow = {
  readonly id: string;
  /** JSON of what may be shown. */
  readonly body: string;
  /** The stream key, sealed. */
  readonly sealed_key: string;
};

export class TargetStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<TargetStore> {
    await database.schema
      .createTable('push_target')
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('sealed_key', 'text', (column) => column.notNull())
      .execute();
    return new TargetStore(database);
  }

  all(): Promise<TargetRow[]> {
    return this.#database.selectFrom('push_target').selectAll().orderBy('id').execute();
  }

  /** Makes or replaces. */
  async write(row: TargetRow): Promise<void> {
    const { body, sealed_key } = row;
    await this.#database
      .insertInto('push_target')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ body, sealed_key }))
      .execute();
  }

  async remove(id: string): Promise<void> {
    await this.#database.deleteFrom('push_target').where('id', '=', id).execute();
  }
}
