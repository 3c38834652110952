/** Which tensor of a graph plays which part, and how a graph that breaks its contract is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindContract, type Contract } from '../../../server/inference/tensor-contract.ts';
import type { TensorSpec } from '../../../server/inference/tensor-spec.ts';

const CONTRACT: Contract = {
  inputs: {
    latent: { names: ['sample', 'latent'], shapes: [['batch', 4, 'h', 'w']] },
    time: { names: ['timestep'], types: ['float32', 'int64'], shapes: [[], [1], ['batch']] },
    text: { names: ['encoder_hidden_states'], shapes: [['batch', 77, 'width']] },
  },
  outputs: { noise: { at: 0, shapes: [['batch', 4, 'h', 'w']] } },
  sizes: { batch: 1, h: 8, w: 8 },
};

const sample: TensorSpec = { name: 'sample', type: 'float16', shape: ['b', 4, 'height', 'width'] };
const time: TensorSpec = { name: 'timestep', type: 'int64', shape: [] };
const text: TensorSpec = { name: 'encoder_hidden_states', type: 'float16', shape: ['b', 77, 768] };
const out: TensorSpec = { name: 'out_sample', type: 'float16', shape: ['b', 4, 'height', 'width'] };

const bad = (message: RegExp) => ({ code: 'bad_pack', message });

test('parts are found by name and by place, and free sides are fixed', () => {
  const bound = bindContract('unet', { inputs: [sample, time, text], outputs: [out] }, CONTRACT);
  assert.deepEqual(bound.inputs['latent'], {
    ...{ name: 'sample', type: 'float16', shape: [1, 4, 8, 8] },
  });
  assert.deepEqual(bound.inputs['time']?.shape, []);
  assert.equal(bound.outputs['noise']?.name, 'out_sample');
  assert.equal(bound.sizes['width'], 768);
  assert.deepEqual(bound.freeSides, { b: 1, height: 8, width: 8 });
});

test('a width that another graph has set is a refusal with both', () => {
  const contract = { ...CONTRACT, sizes: { ...CONTRACT.sizes, width: 1024 } };
  assert.throws(
    () => bindContract('unet', { inputs: [sample, time, text], outputs: [out] }, contract),
    bad(/unet: expected .*width = 1024\], found encoder_hidden_states: float16\[b,77,768\]/),
  );
});

test('missing, superfluous and ill-typed tensors are refused by name', () => {
  const outputs = [out];
  assert.throws(
    () => bindContract('unet', { inputs: [sample, time], outputs }, CONTRACT),
    bad(/expected a tensor encoder_hidden_states: .*, found only sample, timestep/),
  );
  const more = { name: 'timestep_cond', type: 'float32', shape: [1, 256] };
  assert.throws(
    () => bindContract('unet', { inputs: [sample, time, text, more], outputs }, CONTRACT),
    bad(/found timestep_cond: float32\[1,256\], which nobody feeds/),
  );
  const wrong = { ...sample, type: 'uint8' };
  assert.throws(
    () => bindContract('unet', { inputs: [wrong, time, text], outputs }, CONTRACT),
    bad(/expected sample or latent: float32 or float16.*, found sample: uint8/),
  );
});

test('without names and place, the tensor that fits by its shape is taken', () => {
  const contract: Contract = {
    inputs: {
      mel: { shapes: [['batch', 1, 80, 16]] },
      face: { shapes: [['batch', 6, 'side', 'side']] },
    },
    outputs: { mouth: { at: 0, shapes: [['batch', 3, 'side', 'side']] } },
  };
  const face = { name: 'image', type: 'float32', shape: [1, 6, 96, 96] };
  const mel = { name: 'mel', type: 'float32', shape: [1, 1, 80, 16] };
  const mouth = { name: 'o', type: 'float32', shape: [1, 3, 96, 96] };
  for (const inputs of [
    [face, mel],
    [mel, face],
  ]) {
    const bound = bindContract('lips', { inputs, outputs: [mouth] }, contract);
    assert.equal(bound.inputs['face']?.name, 'image');
    assert.equal(bound.sizes['side'], 96);
  }
});

test('a letter that means two sizes in one graph is refused', () => {
  const odd = { ...out, shape: [1, 4, 8, 16] };
  const { sizes: _, ...contract } = CONTRACT;
  const square = { ...sample, shape: [1, 4, 8, 8] };
  assert.throws(
    () => bindContract('unet', { inputs: [square, time, text], outputs: [odd] }, contract),
    bad(/w = 8|found out_sample: float16\[1,4,8,16\]/),
  );
});

test('an optional tensor may be absent', () => {
  const scale = { names: ['conditioning_scale'], shapes: [[]], optional: true };
  const contract = { ...CONTRACT, inputs: { ...CONTRACT.inputs, scale } };
  const bound = bindContract('unet', { inputs: [sample, time, text], outputs: [out] }, contract);
  assert.equal(bound.inputs['scale'], undefined);
});
