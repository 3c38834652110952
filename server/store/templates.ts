/** Users' motion templates in the database: the summary for lists, the whole as JSON. */
import type { Template, TemplateId, TemplateSummary } from '../protocol/template.ts';
import type { Database } from './sqlite.ts';

export class TemplateStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<TemplateStore> {
    await database.schema
      .createTable('template')
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('summary', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    return new TemplateStore(database);
  }

  /** Without the tracks, in order of their ids. */
  async summaries(): Promise<TemplateSummary[]> {
    const rows = await this.#database
      .selectFrom('template')
      .select('summary')
      .orderBy('id')
      .execute();
    return rows.map((row) => JSON.parse(row.summary) as TemplateSummary);
  }

  async read(id: TemplateId): Promise<Template | undefined> {
    const row = await this.#database
      .selectFrom('template')
      .select('body')
      .where('id', '=', id)
      .executeTakeFirst();
    return row && (JSON.parse(row.body) as Template);
  }

  /** Makes or replaces. */
  async write(template: Template, summary: TemplateSummary): Promise<void> {
    const row = { summary: JSON.stringify(summary), body: JSON.stringify(template) };
    await this.#database
      .insertInto('template')
      .values({ id: template.id, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }

  async remove(id: TemplateId): Promise<void> {
    await this.#database.deleteFrom('template').where('id', '=', id).execute();
  }
}
