import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cellStyle, movingPath, TALK, talkCell, WAVE, waveCell } from '../../../web/lib/moving.ts';

const ROOT = join(import.meta.dirname, '../../..');

test('every built-in avatar has its moving pictures', async () => {
  for (const name of await readdir(join(ROOT, 'models/avatars'))) {
    for (const what of ['talk', 'wave'] as const) {
      const path = movingPath({ name, own: false, body: 'rig' }, what);
      assert.ok(path, `${name} has none`);
      assert.ok(existsSync(join(ROOT, 'web/public', path)), path);
    }
  }
});

test('those of own avatars come from the server, but not of those that are told in words', () => {
  const ada = { name: 'ada', own: true, body: 'photo' };
  assert.equal(movingPath(ada, 'talk'), '/api/v1/avatars/ada/moving/talk');
  assert.equal(movingPath({ ...ada, body: 'diffusion' }, 'wave'), null);
  assert.equal(movingPath({ name: 'somebody-else', own: false, body: 'rig' }, 'talk'), null);
});

test('the mouth opens with the level, within its cells', () => {
  assert.equal(talkCell(-100), 0);
  assert.equal(talkCell(-50), 0);
  assert.equal(talkCell(0), TALK.cells - 1);
  assert.ok(talkCell(-30) > talkCell(-45));
});

test('the wave goes round', () => {
  const seen = Array.from({ length: 200 }, (_, i) => waveCell(i * 50));
  assert.equal(Math.min(...seen), 0);
  assert.equal(Math.max(...seen), WAVE.cells - 1);
});

test('every cell has a place in its file', () => {
  for (const sheet of [TALK, WAVE]) assert.equal(sheet.cells, sheet.columns * sheet.rows);
  assert.deepEqual(cellStyle(TALK, 0), { position: '0% 0%', size: '300% 200%' });
  assert.deepEqual(cellStyle(WAVE, 23), { position: '100% 100%', size: '600% 400%' });
});
