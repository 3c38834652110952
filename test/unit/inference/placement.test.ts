/** Which provider computes what, devices that are not here, and a GPU that is full. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ModelShelf } from '../../../server/inference/model-shelf.ts';
import { openModel } from '../../../server/inference/onnx.ts';
import type { AvatarPack } from '../../../server/inference/pack.ts';
import {
  fallenNodes,
  placementSummary,
  readProfile,
  requirePlacement,
} from '../../../server/inference/placement.ts';
import { autoDevices, candidates } from '../../../server/inference/providers.ts';
import { gpuMemory, requireVram } from '../../../server/inference/vram.ts';
import { onnxFile } from '../../support/onnx-writer.ts';

/** A Vulkan driver that computes on the CPU: it comes with Chromium. */
const SOFTWARE_GPU = '/usr/lib/chromium/vk_swiftshader_icd.json';
const noGpu = existsSync(SOFTWARE_GPU)
  ? false
  : `SKIPPED FOR WANT OF A GPU: no ${SOFTWARE_GPU} (Chromium's software Vulkan)`;
const side = { type: 'float32', shape: [1, 1, 4, 4] } as const;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'placement-'));
});
after(async () => {
  await rm(folder, { recursive: true });
});

/** A convolution on floats, and if asked another on bytes, which WebGPU has not. */
async function graph(withBytes: boolean): Promise<string> {
  const path = join(folder, withBytes ? 'mixed.onnx' : 'plain.onnx');
  const bytes = { attributes: { to: 2 } };
  const nodes = [
    { operator: 'Conv', name: 'soft', inputs: ['x', 'w'], outputs: ['c'] },
    { operator: 'Cast', inputs: ['c'], outputs: ['d'], ...bytes },
    { operator: 'Cast', inputs: ['w'], outputs: ['v'], ...bytes },
    { operator: 'ConvInteger', name: 'hard', inputs: ['d', 'v'], outputs: ['e'] },
    { operator: 'Cast', inputs: ['e'], outputs: ['y'], attributes: { to: 1 } },
  ];
  await writeFile(
    path,
    onnxFile({
      inputs: [{ name: 'x', ...side }],
      outputs: [{ name: 'y', ...side }],
      nodes: withBytes ? nodes : [{ ...nodes[0]!, outputs: ['y'] }],
      weights: [{ name: 'w', shape: [1, 1, 1, 1], floats: [2] }],
    }),
  );
  return path;
}

test('a profile tells where every operator ran', async () => {
  const model = await openModel(await graph(false), { profile: true });
  await model.close();
  const conv = model.placement.find(({ operator }) => operator.endsWith('Conv'));
  assert.equal(conv?.provider, 'CPUExecutionProvider');
  const summary = placementSummary(model.placement);
  assert.equal(summary['CPUExecutionProvider']?.nodes, model.placement.length);
  assert.throws(() => requirePlacement('net', model.placement, 'cuda'), {
    code: 'bad_pack',
    message: /net: expected all heavy operators on cuda, found .*Conv .* on CPUExecutionProvider/,
  });
  requirePlacement('net', model.placement, 'cpu');
});

test('only operators that carry the work count, and CUDA counts as TensorRT', () => {
  const node = { name: 'n', ms: 1 };
  const nodes = [
    { ...node, operator: 'Reshape', provider: 'CPUExecutionProvider' },
    { ...node, operator: 'MatMul', provider: 'CUDAExecutionProvider' },
  ];
  assert.deepEqual(fallenNodes(nodes, 'tensorrt'), []);
  assert.deepEqual(fallenNodes(nodes, 'webgpu'), [nodes[1]]);
});

test('profiles that are none are refused, and foreign events ignored', () => {
  assert.throws(() => readProfile('[{'), { code: 'internal' });
  assert.throws(() => readProfile('{}'), { code: 'internal' });
  assert.deepEqual(readProfile('[{"cat":"Session","name":"x","dur":1,"args":{}}, 3]'), []);
});

test('a device that is not here is one sentence; auto always ends with the CPU', async () => {
  const path = await graph(false);
  for (const device of ['cuda', 'tensorrt', 'coreml'] as const) {
    await assert.rejects(openModel(path, { device }), {
      code: 'missing_dependency',
      message: new RegExp(`The device ${device} can't be used here: it (needs|is)`),
    });
  }
  assert.equal(autoDevices().at(-1), 'cpu');
  assert.deepEqual(candidates('webgpu'), ['webgpu']);
  const model = await openModel(path, { device: 'auto' });
  assert.ok(model.provider.length > 0);
  await model.close();
});

test(
  'on a GPU, heavy operators that fall to the CPU refuse the graph',
  { skip: noGpu },
  async () => {
    process.env['VK_ICD_FILENAMES'] = SOFTWARE_GPU;
    const device = 'webgpu';
    const plain = await openModel(await graph(false), { device });
    assert.equal(plain.provider, 'webgpu');
    await plain.close();
    const mixed = await graph(true);
    await assert.rejects(openModel(mixed, { device }), {
      code: 'bad_pack',
      message: /expected all heavy operators on webgpu, found ConvInteger "hard" on CPUExecution/,
    });
    const allowed = await openModel(mixed, { device, allowFallback: true });
    assert.deepEqual(
      allowed.placement
        .filter(({ operator }) => /Conv/.test(operator))
        .map((node) => node.provider),
      ['WebGpuExecutionProvider', 'CPUExecutionProvider'],
    );
    await allowed.close();
  },
);

test('a pack that needs more memory than the GPU has free is refused with both', async () => {
  const programs = join(folder, 'bin');
  await mkdir(programs);
  const program = join(programs, 'nvidia-smi');
  await writeFile(program, '#!/bin/sh\necho "2000, 8192"\n');
  await chmod(program, 0o755);
  assert.deepEqual(await gpuMemory(`${programs}:/bin`), { freeMb: 2000, totalMb: 8192 });
  assert.equal(await gpuMemory(folder), undefined);
  const pack = (vramMb: number): AvatarPack =>
    ({ manifest: { name: 'big', vramMb, device: 'auto', files: {} } }) as unknown as AvatarPack;
  const compute = { device: 'cuda', allowFallback: false, searchPath: `${programs}:/bin` } as const;
  const place = { shelf: new ModelShelf(), compute };
  await assert.rejects(requireVram(pack(4000), place), {
    code: 'over_capacity',
    message: /big needs 4000 MB of the GPU's memory; 2000 of 8192 MB are free/,
  });
  await requireVram(pack(1500), place);
  await requireVram(pack(0), place);
  await requireVram(pack(4000), { ...place, compute: { ...compute, device: 'cpu' } });
});
