/** What a model file says of itself, and which files are refused before a library sees them. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AppError } from '../../../server/core/errors.ts';
import { readGraphFile } from '../../../server/inference/graph-file.ts';
import { openModel } from '../../../server/inference/onnx.ts';
import { onnxFile, type GraphText } from '../../support/onnx-writer.ts';
import { seeded } from '../../support/random.ts';

const LIPSYNC = join(import.meta.dirname, '../../../models/lipsync/lipsync.onnx');
const DOUBLE: GraphText = {
  inputs: [{ name: 'x', type: 'float32', shape: ['batch', 4] }],
  outputs: [{ name: 'y', type: 'float32', shape: ['batch', 4] }],
  nodes: [{ operator: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
  weights: [{ name: 'w', shape: [4], floats: [1, 2, 3, 4] }],
};
const VERSION_BYTES = 6;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graph-'));
});
after(async () => {
  await rm(folder, { recursive: true });
});

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'graph.onnx');
  await writeFile(path, bytes);
  return path;
}

function badPack(words: RegExp) {
  return { name: 'AppError', code: 'bad_pack', message: words };
}

test('inputs, outputs, operators and weights are told as onnxruntime tells them', async () => {
  const file = readGraphFile(LIPSYNC);
  const model = await openModel(LIPSYNC);
  assert.deepEqual(file.inputs, model.inputs);
  assert.deepEqual(file.outputs, model.outputs);
  await model.close();
  assert.ok(file.nodes > 20 && file.operators.size > 3 && file.opset >= 9);
  assert.ok(file.weightBytes > 10_000);
});

test('weights that old files name among the inputs are none', async () => {
  const inputs = [...DOUBLE.inputs, { name: 'w', type: 'float32' as const, shape: [4] }];
  const file = readGraphFile(await written(onnxFile({ ...DOUBLE, inputs })));
  assert.deepEqual(
    file.inputs.map(({ name, shape }) => ({ name, shape })),
    [{ name: 'x', shape: ['batch', 4] }],
  );
});

test('weights in another file are refused, wherever they are said to lie', async () => {
  for (const external of ['weights.bin', '/etc/passwd', '*/_ORT_MEM_ADDR_/*']) {
    const weights = [{ name: 'w', shape: [4], floats: [], external }];
    const path = await written(onnxFile({ ...DOUBLE, weights }));
    assert.throws(() => readGraphFile(path), badPack(/weights inside the file, found "w"/));
  }
});

test('operators that need a library of somebody are refused, those of onnxruntime are not', async () => {
  const node = { ...DOUBLE.nodes[0]!, operator: 'Gelu' };
  const own = await written(onnxFile({ ...DOUBLE, nodes: [{ ...node, domain: 'com.microsoft' }] }));
  assert.equal(readGraphFile(own).operators.get('Gelu'), 1);
  const foreign = await written(onnxFile({ ...DOUBLE, nodes: [{ ...node, domain: 'evil' }] }));
  assert.throws(() => readGraphFile(foreign), badPack(/found some of "evil"/));
  const context = { ...node, operator: 'EPContext', domain: 'com.microsoft', name: 'engine' };
  const outside = await written(onnxFile({ ...DOUBLE, nodes: [context] }));
  assert.throws(() => readGraphFile(outside), badPack(/stands alone, found EPContext "engine"/));
});

test('a cut-off file is refused wherever it ends', async () => {
  const whole = onnxFile(DOUBLE);
  for (let length = 0; length < whole.length; length += 1) {
    const path = await written(whole.subarray(0, length));
    // A cut between two fields leaves a whole file, of less: the operators' version comes last.
    if (length === whole.length - VERSION_BYTES) readGraphFile(path);
    else assert.throws(() => readGraphFile(path), { code: 'bad_pack' }, `cut after ${length}`);
  }
});

test('damaged bytes never do more than a refusal', async () => {
  const random = seeded(7);
  const whole = await readFile(LIPSYNC);
  const path = await written(whole);
  for (let round = 0; round < 200; round += 1) {
    const bytes = Buffer.from(whole.subarray(0, 4096));
    for (let i = 0; i < 8; i += 1) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    }
    await writeFile(path, bytes);
    try {
      readGraphFile(path);
    } catch (error) {
      assert.ok(error instanceof AppError && error.code === 'bad_pack', String(error));
    }
  }
});

test('files that are too large, no files, and lengths that lie are refused in a sentence', async () => {
  const huge = await written(onnxFile(DOUBLE));
  await truncate(huge, 2 ** 31 + 1);
  assert.throws(() => readGraphFile(huge), badPack(/at most 2147483648 bytes, found 2147483649/));
  assert.throws(() => readGraphFile(folder), badPack(/expected a file/));
  assert.throws(() => readGraphFile(join(folder, 'none.onnx')), badPack(/There is no model file/));
  // Field 7 (the graph) of 2^40 bytes.
  const lying = await written(Buffer.from([0x3a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0]));
  assert.throws(() => readGraphFile(lying), badPack(/a field of 1099511627776 bytes where/));
});
