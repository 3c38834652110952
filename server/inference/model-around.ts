/** What stands around a model and says of itself what the model says: borrowing, sharing runs. */
import type { Model, Tensors } from './onnx.ts';

export abstract class ModelAround implements Model {
  protected readonly inner: Model;

  constructor(inner: Model) {
    this.inner = inner;
  }

  get inputs(): Model['inputs'] {
    return this.inner.inputs;
  }
  get outputs(): Model['outputs'] {
    return this.inner.outputs;
  }
  get inputNames(): readonly string[] {
    return this.inner.inputNames;
  }
  get outputNames(): readonly string[] {
    return this.inner.outputNames;
  }
  get provider(): Model['provider'] {
    return this.inner.provider;
  }
  get placement(): Model['placement'] {
    return this.inner.placement;
  }
  get runMs(): number {
    return this.inner.runMs ?? 0;
  }
  get shared(): number {
    return this.inner.shared ?? 0;
  }

  abstract run(feeds: Tensors, results?: Tensors): Promise<Tensors>;
  abstract close(): Promise<void>;
}
