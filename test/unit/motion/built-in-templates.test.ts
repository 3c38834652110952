import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { readTemplates } from '../../../server/motion/template-files.ts';

test('every built-in template of this repository is good', async () => {
  const folder = join(import.meta.dirname, '../../../models/motions');
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const templates = await readTemplates(folder, log);
  assert.deepEqual(lines, []);
  assert.equal(templates.length, (await readdir(folder)).length);
  assert.ok(templates.length >= 36, `${templates.length} templates`);
  for (const { id: name, title, tags } of templates) {
    assert.ok(title.zh.length > 0, `${name} has a Chinese title`);
    assert.ok(
      tags.some((tag) => /\p{Script=Han}/u.test(tag)),
      `${name} has a Chinese tag`,
    );
    assert.ok(
      tags.some((tag) => /^[a-z]/.test(tag)),
      `${name} has an English tag`,
    );
  }
});
