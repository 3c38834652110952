import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cellStyle, loopCell, MOVING, movingPath, talkCell } from '../../../web/lib/moving.ts';

const ROOT = join(import.meta.dirname, '../../..');

test('every built-in avatar has its moving picture', async () => {
  for (const name of await readdir(join(ROOT, 'models/avatars'))) {
    const path = movingPath(name);
    assert.ok(path, `${name} has none`);
    assert.ok(existsSync(join(ROOT, 'web/public', path)), path);
  }
  assert.equal(movingPath('somebody-else'), null);
});

test('the mouth opens with the level, within its cells', () => {
  assert.equal(talkCell(-100), 0);
  assert.equal(talkCell(-50), 0);
  assert.equal(talkCell(0), MOVING.talk - 1);
  assert.ok(talkCell(-30) > talkCell(-45));
});

test('the wave goes round behind the mouth’s cells', () => {
  const last = MOVING.talk + MOVING.loop - 1;
  const seen = Array.from({ length: 200 }, (_, i) => loopCell(i * 50));
  assert.equal(Math.min(...seen), MOVING.talk);
  assert.equal(Math.max(...seen), last);
  assert.ok(last < MOVING.columns * MOVING.rows, 'the file has room for it');
  assert.deepEqual(cellStyle(0), { position: '0% 0%', size: '600% 500%' });
  assert.deepEqual(cellStyle(29).position, '100% 100%');
});
