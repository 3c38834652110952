/** Recordings of a live session: whole, cut off by a kill, with transparency, on a disk that fills up. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { probe } from '../../server/outputs/probe.ts';
import type { RecordingEntry } from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import { childrenWith, TestApp, until } from '../support/app.ts';

const run = promisify(execFile);

describe('recording a session', () => {
  let house: TestApp;
  let session: Session;
  let folder: string;

  before(async () => {
    house = await TestApp.open();
    session = await house.createSession();
    folder = join(house.config.dataDir, 'recordings');
    await house.speak(session);
    await until('the voice is heard', () => session.statistics.packetsReceived > 0);
  });

  after(() => house.close());

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

  const start = (format: string, tracks = false): Promise<RecordingEntry> =>
    call('POST', `/sessions/${session.id}/recordings`, { format, tracks });

  const stop = (name: string): Promise<RecordingEntry> =>
    call('DELETE', `/sessions/${session.id}/recordings/${name}`);

  async function seconds(name: string, least: number): Promise<void> {
    await until(`${least} s of ${name}`, () => {
      const state = session.recordingStates.find((each) => each.name === name);
      return state !== undefined && state.seconds >= least;
    });
  }

  /** What stands in the list once nothing is done to it any more. */
  const done = (name: string): Promise<RecordingEntry> =>
    until(`${name} is done`, async () => {
      const entry = await call<RecordingEntry>('GET', `/recordings/${name}`);
      return entry.state === 'done' && entry;
    });

  test('an MP4 has every frame once, sound with picture, tracks apart, and an index', async () => {
    const { name } = await start('mp4', true);
    await seconds(name, 2);
    const refused = await call<{ error: { code: string } }>(
      'POST',
      `/sessions/${session.id}/recordings`,
      {},
    );
    assert.equal(refused.error.code, 'conflict');
    await stop(name);
    const entry = await done(name);
    assert.ok(entry.seconds !== null && entry.seconds >= 2 && entry.droppedFrames === 0);
    const path = join(folder, name);
    const { streams } = await probe(path);
    assert.deepEqual(
      streams.map(({ codec_name }) => codec_name),
      ['h264', 'aac', 'aac', 'aac'],
    );
    const { video, audio } = await packets(path);
    assert.ok(video.length >= 48, `${video.length} frames`);
    for (let i = 1; i < video.length; i += 1) {
      const ticks = (video[i]! - video[i - 1]!) / 0.04;
      assert.ok(ticks > 0.9 && Math.abs(ticks - Math.round(ticks)) < 0.05, `${ticks} ticks apart`);
    }
    assert.ok(Math.abs(audio.at(-1)! - video.at(-1)!) < 0.3, 'the sound ends with the picture');
    const head = (await readFile(path)).subarray(0, 64 * 1024).toString('latin1');
    assert.ok(head.includes('moov') && !head.includes('moof'), 'the index is in front');
  });

  test('it is fetched in ranges with a ticket, and deleted', async () => {
    const [entry] = await call<RecordingEntry[]>('GET', '/recordings');
    const { path } = await call<{ path: string }>('POST', `/recordings/${entry!.name}/ticket`);
    const part = await fetch(house.app.url + path, { headers: { range: 'bytes=100-199' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 100-199/${entry!.bytes}`);
    const file = await readFile(join(folder, entry!.name));
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), file.subarray(100, 200));
    const whole = await fetch(`${house.app.url}${path}&download=true`);
    assert.match(whole.headers.get('content-disposition')!, /^attachment/);
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), file);
    await call('DELETE', `/recordings/${entry!.name}`);
    assert.deepEqual(await call('GET', '/recordings'), []);
  });

  test('a trigger starts and stops one, though the body is not moved', async () => {
    assert.equal(session.snapshot.tier, 'basic');
    for (const on of [true, false]) {
      const trigger = { title: { en: 'Recording' }, coolDownSeconds: 0, priority: on ? 5 : 6 };
      await call('PUT', `/triggers/record-${on}`, {
        ...trigger,
        id: `record-${on}`,
        source: { kind: 'event', name: `record/${on}` },
        action: { kind: 'recording', on },
      });
    }
    const ended = new Set(session.recordingStates.map(({ name }) => name));
    const sent = (name: string): Promise<{ fired: string[] }> =>
      call('POST', `/sessions/${session.id}/events`, { name });
    assert.deepEqual((await sent('record/true')).fired, ['record-true']);
    // States are told once a second: a recording that has ended may still be among them.
    const name = await until(
      'it is recorded',
      () => session.recordingStates.find((state) => !ended.has(state.name))?.name,
    );
    await seconds(name, 1);
    assert.deepEqual((await sent('record/false')).fired, ['record-false']);
    const entry = await done(name);
    assert.ok(entry.seconds !== null && entry.seconds >= 1);
    await call('DELETE', `/recordings/${name}`);
  });

  test('a killed recorder leaves all but its last second, and the next file goes on', async () => {
    const { frames, encoderRestarts } = session.statistics;
    const { name } = await start('mp4');
    await seconds(name, 2);
    const [pid] = await childrenWith(name);
    process.kill(pid!, 'SIGKILL');
    const partial = join(folder, name);
    await until('a further file', async () => (await childrenWith(`-2.mp4`)).length > 0);
    const { video } = await packets(partial);
    assert.ok(video.length >= 25, `${video.length} frames survived`);
    await seconds(name, 3);
    await stop(name);
    const further = await done(name.replace('.mp4', '-2.mp4'));
    assert.match(further.problem, /goes on in a further file/);
    assert.ok((await packets(join(folder, further.name))).video.length > 0);
    assert.equal(session.statistics.encoderRestarts, encoderRestarts);
    assert.ok(session.statistics.frames > frames + 50, 'the stream went on');
  });

  test('ProRes and VP9 keep the transparency', async () => {
    const mov = await start('mov');
    const webm = await start('webm', true);
    await Promise.all([seconds(mov.name, 1), seconds(webm.name, 1)]);
    await Promise.all([stop(mov.name), stop(webm.name)]);
    await Promise.all([done(mov.name), done(webm.name)]);
    for (const { name, decoder } of [
      { name: mov.name, decoder: [] },
      // ffmpeg's own VP9 decoder leaves the alpha out.
      { name: webm.name, decoder: ['-c:v', 'libvpx-vp9'] },
    ]) {
      const path = join(folder, name);
      const alpha = await lastAlpha(path, decoder);
      const share = (test: (value: number) => boolean): number =>
        alpha.filter(test).length / alpha.length;
      assert.ok(share((value) => value < 3) > 0.2, `${name}: the corners are clear`);
      assert.ok(share((value) => value > 252) > 0.2, `${name}: the avatar is solid`);
      assert.ok(alpha[0]! < 3, `${name}: the first pixel is clear`);
    }
    const { streams } = await probe(join(folder, webm.name));
    assert.equal(streams.filter(({ codec_name }) => codec_name === 'opus').length, 3);
  });
});

describe('a disk that fills up under a recording', () => {
  let house: TestApp;
  let folder: string;
  let skip: string | false = false;

  before(async () => {
    house = await TestApp.open({ recordingReserveBytes: 3_000_000 });
    folder = join(house.config.dataDir, 'recordings');
    mkdirSync(folder, { recursive: true });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    if (mounted.status !== 0) skip = 'NOT TESTED: a full disk needs root to mount a small one';
  });

  after(async () => {
    if (skip === false) execFileSync('umount', ['-l', folder]);
    await house.close();
  });

  test('it ends before, with a reason and a whole file, and the stream goes on', async (t) => {
    if (skip) return t.skip(skip);
    const session = await house.createSession();
    const entry = await house.app.recordings.start(session, { format: 'mov', tracks: false });
    const listed = (): Promise<RecordingEntry[]> => house.app.recordings.list();
    const ended = await until('it has ended', async () => {
      const [found] = await listed();
      return found?.state === 'done' && found;
    });
    assert.match(ended.problem, /nearly full: \d+ MB are free, 3 MB are kept free/);
    await until('it is told', () => session.recordingStates.length === 0);
    assert.ok((await stat(join(folder, entry.name))).size > 0);
    assert.ok((await packets(join(folder, entry.name))).video.length > 5);
    const { frames } = session.statistics;
    await until('frames go on', () => session.statistics.frames > frames + 25);
    await assert.rejects(
      house.app.recordings.start(session, { format: 'mp4', tracks: false }),
      /nearly full/,
    );
  });
});

const Packets = z.object({
  packets: z.array(z.object({ stream_index: z.number(), pts_time: z.coerce.number() })),
});

/** Presentation times of the picture and of the first sound. */
async function packets(path: string): Promise<{ video: number[]; audio: number[] }> {
  const args = [
    '-v',
    'error',
    '-show_entries',
    'packet=stream_index,pts_time',
    '-of',
    'json',
    path,
  ];
  const { stdout } = await run('ffprobe', args, { maxBuffer: 1e8 });
  const all = Packets.parse(JSON.parse(stdout)).packets;
  const of = (index: number): number[] =>
    all.filter(({ stream_index }) => stream_index === index).map(({ pts_time }) => pts_time);
  return { video: of(0), audio: of(1) };
}

/** Alpha of a frame near the end. */
async function lastAlpha(path: string, decoder: readonly string[]): Promise<number[]> {
  const args = ['-v', 'error', ...decoder, '-sseof', '-0.5', '-i', path, '-frames:v', '1'];
  const { stdout } = await run(
    'ffmpeg',
    [...args, '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1'],
    { encoding: 'buffer', maxBuffer: 1e8 },
  );
  return [...(stdout as unknown as Buffer)].filter((_, i) => i % 4 === 3);
}
