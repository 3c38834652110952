/** Scripts, tiers and a cast through the real doors of a real app. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { io, type Socket } from 'socket.io-client';
import {
  SessionId,
  TemplateId,
  type MotionState,
  type PoseShown,
  type SessionSnapshot,
} from '../../server/protocol/index.ts';
import { createPose, readPose } from '../../server/protocol/pose.ts';
import { TestApp, until } from '../support/app.ts';

type Answer = { readonly ok: boolean; readonly data?: unknown; readonly error?: { code: string } };

describe('motion of a live session', () => {
  let house: TestApp;
  let socket: Socket;

  before(async () => {
    house = await TestApp.open();
    socket = io(house.app.url, { transports: ['websocket'], reconnection: false });
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  });

  after(async () => {
    socket.close();
    await house.close();
  });

  async function ask(name: string, request: object): Promise<Answer> {
    return (await socket.timeout(30_000).emitWithAck(name, request)) as Answer;
  }

  async function rest(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${house.app.url}/api/v1${path}`, {
      method,
      ...(body && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
  }

  test('a new engine goes on with what goes on without end, and forgets gestures', async () => {
    const session = await house.createSession();
    const { id: sessionId } = session.snapshot;
    const states: MotionState[] = [];
    socket.on('motion:state', (state: MotionState) => {
      if (state.sessionId === sessionId) states.push(state);
    });
    const playing = (): string => {
      const steps = states.at(-1)?.playing ?? [];
      return steps.map(({ avatar, script, template }) => `${avatar} ${script} ${template}`).join();
    };
    await ask('session:follow', { sessionId });
    assert.ok((await ask('motion:tier', { sessionId, tier: 'full' })).ok);
    const sway = { moments: [[{ template: 'dance-sway' }]] };
    const nods = { moments: [[{ template: 'nod', repeat: 20 }]] };
    assert.ok((await ask('motion:play', { sessionId, script: sway })).ok);
    assert.ok((await ask('motion:play', { sessionId, script: nods, priority: 'hand' })).ok);
    await until('both play', () => playing().includes('dance-sway') && playing().includes('nod'));
    states.length = 0;
    await house.app.engines.kill();
    await until('the trouble is told', () => session.snapshot.state === 'degraded');
    await until('it is over', () => session.snapshot.state === 'live');
    await until('the dance goes on', () => playing() === '0 1 dance-sway');
    assert.ok((await ask('motion:stop', { sessionId, script: 1 })).ok);
    await until('its number stops it', () => states.length > 0 && playing() === '');
    await house.app.registry.stop(session.id);
  });

  test('a script is played, told, stopped, and refused while pose control is off', async () => {
    const { id: sessionId } = (await house.createSession()).snapshot;
    const states: MotionState[] = [];
    socket.on('motion:state', (state: MotionState) => states.push(state));
    await ask('session:follow', { sessionId });
    const script = { moments: [[{ template: 'nod', repeat: 20 }]] };
    assert.equal((await ask('motion:play', { sessionId, script })).error?.code, 'conflict');
    assert.ok((await ask('motion:tier', { sessionId, tier: 'full' })).ok);
    const played = await ask('motion:play', { sessionId, script });
    assert.deepEqual(played.data, { script: 1 });
    const heights: number[] = [];
    socket.on('motion:pose', ({ pose }: PoseShown) => {
      const shown = createPose();
      readPose(new Float32Array(new Uint8Array(pose).buffer), shown);
      heights.push(shown.head[1]!);
    });
    assert.ok((await ask('motion:watch', { sessionId, on: true })).ok);
    const playing = await until('it is told', () =>
      states.find((state) => state.playing.length > 0),
    );
    assert.equal(playing.playing[0]?.template, 'nod');
    await until('it goes on', () =>
      states.some(({ playing: [step] }) => (step?.progress ?? 0) > 0.02),
    );
    await until('the nod is seen in the pose', () => Math.min(...heights) < -0.1);
    assert.ok((await ask('motion:watch', { sessionId, on: false })).ok);
    const seen = heights.length;
    assert.ok((await ask('motion:stop', { sessionId, script: 1 })).ok);
    await until('its end is told', () => states.at(-1)?.playing.length === 0);
    assert.ok(heights.length <= seen + 1, 'who no longer watches is told no poses');
    const unknown = { moments: [[{ template: 'no-such-template' }]] };
    assert.equal(
      (await ask('motion:play', { sessionId, script: unknown })).error?.code,
      'template_not_found',
    );
    await house.app.registry.stop(sessionId);
  });

  test('REST does the same', async () => {
    const { id } = (await house.createSession()).snapshot;
    const script = { moments: [[{ template: 'nod', repeat: 20 }]] };
    assert.equal((await rest('POST', `/sessions/${id}/motion`, { script })).status, 409);
    const switched = await rest('PUT', `/sessions/${id}/tier`, { tier: 'full' });
    assert.equal(((await switched.json()) as SessionSnapshot).tier, 'full');
    const played = await rest('POST', `/sessions/${id}/motion`, { script });
    assert.equal(played.status, 201);
    assert.deepEqual(await played.json(), { script: 1 });
    assert.equal((await rest('DELETE', `/sessions/${id}/motion?script=1`)).status, 204);
    const wrong = { script: { moments: [] } };
    assert.equal((await rest('POST', `/sessions/${id}/motion`, wrong)).status, 400);
    await house.app.registry.stop(SessionId.parse(id));
  });

  test('an emotion pack is asked for by name, and a script by several at once', async () => {
    const cast = [
      { avatar: 'mira', x: 0.3 },
      { avatar: 'leo', x: 0.7, mirrored: true },
    ];
    const { data } = await ask('session:create', { width: 256, height: 128, tier: 'full', cast });
    const { id } = data as SessionSnapshot;
    const states: MotionState[] = [];
    socket.on('motion:state', (state: MotionState) => states.push(state));
    await ask('session:follow', { sessionId: id });
    assert.deepEqual((await ask('motion:emotion', { sessionId: id, emotion: 'sad' })).data, {
      script: 1,
    });
    await until('its posture plays', () =>
      states.some(({ playing }) => playing.some(({ template }) => template === 'sad')),
    );
    const moved = await rest('POST', `/sessions/${id}/emotion`, { emotion: 'happy', avatar: 1 });
    assert.deepEqual([moved.status, await moved.json()], [201, { script: 2 }]);
    const targets = [{ session: id }, { session: id, avatar: 1 }, { session: id, avatar: 2 }];
    const script = { moments: [[{ template: 'nod' }]] };
    const batch = await rest('POST', '/motion', { script, targets });
    const [all, second, third] = (await batch.json()) as { error?: { code: string } }[];
    assert.deepEqual([all, second], [{ script: 3 }, { script: 4 }]);
    assert.equal(third?.error?.code, 'bad_request', 'one that can’t doesn’t keep the others');
    await house.app.registry.stop(id);
  });

  test('whoever follows a session hears which trigger acted', async () => {
    const { id: sessionId } = (await house.createSession()).snapshot;
    await ask('motion:tier', { sessionId, tier: 'full' });
    await ask('session:follow', { sessionId });
    const heard: unknown[] = [];
    socket.on('trigger:fired', (event) => heard.push(event));
    await ask('triggers:arm', { id: 'chat-hello', armed: true });
    const answer = await ask('chat:say', { sessionId, text: 'hello' });
    assert.deepEqual(answer.data, { fired: ['chat-hello'] });
    await until('it is told', () => heard.length > 0);
    assert.deepEqual(heard, [{ sessionId, trigger: 'chat-hello' }]);
    await house.app.registry.stop(sessionId);
  });

  test('six avatars stand in one picture and move together', async () => {
    const cast = Array.from({ length: 6 }, (_, i) => ({
      avatar: i % 2 === 0 ? 'mira' : 'leo',
      x: (i + 0.5) / 6,
      scale: 0.5,
      sync: 'canon',
      offsetSeconds: i * 0.2,
    }));
    const created = await ask('session:create', { width: 640, height: 256, tier: 'full', cast });
    assert.ok(created.ok, JSON.stringify(created.error));
    const { id, cast: told } = created.data as SessionSnapshot;
    assert.equal(told.length, 6);
    const session = house.app.registry.get(id);
    await session.play({ moments: [[step('nod')]] }, 'hand', { avatar: 5 });
    await assert.rejects(session.play({ moments: [[step('nod')]] }, 'hand', { avatar: 6 }), {
      code: 'bad_request',
    });
    await until('frames', () => session.statistics.frames > 50);
    assert.equal(session.snapshot.state, 'live');
    const seventh = [...cast, cast[0]];
    assert.equal((await ask('session:create', { cast: seventh })).error?.code, 'bad_request');
    const unknown = [{ avatar: 'nobody' }];
    assert.equal((await ask('session:create', { cast: unknown })).error?.code, 'avatar_not_found');
    await house.app.registry.stop(id);
  });
});

function step(template: string) {
  return { template: TemplateId.parse(template), speed: 1, repeat: 1, size: 1 };
}
