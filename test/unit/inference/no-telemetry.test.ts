import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Thread } from '../../../server/core/thread.ts';

test('whoever loads onnxruntime has switched its telemetry off before', async () => {
  for (const path of ['server/inference/onnx.ts', 'server/doctor/onnx-probe.ts']) {
    const source = await readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
    const off = source.indexOf('no-telemetry.ts');
    assert.ok(off > 0 && off < source.indexOf("from 'onnxruntime-node'"), path);
  }
});

test('a thread of ours sets it for the whole process', async () => {
  const before = process.env['ORT_DISABLE_TELEMETRY'];
  delete process.env['ORT_DISABLE_TELEMETRY'];
  const thread = new Thread<never, never>({
    entry: new URL('../../../server/inference/no-telemetry.ts', import.meta.url),
    name: 'no-telemetry',
    onMessage: () => undefined,
    onDeath: () => died.resolve(),
  });
  const died = Promise.withResolvers<void>();
  await died.promise;
  assert.equal(process.env['ORT_DISABLE_TELEMETRY'], '1');
  if (before !== undefined) process.env['ORT_DISABLE_TELEMETRY'] = before;
  await thread.kill();
});
