/** Pushes of a live session to real RTMP targets, and to spoilt ones: the others lose nothing. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { descendants, readProcesses } from '../../server/core/usage.ts';
import { Target, type SessionPush } from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import { childrenWith, TestApp, until } from '../support/app.ts';
import { RtmpTarget, SpoiltWay } from '../support/rtmp-target.ts';

describe('pushing a session', () => {
  let house: TestApp;
  let session: Session;
  let target: RtmpTarget;

  before(async () => {
    house = await TestApp.open();
    session = await house.createSession();
    target = await RtmpTarget.open();
    await house.speak(session);
  });

  after(async () => {
    await house.close();
    await target.close();
  });

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${house.app.url}/api/v1${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return (text === '' ? { status: response.status } : JSON.parse(text)) as T;
  }

  /** A push to a stream of this name, through `port`; returns its number. */
  async function push(name: string, port = target.port, key = target.key(name)): Promise<string> {
    const url = `rtmp://127.0.0.1:${port}/live`;
    const answer = await call<{ target: string }>('POST', `/sessions/${session.id}/pushes`, {
      ...{ url, key },
    });
    return answer.target;
  }

  const stop = (id: string): Promise<unknown> =>
    call('DELETE', `/sessions/${session.id}/pushes/${id}`);

  function stateOf(id: string): SessionPush | undefined {
    return session.pushStates.find((each) => each.target === id);
  }

  test('a target that is kept is pushed to; its key is seen by nobody', async () => {
    const key = target.key('kept');
    const url = `rtmp://127.0.0.1:${target.port}/live`;
    const made = Target.parse(await call('POST', '/targets', { name: 'Kept', url, key }));
    assert.equal(made.maskedKey, `••••${key.slice(-3)}`);
    await call('PUT', `/sessions/${session.id}/pushes/${made.id}`);
    await until('the target has the stream', () => target.isLive('kept'));
    const state = await until('it is told', () => {
      const found = stateOf(made.id);
      return found?.state === 'live' && found.kbps > 0 ? found : undefined;
    });
    assert.equal(state.url, url);
    const secret = key.split('?')[1]!;
    for (const seen of [
      await commandLines(),
      JSON.stringify(await call('GET', '/targets')),
      JSON.stringify(session.pushStates),
    ]) {
      assert.ok(!seen.includes(secret), 'the key is in plain sight');
    }
    const database = await readFile(`${house.config.dataDir}/posecast.db-wal`, 'latin1');
    assert.ok(database.includes('push_target') && !database.includes(secret), 'it is sealed');
    await stop(made.id);
    await until('the target loses it', () => !target.isLive('kept'));
    await until('it is not listed any more', () => stateOf(made.id) === undefined);
  });

  test('what arrives is the whole stream: each frame once, sound with picture', async () => {
    const id = await push('whole');
    await until('the target has the stream', () => target.isLive('whole'));
    const { video, audio } = await received(target.playUrl('whole'), 8);
    const ticks = video.slice(1).map((time, i) => (time - video[i]!) / 0.04);
    // A busy machine may leave a frame out, which is counted; none comes twice or off the grid.
    assert.ok(video.length > 100, `${video.length} frames of 8 s`);
    for (const each of ticks) {
      assert.ok(each > 0.9 && Math.abs(each - Math.round(each)) < 0.05, `${each} ticks apart`);
    }
    assert.ok(Math.abs(audio.at(-1)! - video.at(-1)!) < 0.3, 'the sound ends with the picture');
    await stop(id);
  });

  test('targets that refuse, are deaf, reset or are not there trouble nobody else', async () => {
    const good = await push('good');
    await until('the good one is live', () => stateOf(good)?.state === 'live');
    await using silent = await SpoiltWay.open();
    await using deaf = await SpoiltWay.open(target.port);
    // Late: by then the kernels have given it room for a while of so small a stream.
    deaf.deafAfter = 400_000;
    await using cut = await SpoiltWay.open(target.port);
    const wrongKey = await push('wrong', target.port, 'not-the-right-key');
    const mute = await push('mute', silent.port);
    const absent = await push('absent', 1);
    const wedged = await push('wedged', deaf.port);
    const interrupted = await push('interrupted', cut.port);

    const problem = (id: string, words: RegExp): Promise<unknown> =>
      until(`${String(words)} is said`, () => words.test(stateOf(id)?.problem ?? ''));
    const cutOff = async (): Promise<void> => {
      await until('it is live', () => stateOf(interrupted)?.state === 'live');
      cut.reset();
      await until('the reset one is tried again', () => {
        const state = stateOf(interrupted);
        return state?.state === 'live' && state.restarts > 0;
      });
    };
    await Promise.all([
      problem(wrongKey, /key right/),
      problem(absent, /can't be reached: ECONNREFUSED/),
      problem(mute, /did not answer/),
      problem(wedged, /took nothing more/),
      cutOff(),
    ]);
    const { restarts, droppedFrames, state } = stateOf(good)!;
    assert.deepEqual(
      { restarts, droppedFrames, state },
      { restarts: 0, droppedFrames: 0, state: 'live' },
    );
    for (const id of [good, wrongKey, mute, absent, wedged, interrupted]) await stop(id);
  });

  test('the encoder is killed: the push goes on with the next one, on the same connection', async () => {
    const id = await push('kept-on');
    await until('it is live', () => stateOf(id)?.state === 'live');
    const { encoderRestarts } = session.statistics;
    const [encoder] = await childrenWith('libx264');
    process.kill(encoder!, 'SIGKILL');
    await until('a restart', () => session.statistics.encoderRestarts > encoderRestarts);
    const { video } = await received(target.playUrl('kept-on'), 3);
    assert.ok(video.length > 25, `${video.length} frames in 3 s`);
    const { restarts, state } = stateOf(id)!;
    assert.deepEqual({ restarts, state }, { restarts: 0, state: 'live' });
    await stop(id);
  });

  test('a target that disappears and returns is pushed to again', async () => {
    const other = await RtmpTarget.open();
    const { port } = other;
    const key = other.key('back');
    const id = await push('back', port, key);
    await until('it is live', () => stateOf(id)?.state === 'live');
    await other.close();
    await until('it is missed', () => stateOf(id)?.state === 'waiting');
    // Its signature is of another secret now: found again, and refused with the old key.
    await using back = await RtmpTarget.open(port);
    await until('it is found again', () => /key right/.test(stateOf(id)?.problem ?? ''));
    assert.equal(back.isLive('back'), false);
    await stop(id);
  });

  test('wrong addresses and unknown targets are refused', async () => {
    const code = async (method: string, path: string, body?: unknown): Promise<string> =>
      (await call<{ error: { code: string } }>(method, path, body)).error.code;
    const at = `/sessions/${session.id}/pushes`;
    assert.equal(await code('POST', at, { url: 'http://127.0.0.1/live', key: 'k' }), 'bad_request');
    assert.equal(await code('POST', at, { url: 'rtmp://127.0.0.1/live', key: '' }), 'bad_request');
    assert.equal(await code('PUT', `${at}/nobody`), 'not_found');
    assert.equal(await code('DELETE', `${at}/nobody`), 'not_found');
    assert.equal(
      await code('POST', '/targets', { name: '', url: 'rtmp://h/a', key: 'k' }),
      'bad_request',
    );
  });
});

const Packets = z.object({
  packets: z.array(z.object({ codec_type: z.string(), pts_time: z.coerce.number() })),
});

/** Presentation times of what a player gets from now on for so many seconds. */
async function received(
  url: string,
  seconds: number,
): Promise<{ video: number[]; audio: number[] }> {
  const { stdout } = await promisify(execFile)(
    'ffprobe',
    [
      '-v',
      'error',
      '-read_intervals',
      `%+${seconds}`,
      '-show_entries',
      'packet=codec_type,pts_time',
      '-of',
      'json',
      url,
    ],
    { maxBuffer: 1e8, timeout: 60_000 },
  );
  const { packets } = Packets.parse(JSON.parse(stdout));
  const of = (type: string): number[] =>
    packets.filter(({ codec_type }) => codec_type === type).map(({ pts_time }) => pts_time);
  return { video: of('video'), audio: of('audio') };
}

/** Of every process below this one. */
async function commandLines(): Promise<string> {
  const tree = descendants(await readProcesses(), process.pid);
  const lines = await Promise.all(
    tree.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.join('\n');
}
