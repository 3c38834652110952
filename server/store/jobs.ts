/** Background renders in the database: their order, and the rest as JSON. */
import type { Job, JobId } from '../protocol/job.ts';
import type { Database } from './sqlite.ts';

export class JobStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<JobStore> {
    await database.schema
      .createTable('render_job')
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('position', 'real', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    return new JobStore(database);
  }

  /** In their order, unchecked: an older version may have written them. */
  async all(): Promise<{ readonly position: number; readonly body: unknown }[]> {
    const rows = await this.#database
      .selectFrom('render_job')
      .select(['position', 'body'])
      .orderBy('position')
      .execute();
    return rows.map(({ position, body }) => ({ position, body: JSON.parse(body) as unknown }));
  }

  /** Makes or replaces. */
  async write(job: Job, position: number): Promise<void> {
    const row = { position, body: JSON.stringify(job) };
    await this.#database
      .insertInto('render_job')
      .values({ id: job.id, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }

  async remove(id: JobId): Promise<void> {
    await this.#database.deleteFrom('render_job').where('id', '=', id).execute();
  }
}
