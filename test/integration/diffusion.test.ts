/**
 * An avatar drawn by Stable Diffusion through the real doors: opened, steered in words, asked for on a
 * device that is not here, and brought back after the engine died. On the random-weight twin.
 */
import assert from 'node:assert/strict';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AvatarSummary, SessionSnapshot, SessionStats } from '../../server/protocol/index.ts';
import { TestApp, until } from '../support/app.ts';
import { TWIN } from '../support/diffusion-pack.ts';

describe('a diffusion avatar', () => {
  let house: TestApp;

  before(async () => {
    house = await TestApp.open();
    const avatars = join(house.config.dataDir, 'avatars');
    await mkdir(avatars, { recursive: true });
    await cp(TWIN, join(avatars, 'twin'), { recursive: true });
  });

  after(() => house.close());

  async function rest<T>(method: string, path: string, body?: object): Promise<[number, T]> {
    const response = await fetch(`${house.app.url}/api/v1${path}`, {
      method,
      ...(body && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    return [response.status, (await response.json()) as T];
  }

  async function networks(id: string): Promise<NonNullable<SessionStats['body']>> {
    return until('its networks are told of', async () => {
      const [, stats] = await rest<SessionStats>('GET', `/sessions/${id}/stats`);
      return stats.body ?? undefined;
    });
  }

  test('it is listed with its words, goes live, and is told other ones', async () => {
    const [, avatars] = await rest<AvatarSummary[]>('GET', '/avatars');
    const twin = avatars.find(({ name }) => name === 'twin');
    assert.match(twin?.style?.prompt ?? '', /friendly host/);
    assert.equal(twin?.style?.promptChanges, true);
    assert.equal(avatars.find(({ name }) => name === 'mira')?.style, null);
    const picture = await fetch(`${house.app.url}${twin.previewPath}`);
    assert.equal(picture.headers.get('content-type'), 'image/png');
    await picture.arrayBuffer();

    const session = { avatar: 'twin', device: 'cpu', width: 128, height: 128 };
    const [status, { id }] = await rest<SessionSnapshot>('POST', '/sessions', session);
    assert.equal(status, 201);
    const body = await networks(id);
    assert.deepEqual([body.device, body.styled, body.problem], ['cpu', true, '']);
    assert.ok(body.stages['network'], 'its parts are timed');

    const change = { prompt: 'a watercolour painting', strength: 0.6 };
    const [, told] = await rest<SessionSnapshot>('PATCH', `/sessions/${id}/style`, change);
    assert.deepEqual(told.style, change);
    const [odd] = await rest('PATCH', `/sessions/${id}/style`, { strength: 7 });
    assert.equal(odd, 400);

    await house.app.engines.kill();
    const { state } = house.app.registry.get(id).snapshot;
    await until('it is live again', () => house.app.registry.get(id).snapshot.state === 'live');
    assert.deepEqual(house.app.registry.get(id).snapshot.style, change, `after ${state}`);
    assert.equal((await networks(id)).problem, '');
    await house.app.registry.stop(id);
  });

  test('a device that is not here is refused in a sentence, and the server goes on', async () => {
    const session = { avatar: 'twin', device: 'cuda' };
    const [status, answer] = await rest<{ error: { code: string; message: string } }>(
      'POST',
      '/sessions',
      session,
    );
    assert.equal(status, 503);
    assert.match(JSON.stringify(answer), /The device cuda can't be used here: it needs an NVIDIA/);
    const [, { id }] = await rest<SessionSnapshot>('POST', '/sessions', { avatar: 'mira' });
    await until('the engine tells', () => house.app.registry.get(id).pipeline.state.engine);
    const [refused] = await rest('PATCH', `/sessions/${id}/style`, { seed: 3 });
    assert.equal(refused, 409, 'a drawn host is told nothing in words');
    await house.app.registry.stop(id);
  });
});
