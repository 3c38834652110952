import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { pino } from 'pino';
import { toAppError } from '../../../server/core/errors.ts';
import { templateRoutes } from '../../../server/http/template-routes.ts';
import { TemplateLibrary } from '../../../server/motion/template-library.ts';
import type { TemplateSummary } from '../../../server/protocol/template.ts';
import { openDatabase } from '../../../server/store/sqlite.ts';
import { richTemplate } from '../../support/templates.ts';

const TOKEN = { authorization: 'Bearer secret' };

/** The routes over a real library with one built-in template, `nod`. */
async function openDoor(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-routes-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'nod.json'), JSON.stringify({ ...richTemplate(), id: 'nod' }));
  const database = await openDatabase(join(folder, 'data'));
  t.after(() => database.destroy());
  const log = pino({ level: 'silent' });
  const templates = await TemplateLibrary.open({ folder, database, log });
  const fastify = Fastify();
  fastify.setValidatorCompiler(validatorCompiler);
  fastify.setSerializerCompiler(serializerCompiler);
  fastify.setErrorHandler((error, _request, reply) => {
    const { status, code, message } = toAppError(error);
    return reply.status(status).send({ code, message });
  });
  await fastify.register(templateRoutes({ templates, isAdmin: (token) => token === 'secret' }));
  t.after(() => fastify.close());
  return fastify;
}

test('a template is imported, renamed, mirrored, retimed, exported and deleted', async (t) => {
  const door = await openDoor(t);
  const post = (url: string, payload?: object) =>
    door.inject({ method: 'POST', url, headers: TOKEN, ...(payload && { payload }) });
  const made = await post('/templates', richTemplate());
  assert.equal(made.statusCode, 201);
  const { id } = made.json<TemplateSummary>();
  const renamed = await door.inject({
    method: 'PATCH',
    url: `/templates/${id}`,
    headers: TOKEN,
    payload: { title: { en: 'Mine', zh: '我的' }, tags: ['own'] },
  });
  assert.equal(renamed.json<TemplateSummary>().title.zh, '我的');
  assert.equal((await post(`/templates/${id}/mirror`)).json<TemplateSummary>().aim, 'leftHand');
  const retimed = await post(`/templates/${id}/retime`, { seconds: 4 });
  assert.equal(retimed.json<TemplateSummary>().seconds, 4);
  const exported = await door.inject({ method: 'GET', url: `/templates/${id}/export` });
  assert.match(String(exported.headers['content-disposition']), /sample\.json/);
  assert.equal((await post('/templates', exported.json<object>())).statusCode, 201);
  const own = await door.inject({ method: 'GET', url: '/templates?q=mine&tag=own' });
  assert.equal(own.json<TemplateSummary[]>().length, 2);
  const gone = await door.inject({ method: 'DELETE', url: `/templates/${id}`, headers: TOKEN });
  assert.equal(gone.statusCode, 204);
  assert.equal((await door.inject({ method: 'GET', url: `/templates/${id}` })).statusCode, 404);
});

test('changes need the token; built-in and bad templates are refused with their codes', async (t) => {
  const door = await openDoor(t);
  const plain = await door.inject({ method: 'POST', url: '/templates', payload: richTemplate() });
  assert.equal(plain.statusCode, 401);
  const fixed = await door.inject({ method: 'DELETE', url: '/templates/nod', headers: TOKEN });
  assert.deepEqual([fixed.statusCode, fixed.json<{ code: string }>().code], [409, 'conflict']);
  const payload = { ...richTemplate(), seconds: -1 };
  const bad = await door.inject({ method: 'POST', url: '/templates', headers: TOKEN, payload });
  assert.deepEqual([bad.statusCode, bad.json<{ code: string }>().code], [422, 'bad_template']);
});

test('a motion file is read in its own thread, whatever content type it is sent with', async (t) => {
  const door = await openDoor(t);
  const arm = (side: string, x: number): string =>
    `JOINT ${side}Arm { OFFSET ${x} 5 0 CHANNELS 1 Zrotation JOINT ${side}ForeArm { OFFSET ${x} 0 0 ` +
    `CHANNELS 0 JOINT ${side}Hand { OFFSET ${x} 0 0 CHANNELS 0 } } }`;
  const rows = Array.from({ length: 31 }, (_, i) => `${i * 2} 0`).join('\n');
  const bvh =
    `HIERARCHY ROOT Hips { OFFSET 0 0 0 CHANNELS 0 ${arm('Left', 2)} ${arm('Right', -2)} } ` +
    `MOTION Frames: 31 Frame Time: 0.033333\n${rows}\n`;
  const send = (payload: string, type: string) =>
    door.inject({
      method: 'POST',
      url: '/templates/import-motion?name=Stretch.bvh',
      headers: { ...TOKEN, 'content-type': type },
      payload,
    });
  for (const type of ['application/octet-stream', 'text/plain', 'application/json']) {
    const answer = await send(bvh, type);
    assert.equal(answer.statusCode, 201, answer.body);
    const summary = answer.json<TemplateSummary>();
    assert.match(summary.id, /^stretch/);
    assert.deepEqual(summary.parts, ['torso', 'leftArm', 'rightArm']);
  }
  const bad = await send('not a motion', 'text/plain');
  assert.deepEqual([bad.statusCode, bad.json<{ code: string }>().code], [422, 'bad_template']);
});
