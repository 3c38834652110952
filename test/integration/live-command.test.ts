/** `posecast live` as a person runs it: its own server, a sound file, motion from a file. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { probe } from '../../server/outputs/probe.ts';
import { freePorts } from '../support/server.ts';

const CLI = join(import.meta.dirname, '../../server/cli.ts');
const WAVE = join(import.meta.dirname, '../../models/motions/wave.json');
const folder = mkdtempSync(join(tmpdir(), 'posecast-live-'));
const audio = join(folder, 'voice.wav');
execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=f=180:d=3', audio]);
after(() => rmSync(folder, { recursive: true, force: true }));

async function run(...more: string[]) {
  const [http = 0, rtc = 0, rtmp = 0] = await freePorts(3);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, 'live', '--audio', audio, '--width', '160', '--height', '160', '--json', ...more],
    {
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        ...process.env,
        POSECAST_PORT: String(http),
        POSECAST_RTC_PORT: String(rtc),
        POSECAST_RTMP_PORT: String(rtmp),
        POSECAST_DATA: join(folder, 'data'),
        POSECAST_LOG_LEVEL: 'error',
      },
    },
  );
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { event: string; frames?: number });
  return { status, stderr, events };
}

test('a sound file and a motion file play to their end, and are recorded', async () => {
  const recorded = join(folder, 'out.mp4');
  const { status, events, stderr } = await run('--pose', WAVE, '--record', recorded);
  assert.equal(status, 0, stderr);
  assert.equal(events[0]?.event, 'live');
  assert.equal(events.at(-1)?.event, 'end');
  assert.ok(events.at(-1)!.frames! > 20);
  const { streams, format } = await probe(recorded);
  assert.deepEqual(
    streams.map(({ codec_name }) => codec_name),
    ['h264', 'aac'],
  );
  assert.ok(format.duration! > 2, `${format.duration} s were recorded of 3`);
});

test('a recording of an unknown kind is refused before anything starts', async () => {
  const { status, events, stderr } = await run('--record', join(folder, 'out.avi'));
  assert.equal(status, 1);
  assert.deepEqual(events, []);
  assert.match(stderr, /the endings are \.mp4, \.mov, \.webm/);
});

test('a file without motion in it is refused before anything starts', async () => {
  const garbage = join(folder, 'garbage.bvh');
  writeFileSync(garbage, 'HIERARCHY nonsense');
  const { status, events, stderr } = await run('--pose', garbage);
  assert.equal(status, 1);
  assert.deepEqual(events, []);
  assert.match(stderr, /garbage\.bvh.*\(bad_template\)/);
});
