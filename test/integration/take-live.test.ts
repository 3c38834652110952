/** A live session recorded through the doors, and replayed into another one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MotionScript } from '../../server/protocol/motion.ts';
import type { TakeDetail, TakeEntry, TakeStopped } from '../../server/protocol/take.ts';
import { SceneId } from '../../server/protocol/scene.ts';
import { SessionRequest } from '../../server/protocol/session.ts';
import { readyOrder } from '../../server/studio/render-order.ts';
import { TestApp, until } from '../support/app.ts';

type Answer<T> = { readonly status: number; readonly body: T };

async function call<T>(
  app: TestApp,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const isFile = body instanceof Blob;
  const response = await fetch(`${app.app.url}/api/v1${path}`, {
    method,
    ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
    headers: body === undefined || isFile ? {} : { 'content-type': 'application/json' },
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

test('record, list, download, upload, replay and delete a take', async () => {
  await using app = await TestApp.open();
  const request = SessionRequest.parse({ width: 256, height: 256, tier: 'full' });
  const session = await app.app.registry.create(request);
  await app.speak(session);
  await until('the voice arrives', () => session.statistics.packetsReceived > 0);

  assert.equal(session.snapshot.takeSince, null);
  const both = await Promise.all(
    [1, 2].map(() => call<TakeEntry>(app, 'POST', `/sessions/${session.id}/take`)),
  );
  const started = both.find(({ status }) => status === 201)!;
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 409], 'two panels at once');
  assert.equal(started.body.recording, session.id);
  assert.equal(session.snapshot.takeSince, started.body.recordedAt);
  assert.equal((await call(app, 'POST', `/sessions/${session.id}/take`)).status, 409);
  const { name } = started.body;
  assert.equal((await call(app, 'DELETE', `/takes/${name}`)).status, 409);
  const script = { moments: [[{ template: 'wave' }]] };
  await session.play(MotionScript.parse(script), 'hand');
  await call(app, 'PUT', '/scenes/stage', { title: 'Stage', colour: '#00ff00' });
  await session.scenes.show({ scene: SceneId.parse('stage') });
  const before = session.statistics.packetsReceived;
  await until('a second was recorded', () => session.statistics.packetsReceived > before + 50);
  const stopped = await call<TakeStopped>(app, 'DELETE', `/sessions/${session.id}/take`);
  assert.equal(stopped.status, 200);
  assert.equal(stopped.body.dropped, 0);
  assert.equal(session.snapshot.takeSince, null);

  const { body: detail } = await call<TakeDetail>(app, 'GET', `/takes/${name}`);
  assert.equal(detail.damage, '');
  assert.ok(detail.packets > 40, `${detail.packets} packets`);
  assert.equal(detail.commands, 3, 'the tier at the start, the wave, the scene');
  assert.ok(detail.sizeBytes / detail.seconds < 100_000);
  const { body: list } = await call<TakeEntry[]>(app, 'GET', '/takes');
  assert.deepEqual(
    list.map((entry) => entry.name),
    [name],
  );

  const file = await (await fetch(`${app.app.url}/api/v1/takes/${name}/file`)).blob();
  assert.equal(file.size, detail.sizeBytes);
  const half = file.slice(0, Math.round(file.size * 0.9));
  const copy = await call<TakeDetail>(app, 'POST', '/takes/copy/file', half);
  assert.equal(copy.status, 201);
  assert.match(copy.body.damage, /cut off/);
  assert.equal((await call(app, 'POST', '/takes/copy/file', file)).status, 409);
  assert.equal((await call(app, 'POST', '/takes/bad/file', new Blob(['RIFF']))).status, 422);
  assert.equal((await call(app, 'GET', '/takes/..%2Fposecast')).status, 400);

  const again = await app.app.registry.create(request);
  const replayed = await call(app, 'POST', `/sessions/${again.id}/replay`, { take: 'copy' });
  assert.equal(replayed.status, 202);
  await until('the engine hears the take', () => again.statistics.packetsReceived > 30);
  await until('it has ended', () => again.snapshot.microphone === 'absent');
  assert.equal(again.snapshot.scene.title, 'Stage');

  const path = join(app.config.dataDir, 'takes', `${name}.ptake`);
  const { scenes } = await readyOrder(app.config, {
    ...{ source: path, target: 'take.mp4', width: 128, height: 128, fps: 25 },
    background: '#000000',
  });
  assert.equal(scenes?.cues.at(-1)?.scene?.colour, '#00ff00');
  await scenes?.close();

  assert.equal((await call(app, 'DELETE', '/takes/copy')).status, 204);
  assert.equal((await call(app, 'GET', '/takes/copy')).status, 404);
});
