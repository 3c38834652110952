import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../server/core/errors.ts';
import { openModel, requireTensors, zeros } from '../../../server/inference/onnx.ts';

const LIPSYNC = fileURLToPath(new URL('../../../models/lipsync/lipsync.onnx', import.meta.url));
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-'));
});
after(async () => {
  await rm(folder, { recursive: true });
});

function badPack(...words: string[]) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'bad_pack');
    for (const word of words) assert.ok(error.message.includes(word), error.message);
    return true;
  };
}

test('a missing file is refused by name', async () => {
  await assert.rejects(openModel(join(folder, 'none.onnx')), badPack('none.onnx'));
  await assert.rejects(openModel(folder), badPack(folder));
});

test('a file that is no graph is refused by name', async () => {
  const path = join(folder, 'garbage.onnx');
  await writeFile(path, Buffer.alloc(1000, 0x5a));
  await assert.rejects(openModel(path), badPack('garbage.onnx', 'ONNX'));
});

test('a run writes into the given results and closing twice is harmless', async () => {
  const model = await openModel(LIPSYNC);
  assert.deepEqual([...model.inputNames], ['audio', 'state']);
  const stateShape = model.inputs.find(({ name }) => name === 'state')?.shape as number[];
  const feeds = { audio: zeros([1, 560]), state: zeros(stateShape) };
  const results = {
    visemes_40: zeros([1, 15]),
    voice_40: zeros([1, 1]),
    state_out: zeros(stateShape),
  };
  await model.run(feeds, results);
  const sum = results.visemes_40.data.reduce((total, p) => total + p, 0);
  assert.ok(Math.abs(sum - 1) < 1e-4, `posteriors in the given tensor sum to ${sum}`);
  const fresh = await model.run(feeds);
  assert.deepEqual(fresh['visemes_40']?.data, results.visemes_40.data);
  await model.close();
  await model.close();
});

test('a tensor that is missing or of another shape is refused with both shapes', () => {
  const found = [{ name: 'audio', type: 'float32', shape: [1, 480] }];
  assert.throws(
    () => requireTensors('a.onnx', found, { audio: [1, 560] }),
    badPack('[1,560]', '[1,480]'),
  );
  assert.throws(
    () => requireTensors('a.onnx', found, { state: [1, 2] }),
    badPack('state', 'audio'),
  );
  requireTensors('a.onnx', found, { audio: [1, null] });
});
