/** Entry of a thread that hears silence without pause, for tests of its end. */
import { parentPort, workerData } from 'node:worker_threads';
import { openModel, zeros } from '../../server/inference/onnx.ts';

const { graph } = workerData as { readonly graph: string };
const model = await openModel(graph);
const feeds = Object.fromEntries(
  model.inputs.map(({ name, shape }) => [name, zeros(shape as readonly number[])]),
);
parentPort!.postMessage('busy');
for (;;) await model.run(feeds);
