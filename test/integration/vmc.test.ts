/** VMC over real UDP drives the session that was chosen, and only that one. */
import assert from 'node:assert/strict';
import { createSocket, type Socket as Udp } from 'node:dgram';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { toBuffer } from 'osc-min';
import { io, type Socket } from 'socket.io-client';
import type { MotionState } from '../../server/protocol/index.ts';
import { TestApp, until } from '../support/app.ts';

type Answer = { readonly ok: boolean; readonly error?: { readonly code: string } };

describe('VMC over UDP', () => {
  let house: TestApp;
  let socket: Socket;
  let udp: Udp;
  let port: number;

  before(async () => {
    port = await freeUdpPort();
    house = await TestApp.open({ vmc: { host: '127.0.0.1', port } });
    udp = createSocket('udp4');
    socket = io(house.app.url, { transports: ['websocket'], reconnection: false });
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  });

  after(async () => {
    socket.close();
    udp.close();
    await house.close();
  });

  async function ask(name: string, request: object): Promise<Answer> {
    return (await socket.timeout(30_000).emitWithAck(name, request)) as Answer;
  }

  function send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      udp.send(bytes, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
    });
  }

  test('its poses reach the chosen session until it is let go, garbage between them or not', async () => {
    const [chosen, other] = [await house.createSession(), await house.createSession()];
    const states: MotionState[] = [];
    socket.on('motion:state', (state: MotionState) => states.push(state));
    await ask('session:follow', { sessionId: chosen.id });
    await ask('motion:tier', { sessionId: chosen.id, tier: 'full' });
    await send(frame());
    assert.ok((await ask('motion:vmc', { sessionId: chosen.id, on: true })).ok);
    await until('somebody is seen', async () => {
      await send(Uint8Array.from({ length: 64 }, (_, i) => i * 7));
      await send(frame());
      return states.at(-1)?.vmc === true;
    });
    await until('poses are counted', async () => {
      await send(frame());
      return chosen.statistics.poses > 5;
    });
    assert.equal(other.statistics.poses, 0);
    assert.ok((await ask('motion:vmc', { sessionId: chosen.id, on: false })).ok);
    await until('nobody is seen any more', async () => {
      await send(frame());
      return states.at(-1)?.vmc === false;
    });
    assert.equal(chosen.snapshot.state, 'live');
  });

  test('a session that ended is driven no more, and another can be chosen', async () => {
    const [first, second] = [await house.createSession(), await house.createSession()];
    await ask('motion:vmc', { sessionId: first.id, on: true });
    await house.app.registry.stop(first.id);
    await send(frame());
    assert.equal(
      (await ask('motion:vmc', { sessionId: first.id, on: true })).error?.code,
      'session_closed',
    );
    await ask('motion:vmc', { sessionId: second.id, on: true });
    await until('the second is driven', async () => {
      await send(frame());
      return second.statistics.poses > 0;
    });
  });

  test('without a port VMC is refused', async () => {
    await using without = await TestApp.open();
    const session = await without.createSession();
    const client = io(without.app.url, { transports: ['websocket'], reconnection: false });
    const request = { sessionId: session.id, on: true };
    const answer = (await client.timeout(30_000).emitWithAck('motion:vmc', request)) as Answer;
    client.close();
    assert.equal(answer.error?.code, 'conflict');
  });
});

/** One frame as VSeeFace sends it: a bundle of bones, blend shapes and their Apply. */
function frame(): Uint8Array {
  const message = (address: string, ...args: (string | number)[]) => ({
    address,
    args: args.map((value) =>
      typeof value === 'number'
        ? { type: 'float' as const, value }
        : { type: 'string' as const, value },
    ),
  });
  const bones = ['Hips', 'Spine', 'Head', 'LeftUpperArm', 'LeftLowerArm', 'RightUpperArm'];
  const view = toBuffer({
    timetag: [0, 1],
    elements: [
      message('/VMC/Ext/OK', 1),
      ...bones.map((bone) => message('/VMC/Ext/Bone/Pos', bone, 0, 1, 0, 0, 0, 0, 1)),
      message('/VMC/Ext/Blend/Val', 'Blink', 0.5),
      message('/VMC/Ext/Blend/Apply'),
    ],
  });
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

async function freeUdpPort(): Promise<number> {
  const probe = createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
