/**
 * Tensors that are allocated once and written in place, in whichever float type a graph wants.
 * Part of the door to onnxruntime-node; a thread that makes tensors needs nothing else of it.
 */
import './half-tensors.ts';
import { Tensor } from 'onnxruntime-node';
import { AppError } from '../core/errors.ts';
import type { BoundTensor, TensorType } from './tensor-contract.ts';

export { Tensor };

/** A float32 tensor of zeros whose `data` is written in place between runs. */
export function zeros(shape: readonly number[]): Tensor & { readonly data: Float32Array } {
  return new Tensor('float32', new Float32Array(volume(shape)), shape);
}

/** Floats of a tensor, whichever way the graph wants them; converts as it is written. */
export type Floats = Float32Array | Float16Array;

/** A tensor of zeros as a graph wants it; `floats` is its memory where it holds floats. */
export type Slot = { readonly tensor: Tensor; readonly floats: Floats };

/** A tensor of float32 or float16 that is written in place between runs. Throws `bad_pack`. */
export function floatSlot({ name, type, shape }: BoundTensor): Slot {
  const length = volume(shape);
  if (type === 'float32') {
    const floats = new Float32Array(length);
    return { tensor: new Tensor(type, floats, shape), floats };
  }
  if (type === 'float16') {
    const bits = new Uint16Array(length);
    return { tensor: new Tensor(type, bits, shape), floats: new Float16Array(bits.buffer) };
  }
  throw new AppError('bad_pack', `expected floats in the tensor ${name}, found ${type}`);
}

/** The floats of what a run gave. */
export function floatsOf(tensor: Tensor): Floats {
  const { data } = tensor;
  if (data instanceof Float32Array) return data;
  if (tensor.type === 'float16') {
    const { buffer, byteOffset, length } = data as Uint16Array;
    return new Float16Array(buffer, byteOffset, length);
  }
  throw new AppError('bad_pack', `expected floats from the graph, found ${tensor.type}`);
}

/** Whether all are numbers: a sum stays one only while all are. */
export function allFinite(values: Floats): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return Number.isFinite(sum);
}

/** A tensor of any type that holds one number all over. */
export function filledTensor(type: TensorType, shape: readonly number[], value: number): Tensor {
  const length = volume(shape);
  switch (type) {
    case 'float32':
      return new Tensor(type, new Float32Array(length).fill(value), shape);
    case 'float16': {
      const halves = new Float16Array(length).fill(value);
      return new Tensor(type, new Uint16Array(halves.buffer), shape);
    }
    case 'int64':
      return new Tensor(type, new BigInt64Array(length).fill(BigInt(Math.round(value))), shape);
    case 'int32':
      return new Tensor(type, new Int32Array(length).fill(value), shape);
    case 'uint8':
    case 'bool':
      return new Tensor(type, new Uint8Array(length).fill(value), shape);
    default:
      return type satisfies never;
  }
}

function volume(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
