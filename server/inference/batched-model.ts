/**
 * What several sessions ask of one network in the same turn, computed in one run: a GPU does four
 * pictures in little more time than one. For graphs whose batch is a free side. Whoever asks alone is
 * served alone, without a copy. One thread; shared through its shelf, closed by it.
 */
import { ModelAround } from './model-around.ts';
import type { Model, Tensors } from './onnx.ts';
import type { TensorSpec } from './tensor-spec.ts';
import { Tensor } from './tensors.ts';

/** Runs in one; more would make the first of them late. */
const MOST_RUNS = 8;

type Asked = {
  readonly feeds: Tensors;
  readonly results: Tensors | undefined;
  readonly answer: PromiseWithResolvers<Tensors>;
};
type Lot = readonly [Asked, ...Asked[]];

/** Whether a graph's batch is free: what all its outputs and at least one input grow along. */
export function batchSideOf({
  inputs,
  outputs,
}: Pick<Model, 'inputs' | 'outputs'>): string | undefined {
  const side = outputs[0]?.shape.find((size) => typeof size === 'string' && size !== '?');
  if (typeof side !== 'string') return undefined;
  const grows = ({ shape }: TensorSpec): boolean => shape.includes(side);
  return outputs.every(grows) && inputs.some(grows) ? side : undefined;
}

export class BatchedModel extends ModelAround {
  readonly #side: string;
  /** Memory of a run of so many. */
  readonly #memory = new Map<number, { readonly feeds: Tensors; readonly results: Tensors }>();
  #waiting: Asked[] = [];
  #shared = 0;

  /** `side`: what `batchSideOf` says of the model, which is owned from now on. */
  constructor(model: Model, side: string) {
    super(model);
    this.#side = side;
  }

  /** Runs that were saved by sharing one. */
  override get shared(): number {
    return this.#shared;
  }

  run(feeds: Tensors, results?: Tensors): Promise<Tensors> {
    const answer = Promise.withResolvers<Tensors>();
    this.#waiting.push({ feeds, results, answer });
    // All that is asked before the thread looks up again goes together.
    if (this.#waiting.length === 1) setImmediate(() => void this.#serve());
    return answer.promise;
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  async #serve(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < asked.length; at += MOST_RUNS) {
      const [first, ...others] = asked.slice(at, at + MOST_RUNS);
      const lot: Lot = [first!, ...others];
      if (lot.length > 1 && this.#goTogether(lot)) await this.#together(lot);
      else for (const one of lot) await this.#alone(one);
    }
  }

  async #alone({ feeds, results, answer }: Asked): Promise<void> {
    try {
      answer.resolve(await this.inner.run(feeds, results));
    } catch (error) {
      answer.reject(error);
    }
  }

  async #together(lot: Lot): Promise<void> {
    try {
      const { feeds, results } = this.#memoryOf(lot);
      for (const [name, tensor] of Object.entries(feeds)) {
        if (this.#axis(this.inputs, name) < 0) copy(lot[0].feeds[name]!, 0, tensor);
        else for (const [i, one] of lot.entries()) copy(one.feeds[name]!, i, tensor);
      }
      await this.inner.run(feeds, results);
      for (const [i, one] of lot.entries()) {
        for (const [name, tensor] of Object.entries(one.results!)) take(results[name]!, i, tensor);
        one.answer.resolve(one.results!);
      }
      this.#shared += lot.length - 1;
    } catch (error) {
      for (const { answer } of lot) answer.reject(error);
    }
  }

  /** Same sizes, the same answers wanted, and the same of whatever can't be different in a batch. */
  #goTogether(lot: Lot): boolean {
    const [first] = lot;
    return lot.every((one) => {
      if (!one.results || !first.results) return false;
      const [feeds, results] = [Object.entries(one.feeds), Object.entries(one.results)];
      if (results.length !== Object.keys(first.results).length) return false;
      return (
        feeds.every(([name, tensor]) => this.#fits(name, tensor, first.feeds[name])) &&
        results.every(([name, tensor]) => sameSize(tensor, first.results![name]))
      );
    });
  }

  #fits(name: string, tensor: Tensor, other: Tensor | undefined): boolean {
    if (!other || !sameSize(tensor, other)) return false;
    const axis = this.#axis(this.inputs, name);
    if (axis < 0) return tensor === other || sameNumbers(tensor, other);
    // Rows of several runs lie one behind the other only where nothing stands before them.
    return tensor.dims.slice(0, axis).every((size) => size === 1);
  }

  #axis(specs: readonly TensorSpec[], name: string): number {
    return specs.find((spec) => spec.name === name)?.shape.indexOf(this.#side) ?? -1;
  }

  #memoryOf(lot: Lot) {
    const count = lot.length;
    let memory = this.#memory.get(count);
    if (!memory) {
      const [{ feeds, results }] = lot;
      memory = {
        feeds: this.#enlarged(this.inputs, feeds, count),
        results: this.#enlarged(this.outputs, results!, count),
      };
      this.#memory.set(count, memory);
    }
    return memory;
  }

  #enlarged(specs: readonly TensorSpec[], tensors: Tensors, count: number): Tensors {
    return Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => {
        const axis = this.#axis(specs, name);
        const dims = tensor.dims.map((size, i) => (i === axis ? size * count : size));
        return [name, emptyLike(tensor, dims)];
      }),
    );
  }
}

type Numbers = Float32Array | Uint16Array | Uint8Array | BigInt64Array | Int32Array;

function numbers({ data }: Tensor): Numbers {
  return data as Numbers;
}

function emptyLike(tensor: Tensor, dims: readonly number[]): Tensor {
  const { constructor } = numbers(tensor);
  const length = dims.reduce((product, size) => product * size, 1);
  const data = new (constructor as new (length: number) => Float32Array)(length);
  return new Tensor(tensor.type as 'float32', data, dims);
}

function sameSize(a: Tensor, b: Tensor | undefined): boolean {
  if (a.location !== 'cpu' || b?.location !== 'cpu' || a.type !== b.type) return false;
  return a.dims.length === b.dims.length && a.dims.every((size, i) => size === b.dims[i]);
}

function sameNumbers(a: Tensor, b: Tensor): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  return left.every((value: number | bigint, i: number) => value === right[i]);
}

/** `from` as the `index`-th of those that lie in `to`. */
function copy(from: Tensor, index: number, to: Tensor): void {
  const source = numbers(from) as Float32Array;
  (numbers(to) as Float32Array).set(source, index * source.length);
}

function take(from: Tensor, index: number, to: Tensor): void {
  const target = numbers(to) as Float32Array;
  const start = index * target.length;
  target.set((numbers(from) as Float32Array).subarray(start, start + target.length));
}
