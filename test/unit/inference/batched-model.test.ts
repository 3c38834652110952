/** Sessions that ask one network at the same time are answered by one run, each with its own. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BatchedModel, batchSideOf } from '../../../server/inference/batched-model.ts';
import { openModel, Tensor, zeros, type Model } from '../../../server/inference/onnx.ts';
import { onnxFile, type TensorText } from '../../support/onnx-writer.ts';

let folder = '';
let path = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posecast-batch-'));
  path = join(folder, 'sum.onnx');
  const tensor = (name: string, shape: TensorText['shape']): TensorText => {
    return { name, type: 'float32', shape };
  };
  // y = x + pose[0] + bias: the pose's batch stands second, the bias is the same for all.
  const graph = {
    inputs: [tensor('x', ['rows', 3]), tensor('pose', [1, 'rows', 3]), tensor('bias', [1])],
    outputs: [tensor('y', ['rows', 3])],
    nodes: [
      { operator: 'Squeeze', inputs: ['pose', 'first'], outputs: ['flat'] },
      { operator: 'Add', inputs: ['x', 'flat'], outputs: ['both'] },
      { operator: 'Add', inputs: ['both', 'bias'], outputs: ['y'] },
    ],
    weights: [{ name: 'first', shape: [1], integers: [0] }],
  };
  await writeFile(path, onnxFile(graph));
});
after(() => rm(folder, { recursive: true }));

type Own = ReturnType<typeof ownOf>;

/** What one session brings: two rows of its number. */
function ownOf(number: number, bias = 100) {
  const filled = (shape: readonly number[], value: number) => {
    const tensor = zeros(shape);
    tensor.data.fill(value);
    return tensor;
  };
  const feeds = {
    x: filled([2, 3], number),
    pose: filled([1, 2, 3], number / 10),
    bias: filled([1], bias),
  };
  return { feeds, results: { y: zeros([2, 3]) } };
}

async function opened(): Promise<{ model: BatchedModel; runs: () => number }> {
  const inner = await openModel(path);
  let runs = 0;
  const counted: Model = {
    ...inner,
    inputs: inner.inputs,
    outputs: inner.outputs,
    inputNames: inner.inputNames,
    outputNames: inner.outputNames,
    run: (feeds, results) => {
      runs += 1;
      return inner.run(feeds, results);
    },
    close: () => inner.close(),
  };
  return { model: new BatchedModel(counted, batchSideOf(inner)!), runs: () => runs };
}

function assertOwn({ results }: Own, value: number): void {
  for (const each of results.y.data) assert.ok(Math.abs(each - value) < 1e-4, `${each}, ${value}`);
}

test('three that ask at once get one run and their own answers, again and again', async () => {
  const { model, runs } = await opened();
  const all = [ownOf(1), ownOf(2), ownOf(3)] as const;
  for (let time = 1; time <= 2; time += 1) {
    const answers = await Promise.all(all.map((own) => model.run(own.feeds, own.results)));
    assert.equal(answers[1], all[1].results, 'written into the memory that was brought');
    all.forEach((own, i) => assertOwn(own, (i + 1) * 1.1 + 100));
    assert.equal(runs(), time);
  }
  assert.equal(model.shared, 4);
  await model.close();
});

test('who asks alone, for something else, or differently runs alone', async () => {
  const { model, runs } = await opened();
  const [one, other] = [ownOf(1), ownOf(2, 7)];
  await Promise.all([model.run(one.feeds, one.results), model.run(other.feeds, other.results)]);
  assertOwn(one, 101.1);
  assertOwn(other, 9.2);
  assert.equal(runs(), 2, 'the bias is not of the batch and differs');
  const [bare] = await Promise.all([model.run(one.feeds), model.run(other.feeds, other.results)]);
  assert.ok(bare['y'] instanceof Tensor);
  assert.equal(runs(), 4);
  await model.close();
});

test('a run that fails fails for all of them, and the next is served', async () => {
  const { model } = await opened();
  const wrong = (): Own => {
    const own = ownOf(1);
    return { ...own, feeds: { ...own.feeds, x: zeros([2, 4]) } };
  };
  const [first, second] = [wrong(), wrong()];
  const failed = [model.run(first.feeds, first.results), model.run(second.feeds, second.results)];
  const outcomes = await Promise.allSettled(failed);
  assert.deepEqual(outcomes.map(({ status }) => status), ['rejected', 'rejected']); // prettier-ignore
  const own = ownOf(4);
  await model.run(own.feeds, own.results);
  assertOwn(own, 104.4);
  await model.close();
});

test('a graph of fixed size has no free batch', () => {
  const tensor = (shape: readonly (number | string)[]) => ({ name: 't', type: 'float32', shape });
  assert.equal(batchSideOf({ inputs: [tensor([1, 3])], outputs: [tensor([1, 3])] }), undefined);
  assert.equal(batchSideOf({ inputs: [tensor(['n', 3])], outputs: [tensor(['n'])] }), 'n');
  assert.equal(batchSideOf({ inputs: [tensor(['m', 3])], outputs: [tensor(['n'])] }), undefined);
});
