import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { AppError } from '../../../server/core/errors.ts';
import { AdminToken } from '../../../server/store/admin-token.ts';
import { openDatabase } from '../../../server/store/sqlite.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'posecast-store-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test('the admin token is shown once, stored as a hash, and recognised later', async (t) => {
  const path = await folder(t);
  const shown: string[] = [];
  let database = await openDatabase(path);
  await AdminToken.open(database, (token) => shown.push(token));
  await database.destroy();
  database = await openDatabase(path);
  const token = await AdminToken.open(database, (again) => shown.push(again));
  const rows = await database.selectFrom('setting').selectAll().execute();
  await database.destroy();
  assert.equal(shown.length, 1);
  assert.equal(token.matches(shown[0]), true);
  assert.equal(token.matches('wrong'), false);
  assert.equal(token.matches(undefined), false);
  assert.ok(!JSON.stringify(rows).includes(shown[0]!));
});

test('a data folder that is a file is refused in one sentence', async (t) => {
  const path = join(await folder(t), 'file');
  await writeFile(path, '');
  await assert.rejects(openDatabase(path), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'folder_unreachable');
    assert.match(error.message, /POSECAST_DATA/);
    return true;
  });
});
