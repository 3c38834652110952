/**
 * A graph of an avatar pack, checked against its contract before its weights are loaded and
 * borrowed from the thread's shelf. Bodies and lips open their networks through this.
 */
import type { Device } from '../protocol/device.ts';
import { BatchedModel, batchSideOf } from './batched-model.ts';
import { readGraphFile } from './graph-file.ts';
import { shelfKey, type ModelShelf } from './model-shelf.ts';
import { openModel, type Model, type OpenOptions } from './onnx.ts';
import type { AvatarPack } from './pack.ts';
import { CPU_COMPUTE, type Compute } from './providers.ts';
import { bindContract, type Binding, type Contract } from './tensor-contract.ts';

export type Graph = Binding & {
  /** Its file's name in the pack. */
  readonly file: string;
  /** Borrowed: close it as if it were your own. */
  readonly model: Model;
};

export type GraphPlace = { readonly shelf: ModelShelf; readonly compute?: Compute };

export type GraphOptions = {
  /** Parts of the contract's outputs that stay in the device's memory (WebGPU). */
  readonly keepOnDevice?: readonly string[];
};

/** Throws `bad_pack` for a graph that breaks the contract, `missing_dependency` without its device. */
export async function openGraph(
  pack: AvatarPack,
  file: string,
  contract: Contract,
  place: GraphPlace,
  { keepOnDevice = [] }: GraphOptions = {},
): Promise<Graph> {
  const path = pack.path(file);
  const label = `${pack.manifest.name}/${file}`;
  const binding = bindContract(label, readGraphFile(path), contract);
  const { allowFallback, profile = false, threads = 1 } = place.compute ?? CPU_COMPUTE;
  const options: OpenOptions = {
    ...{ device: deviceFor(pack, place.compute), allowFallback, threads, profile },
    freeSides: binding.freeSides,
    keepOnDevice: keepOnDevice.map((part) => binding.outputs[part]?.name ?? part),
  };
  const key = shelfKey(pack.sha256(file), options);
  const model = await place.shelf.borrow(key, async () => {
    const opened = await openModel(path, options);
    return shared(opened, options, place.compute);
  });
  return { ...binding, file, model };
}

/** On a GPU, sessions of one pack share runs where the graph lets them; on the CPU that saves nothing. */
function shared(model: Model, { keepOnDevice = [] }: OpenOptions, compute?: Compute): Model {
  const side = batchSideOf(model);
  const pays = model.provider !== 'cpu' || compute?.batchOnCpu === true;
  return side !== undefined && pays && keepOnDevice.length === 0
    ? new BatchedModel(model, side)
    : model;
}

/** What was chosen, else what the pack runs on best. */
export function deviceFor(pack: AvatarPack, { device }: Compute = CPU_COMPUTE): Device {
  return device === 'auto' ? pack.manifest.device : device;
}
