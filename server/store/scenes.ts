/** Scenes and what was uploaded for them, as JSON; the files lie in the data folder. */
import type { Database } from './sqlite.ts';

export type SceneRow = { readonly id: string; readonly body: string };
type Table = 'scene' | 'scene_asset';

export class SceneStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<SceneStore> {
    for (const table of ['scene', 'scene_asset'] as const) {
      await database.schema
        .createTable(table)
        .ifNotExists()
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('body', 'text', (column) => column.notNull())
        .execute();
    }
    return new SceneStore(database);
  }

  all(table: Table): Promise<SceneRow[]> {
    return this.#database.selectFrom(table).selectAll().orderBy('id').execute();
  }

  /** Makes or replaces. */
  async write(table: Table, row: SceneRow): Promise<void> {
    await this.#database
      .insertInto(table)
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ body: row.body }))
      .execute();
  }

  async remove(table: Table, id: string): Promise<void> {
    await this.#database.deleteFrom(table).where('id', '=', id).execute();
  }
}
