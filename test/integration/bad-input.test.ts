/** Whatever comes in wrong is refused with its code, and the server goes on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { io, type Socket } from 'socket.io-client';
import { App } from '../../server/app.ts';
import { ROOT, type Config } from '../../server/config.ts';
import { AppError } from '../../server/core/errors.ts';
import { MAX_MESSAGE_BYTES, type ErrorCode } from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import { writeRtpHeader, RTP_HEADER_BYTES } from '../../server/speech/rtp.ts';
import { childrenWith, TestApp, testConfig, until } from '../support/app.ts';
import { seededRandom } from '../support/random.ts';

type Answer =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly error: { readonly code: ErrorCode; readonly message: string } };

/** Avatars that are broken on purpose, beside the sound ones: in the drawing, in the manifest. */
const BROKEN = 'broken';
const TORN = 'torn';

describe('a running server', () => {
  let folder: string;
  let house: TestApp;
  let session: Session;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-bad-'));
    const modelsDir = join(folder, 'models');
    await cp(join(ROOT, 'models', 'avatars'), join(modelsDir, 'avatars'), { recursive: true });
    await symlink(join(ROOT, 'models', 'lipsync'), join(modelsDir, 'lipsync'));
    await cp(join(modelsDir, 'avatars', 'mira'), join(modelsDir, 'avatars', BROKEN), {
      recursive: true,
    });
    const manifest = join(modelsDir, 'avatars', BROKEN, 'avatar.json');
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replaceAll('mira', BROKEN));
    await writeFile(join(modelsDir, 'avatars', BROKEN, 'rig.json'), '{"view": "none"}');
    await mkdir(join(modelsDir, 'avatars', TORN));
    await writeFile(join(modelsDir, 'avatars', TORN, 'avatar.json'), '{"name":');
    house = await TestApp.open({ modelsDir });
    session = await house.createSession();
  });

  after(async () => {
    await house.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function connect(): Promise<Socket> {
    const socket = io(house.app.url, { transports: ['websocket'], reconnection: false });
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    return socket;
  }

  async function ask(socket: Socket, name: string, request: unknown): Promise<Answer> {
    return (await socket.timeout(30_000).emitWithAck(name, request)) as Answer;
  }

  function codeOf(answer: Answer): ErrorCode | 'ok' {
    return answer.ok ? 'ok' : answer.error.code;
  }

  async function rest(method: string, path: string, body?: string) {
    const response = await fetch(`${house.app.url}/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    const { error } = (await response.json()) as { error?: { code: ErrorCode; message: string } };
    return { status: response.status, code: error?.code, message: error?.message ?? '' };
  }

  /** The session still draws, and the server still answers. */
  async function goesOn(): Promise<void> {
    const from = session.statistics.frames;
    await until('new frames', () => session.statistics.frames > from);
    assert.equal(session.snapshot.state, 'live');
    assert.equal((await rest('GET', '/info')).status, 200);
  }

  test('a microphone of another codec, or of none', async () => {
    const socket = await connect();
    try {
      const opened = await ask(socket, 'rtc:transport', {
        sessionId: session.id,
        direction: 'send',
      });
      assert.ok(opened.ok);
      const { id: transportId } = opened.data as { readonly id: string };
      const produce = async (rtpParameters: object): Promise<ErrorCode | 'ok'> =>
        codeOf(await ask(socket, 'rtc:produce', { transportId, kind: 'audio', rtpParameters }));
      const codec = { mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8000 };
      assert.equal(
        await produce({ codecs: [codec], encodings: [{ ssrc: 1 }] }),
        'unsupported_codec',
      );
      assert.equal(await produce({}), 'unsupported_codec');
      assert.equal(await produce({ codecs: 'opus' }), 'unsupported_codec');
      const opus = { mimeType: 'audio/opus', payloadType: 'x', clockRate: 48_000, channels: 2 };
      assert.equal(await produce({ codecs: [opus], encodings: [{ ssrc: 1 }] }), 'bad_request');
    } finally {
      socket.close();
    }
    await goesOn();
  });

  test('requests that are unknown, misshapen or about nothing', async () => {
    const socket = await connect();
    try {
      assert.equal(codeOf(await ask(socket, 'no:such', {})), 'bad_request');
      assert.equal(codeOf(await ask(socket, 'toString', {})), 'bad_request');
      assert.equal(
        codeOf(await ask(socket, 'session:follow', { sessionId: '../..' })),
        'bad_request',
      );
      assert.equal(codeOf(await ask(socket, 'session:follow', null)), 'bad_request');
      assert.equal(
        codeOf(await ask(socket, 'session:follow', { sessionId: 'nobody' })),
        'session_not_found',
      );
      assert.equal(codeOf(await ask(socket, 'rtc:resume', { consumerId: 'none' })), 'not_found');
    } finally {
      socket.close();
    }
    await goesOn();
  });

  test('an oversized event ends its own connection only', async () => {
    const [loud, quiet] = await Promise.all([connect(), connect()]);
    try {
      const gone = new Promise((resolve) => loud.once('disconnect', resolve));
      loud.emit('session:follow', { sessionId: 'x'.repeat(MAX_MESSAGE_BYTES) });
      await gone;
      assert.equal(codeOf(await ask(quiet, 'server:info', {})), 'ok');
    } finally {
      loud.close();
      quiet.close();
    }
    await goesOn();
  });

  test('REST: avatars, bodies and sessions that are wrong', async () => {
    const unknown = await rest('POST', '/sessions', '{"avatar":"nobody"}');
    assert.deepEqual([unknown.status, unknown.code], [404, 'avatar_not_found']);
    assert.match(unknown.message, /mira/, 'names those there are');
    const odd = await rest('POST', '/sessions', '{"width":301}');
    assert.deepEqual([odd.status, odd.code], [400, 'bad_request']);
    const broken = await rest('POST', '/sessions', '{"width":');
    assert.deepEqual([broken.status, broken.code], [400, 'bad_request']);
    const huge = await rest('POST', '/sessions', JSON.stringify({ a: 'x'.repeat(300_000) }));
    assert.deepEqual([huge.status, huge.code], [413, 'too_large']);
    const nobody = await rest('GET', '/sessions/nobody');
    assert.deepEqual([nobody.status, nobody.code], [404, 'session_not_found']);
    await goesOn();
  });

  test('a broken avatar pack', async () => {
    for (const avatar of [BROKEN, TORN]) {
      const answer = await rest('POST', '/sessions', JSON.stringify({ avatar }));
      assert.deepEqual([answer.status, answer.code], [422, 'bad_pack'], answer.message);
    }
    assert.deepEqual(
      house.app.registry.snapshots.map(({ id }) => id),
      [session.id],
      'nothing of it stays',
    );
    await goesOn();
  });

  test('an ended session says so', async () => {
    const other = await house.createSession();
    await house.app.registry.stop(other.id);
    const answer = await rest('GET', `/sessions/${other.id}`);
    assert.deepEqual([answer.status, answer.code], [410, 'session_closed']);
  });

  test('garbage at the voice’s port, then a voice', async () => {
    const random = seededRandom(7);
    const { port, payloadType, ssrc } = await session.pipeline.room.openLoopbackInput();
    const socket = createSocket('udp4');
    const send = (packet: Uint8Array): Promise<unknown> =>
      new Promise((resolve) => socket.send(packet, port, '127.0.0.1', resolve));
    for (let i = 0; i < 300; i += 1) {
      const packet = random.bytes(random.int(0, 400));
      // Two in three look like RTP of the right stream, with a payload that is no Opus.
      if (i % 3 > 0 && packet.length > RTP_HEADER_BYTES) {
        const timestamp = random.int(0, 2 ** 32 - 1);
        writeRtpHeader(packet, { payloadType, marker: false, sequence: i, timestamp, ssrc });
      }
      await send(packet);
    }
    socket.close();
    await goesOn();
    const { packetsReceived } = session.statistics;
    await house.speak(session);
    await until('the voice is heard', () => {
      return session.statistics.packetsReceived > packetsReceived + 50;
    });
    await goesOn();
  });
});

describe('a start that can’t be', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-start-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function refused(config: Config, code: ErrorCode): Promise<void> {
    await assert.rejects(App.open(config), (error) => {
      assert.ok(error instanceof AppError, String(error));
      assert.equal(error.code, code, error.message);
      return true;
    });
    assert.deepEqual(await childrenWith(''), [], 'nothing is left running');
  }

  for (const door of ['port', 'rtcPort', 'rtmpPort'] as const) {
    test(`${door} is taken`, async () => {
      const config = await testConfig(join(folder, door));
      const holder = createServer().listen(config[door], '127.0.0.1');
      await once(holder, 'listening');
      try {
        await refused(config, 'port_taken');
      } finally {
        await new Promise((resolve) => holder.close(resolve));
      }
    });
  }

  test('the data folder is not one', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await refused(await testConfig(join(file, 'data')), 'folder_unreachable');
  });

  test('a sound file that is none', async () => {
    const file = join(folder, 'noise.wav');
    await writeFile(file, Buffer.alloc(5000, 0x5a));
    const child = spawn(process.execPath, ['server/cli.ts', 'live', '--audio', file], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 1);
    assert.match(said, /\(unreadable_media\)/);
  });
});
