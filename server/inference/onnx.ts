/**
 * The one door to onnxruntime-node. Runs in whichever thread opens the model, usually an engine
 * thread: `run()` computes on that thread and blocks it until the result is there. Whoever opens a
 * model owns it and closes it. Several callers of one thread may share a model by awaiting each run.
 */
import './no-telemetry.ts';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { AppError } from '../core/errors.ts';
import { nativeCall } from '../core/native-calls.ts';
import type { Device, Provider } from '../protocol/device.ts';
import { readGraphFile } from './graph-file.ts';
import { readProfile, requirePlacement, type PlacedNode } from './placement.ts';
import { candidates, PROVIDER_HINTS, PROVIDER_LISTS } from './providers.ts';
import type { TensorSpec } from './tensor-spec.ts';
import type { TensorType } from './tensor-contract.ts';
import { filledTensor, Tensor, zeros } from './tensors.ts';

export { Tensor, zeros };
export type { TensorSpec };

export type OpenOptions = {
  /** What it runs on; the CPU unless said otherwise. */
  readonly device?: Device;
  /** Whether heavy operators may fall from the device to another provider. */
  readonly allowFallback?: boolean;
  /** Threads that compute one operator; 1 keeps a session from taking the other sessions' cores. */
  readonly threads?: number;
  /** Sizes of the graph's named free sides, for the trial run; 1 for others. */
  readonly freeSides?: Readonly<Record<string, number>>;
  /** Outputs that stay in the device's memory (WebGPU), to be fed to another model and disposed of. */
  readonly keepOnDevice?: readonly string[];
  /** Whether to find out which provider computes what, also on the CPU. */
  readonly profile?: boolean;
};

export interface Model {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** What it runs on. */
  readonly provider: Provider;
  /** Milliseconds of all runs so far: what isn't in here is our own doing. */
  readonly runMs?: number;
  /** Runs that were saved by sharing one with other sessions. */
  readonly shared?: number;
  /** Where each operator ran in the trial run; none where nobody asked. */
  readonly placement: readonly PlacedNode[];
  /**
   * One run. With `results`, outputs are written into those tensors' own memory and nothing of
   * their size is allocated; without, new tensors come back.
   */
  run(feeds: Tensors, results?: Tensors): Promise<Tensors>;
  /** Frees the weights; idempotent. No run may be under way. */
  close(): Promise<void>;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Loads an ONNX file. Throws `bad_pack` when it is missing, reaches outside itself, is no graph we
 * can run, or runs elsewhere than on the device; `missing_dependency` when the device isn't here.
 */
export async function openModel(path: string, options: OpenOptions = {}): Promise<Model> {
  readGraphFile(path);
  const providers = candidates(options.device ?? 'cpu');
  for (const [i, provider] of providers.entries()) {
    try {
      return await openOn(provider, path, options);
    } catch (error) {
      // `auto` goes on to the next device; the last one's reason is told.
      if (i === providers.length - 1) throw error;
    }
  }
  throw new AppError('internal', 'There is no device to try');
}

async function openOn(provider: Provider, path: string, options: OpenOptions): Promise<Model> {
  const watched = provider !== 'cpu' || options.profile === true;
  const folder = watched ? await mkdtemp(join(tmpdir(), 'posecast-profile-')) : undefined;
  try {
    const session = await create(provider, path, options, folder);
    try {
      const placement = folder === undefined ? [] : await trial(session, folder, options.freeSides);
      if (options.allowFallback !== true) requirePlacement(path, placement, provider);
      return new OrtModel(session, provider, placement);
    } catch (error) {
      await nativeCall(() => session.release());
      throw error;
    }
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function create(
  provider: Provider,
  path: string,
  options: OpenOptions,
  profileFolder: string | undefined,
): Promise<InferenceSession> {
  const onDevice = provider === 'webgpu' ? (options.keepOnDevice ?? []) : [];
  try {
    const settings: InferenceSession.SessionOptions = {
      executionProviders: [...PROVIDER_LISTS[provider]],
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      ...(onDevice.length > 0 && {
        preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer'])),
      }),
      ...(profileFolder !== undefined && {
        enableProfiling: true,
        profileFilePrefix: join(profileFolder, 'run'),
      }),
    };
    return await nativeCall(() => InferenceSession.create(path, settings));
  } catch (cause) {
    throw openError(provider, path, cause);
  }
}

function openError(provider: Provider, path: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause);
  const missing =
    /Failed to load (shared )?library|WebGPU adapter|not available|no available backend|not supported in this build|ailed to find|CUDA failure/;
  if (provider !== 'cpu' && missing.test(reason)) {
    return new AppError(
      'missing_dependency',
      `The device ${provider} can't be used here: it ${PROVIDER_HINTS[provider]} (${reason}).`,
      cause,
    );
  }
  return new AppError(
    'bad_pack',
    `${path} can't be loaded as an ONNX model on ${provider}: ${reason}`,
    cause,
  );
}

/** One run on zeros, which also warms up, under onnxruntime's profiler. */
async function trial(
  session: InferenceSession,
  folder: string,
  freeSides: OpenOptions['freeSides'] = {},
): Promise<PlacedNode[]> {
  const feeds: Record<string, Tensor> = {};
  for (const { name, type, shape } of session.inputMetadata.map(toSpec)) {
    const sizes = shape.map((side) => (typeof side === 'number' ? side : (freeSides[side] ?? 1)));
    feeds[name] = filledTensor(type as TensorType, sizes, 0);
  }
  const results = await nativeCall(() => session.run(feeds));
  for (const tensor of Object.values(results)) {
    if (tensor.location === 'gpu-buffer') tensor.dispose();
  }
  await nativeCall(async () => session.endProfiling());
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap(readProfile);
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
  readonly provider: Provider;
  readonly placement: readonly PlacedNode[];
  readonly #session: InferenceSession;
  #runMs = 0;
  #closing: Promise<void> | undefined;

  constructor(session: InferenceSession, provider: Provider, placement: readonly PlacedNode[]) {
    this.#session = session;
    this.provider = provider;
    this.placement = placement;
    this.inputs = session.inputMetadata.map(toSpec);
    this.outputs = session.outputMetadata.map(toSpec);
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  get runMs(): number {
    return this.#runMs;
  }

  async run(feeds: Tensors, results?: Tensors): Promise<Tensors> {
    const startedMs = performance.now();
    try {
      const session = this.#session;
      return await nativeCall(() => (results ? session.run(feeds, results) : session.run(feeds)));
    } finally {
      this.#runMs += performance.now() - startedMs;
    }
  }

  close(): Promise<void> {
    return (this.#closing ??= nativeCall(() => this.#session.release()));
  }
}

function toSpec(metadata: InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) return { name: metadata.name, type: 'not a tensor', shape: [] };
  return { name: metadata.name, type: metadata.type, shape: metadata.shape };
}
