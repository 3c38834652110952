/** Tensors of either float type go in and come out of onnxruntime as they are written. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openModel } from '../../../server/inference/onnx.ts';
import { filledTensor, floatsOf, floatSlot } from '../../../server/inference/tensors.ts';
import { onnxFile } from '../../support/onnx-writer.ts';

test('half-precision tensors are written and read in place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tensors-'));
  const path = join(folder, 'double.onnx');
  const tensor = { type: 'float16', shape: ['n'] } as const;
  const graph = {
    inputs: [{ name: 'x', ...tensor }],
    outputs: [{ name: 'y', ...tensor }],
    nodes: [{ operator: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
  };
  await writeFile(path, onnxFile(graph));
  const model = await openModel(path, { profile: true, freeSides: { n: 3 } });
  const x = floatSlot({ name: 'x', type: 'float16', shape: [3] });
  const y = floatSlot({ name: 'y', type: 'float16', shape: [3] });
  x.floats.set([1, -2.5, 0.1]);
  await model.run({ x: x.tensor }, { y: y.tensor });
  assert.deepEqual([...y.floats], [2, -5, 2 * Math.f16round(0.1)]);
  const fresh = await model.run({ x: x.tensor });
  assert.deepEqual([...floatsOf(fresh['y']!)], [...y.floats]);
  await model.close();
  await rm(folder, { recursive: true });
});

test('a tensor of one number is made in every type', () => {
  assert.deepEqual([...(filledTensor('int64', [2], 999).data as BigInt64Array)], [999n, 999n]);
  assert.deepEqual([...floatsOf(filledTensor('float16', [], 0.5))], [0.5]);
  assert.equal(filledTensor('float32', [1], 999).data[0], 999);
  assert.throws(() => floatSlot({ name: 'ids', type: 'int64', shape: [1] }), { code: 'bad_pack' });
});
