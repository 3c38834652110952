/**
 * The one door to onnxruntime-node. Runs in whichever thread opens the model, usually an engine
 * thread: `run()` computes on that thread and blocks it until the result is there. Whoever opens a
 * model owns it and closes it. Several callers of one thread may share a model by awaiting each run.
 */
import './no-telemetry.ts';
import { stat } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../core/errors.ts';

export { Tensor };

/** A graph's input or output: element type and shape, symbolic dimensions by their names. */
export type TensorSpec = {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
};

export type ExecutionProvider = 'cpu' | 'cuda' | 'dml' | 'coreml';

export type OpenOptions = {
  /** Tried in this order; CPU alone unless said otherwise. */
  readonly providers?: readonly ExecutionProvider[];
  /** Threads that compute one operator; 1 keeps a session from taking the other sessions' cores. */
  readonly threads?: number;
};

export interface Model {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * One run. With `results`, outputs are written into those tensors' own memory and nothing of
   * their size is allocated; without, new tensors come back.
   */
  run(feeds: Tensors, results?: Tensors): Promise<Tensors>;
  /** Frees the weights; idempotent. No run may be under way. */
  close(): Promise<void>;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** A float32 tensor of zeros whose `data` is written in place between runs. */
export function zeros(shape: readonly number[]): Tensor & { readonly data: Float32Array } {
  const length = shape.reduce((product, size) => product * size, 1);
  return new Tensor('float32', new Float32Array(length), shape);
}

/** Loads an ONNX file. Throws AppError `bad_pack` when it is missing or is no graph we can run. */
export async function openModel(path: string, options: OpenOptions = {}): Promise<Model> {
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile()) throw new AppError('bad_pack', `There is no model file ${path}.`);
  const providers = options.providers ?? ['cpu'];
  try {
    const session = await InferenceSession.create(path, {
      executionProviders: [...providers],
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
    return new OrtModel(session);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      'bad_pack',
      `${path} can't be loaded as an ONNX model on ${providers.join(', ')}: ${reason}`,
      cause,
    );
  }
}

/**
 * Refuses a graph that lacks a tensor of the contract or has it in another type or shape. A `null`
 * in a contract's shape takes any size; tensors beyond the contract are allowed among the outputs.
 */
export function requireTensors(
  path: string,
  found: readonly TensorSpec[],
  contract: Readonly<Record<string, readonly (number | null)[]>>,
): void {
  for (const [name, shape] of Object.entries(contract)) {
    const spec = found.find((candidate) => candidate.name === name);
    const expected = `float32[${shape.map((size) => size ?? '?').join(',')}]`;
    if (!spec) {
      const names = found.map((candidate) => candidate.name).join(', ');
      throw new AppError('bad_pack', `${path} has no tensor ${name} (${expected}), only ${names}.`);
    }
    const fits =
      spec.type === 'float32' &&
      spec.shape.length === shape.length &&
      shape.every((size, axis) => size === null || spec.shape[axis] === size);
    if (!fits) {
      const actual = `${spec.type}[${spec.shape.join(',')}]`;
      throw new AppError('bad_pack', `${path}: ${name} must be ${expected}, not ${actual}.`);
    }
  }
}

class OrtModel implements Model {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #session: InferenceSession;
  #closing: Promise<void> | undefined;

  constructor(session: InferenceSession) {
    this.#session = session;
    this.inputs = session.inputMetadata.map(toSpec);
    this.outputs = session.outputMetadata.map(toSpec);
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  run(feeds: Tensors, results?: Tensors): Promise<Tensors> {
    return results ? this.#session.run(feeds, results) : this.#session.run(feeds);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#session.release());
  }
}

function toSpec(metadata: InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) return { name: metadata.name, type: 'not a tensor', shape: [] };
  return { name: metadata.name, type: metadata.type, shape: metadata.shape };
}
