import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AUDIO_KBPS, KEYFRAME_SECONDS, videoKbps } from '../../../server/outputs/bit-rates.ts';
import { parseRtmpAddress } from '../../../server/outputs/push/rtmp-address.ts';
import { readPresets } from '../../../server/targets/presets.ts';

const STREAMS = join(import.meta.dirname, '../../../streams');

test('the presets are well formed, and their addresses are ones that can be pushed to', async () => {
  const presets = await readPresets(STREAMS);
  const ids = presets.map(({ id }) => id);
  for (const id of ['twitch', 'youtube', 'bilibili', 'kick', 'custom']) assert.ok(ids.includes(id));
  for (const { id, servers } of presets) {
    assert.equal(servers.length > 0, id !== 'custom');
    for (const { url } of servers) assert.ok(parseRtmpAddress(url, 'key').app.length > 0, url);
  }
});

test('what we send is within what every service takes', async () => {
  for (const { id, maxVideoKbps, maxAudioKbps, keyframeSeconds } of await readPresets(STREAMS)) {
    assert.ok(videoKbps(1920, 1080, 25) <= (maxVideoKbps ?? Infinity), `${id}: picture`);
    assert.ok(AUDIO_KBPS <= (maxAudioKbps ?? Infinity), `${id}: sound`);
    assert.ok(KEYFRAME_SECONDS <= keyframeSeconds, `${id}: key frames`);
  }
});

test('a wrong preset is refused by its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posecast-streams-'));
  try {
    await cp(join(STREAMS, 'twitch.json'), join(folder, 'other.json'));
    await assert.rejects(readPresets(folder), /other\.json names itself 'twitch'/);
    await writeFile(join(folder, 'other.json'), '{"format":"posecast-stream"');
    await assert.rejects(readPresets(folder), /other\.json is no stream preset/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
