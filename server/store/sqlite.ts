/**
 * The one door to SQLite: Node's own driver under Kysely's SQLite dialect. Synchronous and on the
 * main thread, so statements stay small; nothing here runs per packet or per frame.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { AppError } from '../core/errors.ts';

export type Tables = {
  readonly setting: { name: string; value: string };
  readonly template: { id: string; summary: string; body: string };
  readonly trigger_rule: { id: string; body: string };
  readonly push_target: { id: string; body: string; sealed_key: string };
  readonly scene: { id: string; body: string };
  readonly scene_asset: { id: string; body: string };
  readonly render_job: { id: string; position: number; body: string };
};

export type Database = Kysely<Tables>;

/** Opens `posecast.db` in the folder, made when missing. Throws `folder_unreachable`. */
export async function openDatabase(folder: string): Promise<Database> {
  const driver = openFile(folder);
  const database = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: adapt(driver) }),
  });
  await database.schema
    .createTable('setting')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  return database;
}

function openFile(folder: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true });
    const driver = new DatabaseSync(join(folder, 'posecast.db'));
    driver.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 2000;');
    return driver;
  } catch (error) {
    throw new AppError(
      'folder_unreachable',
      `The data folder ${folder} can't be written; set POSECAST_DATA to one that can`,
      error,
    );
  }
}

/** Kysely speaks better-sqlite3's interface, which node:sqlite resembles but for `reader`. */
function adapt(driver: DatabaseSync): SqliteDatabase {
  return {
    close: () => driver.close(),
    prepare: (sql: string): SqliteStatement => {
      const statement = driver.prepare(sql);
      const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}
