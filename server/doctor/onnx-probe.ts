/**
 * Process entry: which execution providers of onnxruntime run a model here? A process of its own,
 * since a broken driver can end the process that asks it. Prints one JSON object on stdout.
 *
 *   node onnx-probe.ts [model.onnx]     a built-in model of one node without it
 */
import '../inference/no-telemetry.ts';
import { readFile } from 'node:fs/promises';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';

export type ProviderProbe = {
  readonly provider: string;
  readonly ok: boolean;
  /** Milliseconds of one run, or why it failed. */
  readonly detail: string;
};

/** y = relu(x), x: float32 [4]; opset 13. For a checkout whose own model is missing. */
const TINY_MODEL = Buffer.from(
  'CAg6OwoMCgF4EgF5IgRSZWx1EgFnWhMKAXgSDgoMCAESCAoCCAEKAggEYhMKAXkSDgoMCAESCAoCCAEKAggEQgIQDQ==',
  'base64',
);

const model = process.argv[2] === undefined ? TINY_MODEL : await readFile(process.argv[2]);
const providers: ProviderProbe[] = [];
for (const { name } of listSupportedBackends()) providers.push(await probeProvider(name, model));
process.stdout.write(JSON.stringify(providers));

async function probeProvider(provider: string, graph: Uint8Array): Promise<ProviderProbe> {
  try {
    const session = await InferenceSession.create(graph, { executionProviders: [provider] });
    const inputs = zeroInputs(session);
    const startedMs = performance.now();
    await session.run(inputs);
    const elapsedMs = performance.now() - startedMs;
    await session.release();
    return { provider, ok: true, detail: `one run in ${elapsedMs.toFixed(1)} ms` };
  } catch (error) {
    return { provider, ok: false, detail: reasonOf(error) };
  }
}

/** The end of the message, which says what is wrong; the beginning is a path in its source. */
function reasonOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).trim();
  return message.length <= 120 ? message : `…${message.slice(-120)}`;
}

/** Zeros in the shape that the model states; free dimensions are 1. */
function zeroInputs(session: InferenceSession): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  for (const metadata of session.inputMetadata) {
    if (!metadata.isTensor) throw new Error(`input ${metadata.name} is not a tensor`);
    const shape = metadata.shape.map((size) => (typeof size === 'number' ? size : 1));
    const length = shape.reduce((product, size) => product * size, 1);
    inputs[metadata.name] = zeros(metadata.type, length, shape);
  }
  return inputs;
}

function zeros(type: Tensor.Type, length: number, shape: readonly number[]): Tensor {
  switch (type) {
    case 'float32':
      return new Tensor(type, new Float32Array(length), shape);
    case 'int64':
      return new Tensor(type, new BigInt64Array(length), shape);
    case 'int32':
      return new Tensor(type, new Int32Array(length), shape);
    default:
      throw new Error(`inputs of type ${type} can't be tried`);
  }
}
