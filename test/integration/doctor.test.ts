import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { runDoctor } from '../../server/doctor/doctor.ts';

const ROOT = dirname(dirname(import.meta.dirname));

test('the doctor sees a real ffmpeg, worker and inference runtime work', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'posecast-doctor-'));
  const report = await runDoctor({
    root: ROOT,
    modelsDir: join(ROOT, 'models'),
    modelManifest: join(ROOT, 'models', 'manifest.json'),
    webDir: join(ROOT, 'web', 'out'),
    dataDir,
    host: '127.0.0.1',
    port: 1,
    rtcPort: 2,
    rtmpPort: 3,
    ffmpeg: process.env['POSECAST_FFMPEG'] ?? 'ffmpeg',
    searchPath: process.env['PATH'] ?? '',
  });
  await rm(dataDir, { recursive: true });
  const essentials = ['node', 'ffmpeg', 'encoder libx264', 'encoder aac', 'encoder libopus'];
  for (const name of [...essentials, 'mediasoup', 'onnxruntime', 'inference cpu', 'data folder']) {
    const item = report.items.find((candidate) => candidate.name === name);
    assert.equal(item?.ok, true, `${name}: ${item?.detail ?? 'not examined'}`);
  }
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
});
