import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
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
