/** Sentences, chat, events and trigger rules through the real server's doors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SayAnswer, TriggersFired, TriggerSummary } from '../../server/protocol/index.ts';
import { TestApp, until } from '../support/app.ts';

async function call(app: TestApp, method: string, path: string, body?: unknown) {
  const response = await fetch(`${app.app.url}/api/v1${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const json: unknown = await response.json().catch(() => null);
  return { status: response.status, json };
}

test('a session is moved by sentences, chat and events, and says what it did not understand', async (t) => {
  await using app = await TestApp.open();
  const session = await app.createSession();
  const at = `/sessions/${session.id}`;
  const say = async (text: string, dryRun: boolean) =>
    SayAnswer.parse((await call(app, 'POST', `${at}/say`, { text, dryRun })).json);

  await t.test('in tier basic a sentence is answered, and playing it refused', async () => {
    assert.equal((await say('wave', true)).played, null);
    assert.equal((await call(app, 'POST', `${at}/say`, { text: 'wave' })).status, 409);
  });

  session.setTier('full');
  await t.test('in tier full it plays what is understood', async () => {
    const answer = await say('挥手打招呼,然后来个后空翻', false);
    assert.equal(answer.script?.moments[0]?.[0]?.template, 'wave');
    assert.equal(answer.notUnderstood[0]?.text, '后空翻');
    assert.ok((answer.played ?? 0) > 0);
  });

  await t.test('chat words are unarmed until armed, an event of its own plays', async () => {
    const chat = async () =>
      TriggersFired.parse((await call(app, 'POST', `${at}/chat`, { text: '主播好' })).json).fired;
    assert.deepEqual(await chat(), []);
    const armed = await call(app, 'PATCH', '/triggers/chat-hello', { armed: true });
    assert.equal(TriggerSummary.parse(armed.json).armed, true);
    assert.deepEqual(await chat(), ['chat-hello']);
    assert.deepEqual(await chat(), [], 'it cools down');
    const rule = {
      id: 'bell',
      title: { en: 'Bell' },
      source: { kind: 'event', name: 'note/60' },
      action: { kind: 'emotion', emotion: 'surprised' },
      priority: 9,
    };
    assert.equal((await call(app, 'PUT', '/triggers/bell', rule)).status, 200);
    const rung = await call(app, 'POST', `${at}/events`, { name: 'note/60' });
    assert.deepEqual(TriggersFired.parse(rung.json).fired, ['bell']);
  });

  await t.test('a built-in trigger that is deleted is as it was at first', async () => {
    assert.equal((await call(app, 'DELETE', '/triggers/chat-hello')).status, 204);
    const list = TriggerSummary.array().parse((await call(app, 'GET', '/triggers')).json);
    const hello = list.find(({ id }) => id === 'chat-hello');
    assert.equal(hello?.armed, false);
    assert.equal(hello.builtIn, true);
    assert.equal((await call(app, 'DELETE', '/triggers/bell')).status, 204);
    assert.equal((await call(app, 'DELETE', '/triggers/bell')).status, 404);
  });

  await t.test('the session’s own voice reaches the rules: silence looks around', async () => {
    const rule = {
      id: 'soon',
      title: { en: 'Soon' },
      source: { kind: 'silence', seconds: 1 },
      action: { kind: 'template', template: 'look-around' },
      priority: 10,
      coolDownSeconds: 0,
    };
    const played: string[] = [];
    const play = session.play.bind(session);
    session.play = (script, priority) => {
      played.push(`${priority} ${script.moments[0]?.[0]?.template ?? ''}`);
      return play(script, priority);
    };
    await call(app, 'PUT', '/triggers/soon', rule);
    await until('the silence acts', () => played.includes('trigger look-around'));
  });
});
