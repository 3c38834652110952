/**
 * What arrives at an RTMP target over a minute, as numbers: every frame once and on the grid, and the
 * mouth with its sound, while other targets misbehave and a recording runs beside it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { SessionRequest, type SessionPush } from '../../server/protocol/index.ts';
import type { Session } from '../../server/session/session.ts';
import {
  edgeEnergy,
  History,
  mouthBox,
  OnsetFinder,
  pictureOnset,
  spread,
} from '../../web/lib/measure.ts';
import { TestApp, until } from '../support/app.ts';
import { RtmpTarget, SpoiltWay } from '../support/rtmp-target.ts';

const SECONDS = 60;
const TICK = 0.04;
const SIDE = 384;
const BLOCK = 480;
const MOUTH = { width: 64, height: 42 };
const run = promisify(execFile);

describe('a minute at an RTMP target', () => {
  let house: TestApp;
  let session: Session;
  let target: RtmpTarget;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posecast-cadence-'));
    house = await TestApp.open();
    session = await house.app.registry.create(SessionRequest.parse({ width: SIDE, height: SIDE }));
    target = await RtmpTarget.open();
    await house.speak(session);
  });

  after(async () => {
    await house.close();
    await target.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function push(port: number, key: string): Promise<string> {
    const response = await fetch(`${house.app.url}/api/v1/sessions/${session.id}/pushes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: `rtmp://127.0.0.1:${port}/live`, key }),
    });
    return ((await response.json()) as { target: string }).target;
  }

  function stateOf(id: string): SessionPush | undefined {
    return session.pushStates.find((each) => each.target === id);
  }

  test('every frame once, the mouth with its sound, whatever else goes wrong', async (t) => {
    await using slow = await SpoiltWay.open(target.port);
    slow.bytesPerSecond = 8000;
    await using cut = await SpoiltWay.open(target.port);
    const id = await push(target.port, target.key('whole'));
    await until('the target has the stream', () => target.isLive('whole'));
    await push(slow.port, target.key('slow'));
    const cutId = await push(cut.port, target.key('cut'));
    await push(target.port, 'no-such-key');
    const { name } = await house.app.recordings.start(session, { format: 'mp4', tracks: false });

    const path = join(folder, 'received.mkv');
    const before = session.statistics;
    const receiving = receive(target.playUrl('whole'), path);
    await until('the other one is live', () => stateOf(cutId)?.state === 'live');
    cut.reset();
    await receiving;
    const { frames } = session.statistics;
    await until('all of it is counted', () => session.statistics.frames > frames + 50);
    const after = session.statistics;
    await house.app.recordings.stop(session.id, name);

    const { droppedFrames, restarts, state } = stateOf(id)!;
    assert.deepEqual({ droppedFrames, restarts, state }, { droppedFrames: 0, restarts: 0, state: 'live' }); // prettier-ignore
    assert.ok(stateOf(cutId)!.restarts > 0, 'the reset one was tried again');

    const times = await pictureTimes(path);
    const gaps = times.slice(1).map((time, i) => Math.round((time - times[i]!) / TICK));
    const offGrid = times.slice(1).filter((time, i) => {
      const ticks = (time - times[i]!) / TICK;
      return Math.abs(ticks - Math.round(ticks)) > 0.05;
    });
    const missing = gaps.reduce((sum, gap) => sum + gap - 1, 0);
    const counted = after.droppedFrames - before.droppedFrames;
    t.diagnostic(
      `${times.length} frames in ${(times.at(-1)! - times[0]!).toFixed(2)} s, ${missing} missing ` +
        `(${counted} counted as left out), longest gap ${Math.max(...gaps)} ticks`,
    );
    assert.equal(offGrid.length, 0, 'every frame lies on the grid');
    assert.ok(Math.min(...gaps) >= 1, 'none comes twice');
    assert.equal(times.length + missing, Math.round((times.at(-1)! - times[0]!) / TICK) + 1);
    assert.ok(times.at(-1)! - times[0]! > SECONDS - 2, 'it is a minute');
    assert.ok(missing <= counted, `${missing} frames are missing, ${counted} were left out`);

    const offsets = await mouthAfterSound(path);
    const summary = spread(offsets)!;
    t.diagnostic(`${offsets.length} bursts, mouth after sound ${JSON.stringify(summary)} ms`);
    assert.ok(offsets.length > 20, `${offsets.length} bursts were found`);
    assert.ok(Math.abs(summary.p50) < 60, `the mouth is ${summary.p50} ms after its sound`);
  });
});

/** As a player gets it, copied. */
async function receive(url: string, path: string): Promise<void> {
  const args = ['-v', 'error', '-i', url, '-t', String(SECONDS), '-c', 'copy', '-y', path];
  await run('ffmpeg', args, { timeout: 2 * SECONDS * 1000 });
}

const Packets = z.object({ packets: z.array(z.object({ pts_time: z.coerce.number() })) });

async function pictureTimes(path: string): Promise<number[]> {
  const what = ['-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'json'];
  const { stdout } = await run('ffprobe', ['-v', 'error', ...what, path], { maxBuffer: 1e8 });
  return Packets.parse(JSON.parse(stdout)).packets.map(({ pts_time }) => pts_time);
}

/** For each burst of sound, how much later the mouth began to move, ms. */
async function mouthAfterSound(path: string): Promise<number[]> {
  const [times, sound, mouth] = await Promise.all([
    pictureTimes(path),
    raw(path, ['-af', 'aresample=async=1:first_pts=0', '-ac', '1', '-ar', '48000', '-f', 'f32le']),
    raw(path, ['-an', '-vf', mouthFilter(), '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba']), // prettier-ignore
  ]);
  const history = new History(times.length);
  const bytes = MOUTH.width * MOUTH.height * 4;
  for (const [i, time] of times.entries()) {
    const rgba = new Uint8ClampedArray(mouth.subarray(i * bytes, (i + 1) * bytes));
    if (rgba.length === bytes)
      history.add(time * 1000, edgeEnergy(rgba, MOUTH.width, MOUTH.height));
  }
  const finder = new OnsetFinder();
  const samples = new Float32Array(sound.buffer, sound.byteOffset, Math.floor(sound.length / 4));
  const offsets: number[] = [];
  for (let at = 0; at + BLOCK <= samples.length; at += BLOCK) {
    let energy = 0;
    for (let i = at; i < at + BLOCK; i += 1) energy += samples[i]! ** 2 / BLOCK;
    const soundMs = (at * 1000) / 48_000;
    if (!finder.push(soundMs, energy)) continue;
    const pictureMs = pictureOnset(history, soundMs);
    if (pictureMs !== null) offsets.push(pictureMs - soundMs);
  }
  return offsets;
}

function mouthFilter(): string {
  const { x, y, width, height } = mouthBox(SIDE, SIDE);
  return `crop=${width}:${height}:${x}:${y}:exact=1,scale=${MOUTH.width}:${MOUTH.height}`;
}

async function raw(path: string, settings: readonly string[]): Promise<Buffer> {
  const args = ['-v', 'error', '-i', path, ...settings, 'pipe:1'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1e9 });
  return stdout.byteOffset % 4 === 0 ? stdout : Buffer.from(Uint8Array.from(stdout).buffer);
}
