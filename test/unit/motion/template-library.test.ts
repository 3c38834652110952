import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { AppError } from '../../../server/core/errors.ts';
import { TemplateLibrary, type TemplateEvent } from '../../../server/motion/template-library.ts';
import { TemplateId, type Template } from '../../../server/protocol/template.ts';
import { openDatabase } from '../../../server/store/sqlite.ts';
import { richTemplate } from '../../support/templates.ts';

async function openLibrary(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-templates-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const database = await openDatabase(join(folder, 'data'));
  t.after(() => database.destroy());
  const open = () => TemplateLibrary.open({ folder, database, log });
  return { library: await open(), open, logged };
}

function builtIn(id: string, more: object = {}): string {
  return JSON.stringify({ ...richTemplate(), id, ...more });
}

const id = (name: string): TemplateId => TemplateId.parse(name);

function refusal(code: string, message: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

test('a broken file is named in the log and does not stop the rest', async (t) => {
  const { library, logged } = await openLibrary(t, {
    'nod.json': builtIn('nod'),
    'broken.json': '{ "format": ',
    'late.json': builtIn('late', { seconds: 1 }),
    'other-name.json': builtIn('bow'),
  });
  assert.deepEqual(
    library.list().map((summary) => summary.id),
    ['nod'],
  );
  for (const file of ['broken.json', 'late.json', 'other-name.json']) {
    assert.ok(
      logged.some((line) => line.includes(file)),
      `${file} is in the log`,
    );
  }
});

test('a list is searched by words and by tag', async (t) => {
  const { library } = await openLibrary(t, {
    'wave.json': builtIn('wave', { tags: ['greeting', '挥手'], title: { en: 'Wave', zh: '挥手' } }),
    'nod.json': builtIn('nod', { tags: ['yes'] }),
  });
  assert.deepEqual(
    library.list({ query: '挥手' }).map((one) => one.id),
    ['wave'],
  );
  assert.deepEqual(
    library.list({ query: 'WAVE greet' }).map((one) => one.id),
    ['wave'],
  );
  assert.deepEqual(
    library.list({ tag: 'yes' }).map((one) => one.id),
    ['nod'],
  );
  assert.deepEqual(library.list({ query: 'wave nod' }), []);
});

test('a built-in template stays as it is; its duplicate can be changed and outlives a restart', async (t) => {
  const { library, open } = await openLibrary(t, { 'nod.json': builtIn('nod') });
  await assert.rejects(library.mirror(id('nod')), refusal('conflict', /duplicate it/));
  await assert.rejects(library.delete(id('nod')), refusal('conflict', /duplicate it/));
  const copy = await library.duplicate(id('nod'));
  assert.equal(copy.id, 'nod-2');
  assert.equal(copy.builtIn, false);
  await library.mirror(copy.id);
  await library.retime(copy.id, 4);
  await library.describe(copy.id, { tags: ['mine'] });
  const again = await open();
  const template = await again.get(copy.id);
  assert.equal(template.aim, 'leftHand');
  assert.equal(template.seconds, 4);
  assert.deepEqual(
    again.list({ tag: 'mine' }).map((one) => one.id),
    ['nod-2'],
  );
  assert.equal(template.title.en, 'Sample copy');
});

test('what is exported is imported as it was, under a free name', async (t) => {
  const { library } = await openLibrary(t);
  await library.create(richTemplate());
  const exported = JSON.parse(JSON.stringify(await library.get(id('sample')))) as Template;
  const summary = await library.create(exported);
  assert.equal(summary.id, 'sample-2');
  assert.deepEqual(await library.get(summary.id), { ...exported, id: 'sample-2' });
});

test('a bad template is refused with the place', async (t) => {
  const { library } = await openLibrary(t);
  const bad = { ...richTemplate(), tracks: { body: {}, head: [{ t: 0, yaw: 'left' }], face: {} } };
  await assert.rejects(library.create(bad), refusal('bad_template', /tracks\.head\.0\.yaw/));
  const empty = { ...richTemplate(), tracks: { body: {}, face: {} } };
  await assert.rejects(library.create(empty), refusal('bad_template', /no key/));
  await assert.rejects(library.get(id('nothing')), refusal('template_not_found', /'nothing'/));
});

test('compiled templates are kept until they change, and at most 64 of them', async (t) => {
  const { library } = await openLibrary(t);
  await library.create(richTemplate());
  const first = await library.compiled(id('sample'));
  assert.equal(await library.compiled(id('sample')), first);
  await library.retime(id('sample'), 3);
  const second = await library.compiled(id('sample'));
  assert.equal(second.seconds, 3);
  for (let i = 0; i < 64; i += 1)
    await library.compiled((await library.duplicate(id('sample'))).id);
  assert.notEqual(await library.compiled(id('sample')), second);
});

test('listeners hear of changes, and one that throws does not reach the caller', async (t) => {
  const { library } = await openLibrary(t);
  const heard: TemplateEvent[] = [];
  library.onChange(() => {
    throw new Error('broken listener');
  });
  const off = library.onChange((event) => heard.push(event));
  await library.create(richTemplate());
  await library.delete(id('sample'));
  off();
  await library.create(richTemplate());
  assert.deepEqual(
    heard.map((event) => event.type),
    ['saved', 'deleted'],
  );
});
