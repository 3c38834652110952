/** Types and shapes of a graph's inputs and outputs, as its file states them. */
import type { ProtoField, ProtoFile } from './proto-file.ts';

/** Element type and shape; free dimensions by their names, "?" where they have none. */
export type TensorSpec = {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
};

/** TensorProto.DataType, by number. */
const TYPES = [
  ...['undefined', 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string'],
  ...['bool', 'float16', 'float64', 'uint32', 'uint64', 'complex64', 'complex128', 'bfloat16'],
];
const MAX_RANK = 16;
const MAX_SIDE = 2 ** 31;

/** ValueInfoProto: name (1), type (2). */
export function graphTensor(file: ProtoFile, info: ProtoField): TensorSpec {
  let name = '';
  let tensor: { type: string; shape: (number | string)[] } | undefined;
  for (const field of file.fields(info)) {
    if (field.number === 1) name = file.text(field);
    // TypeProto: a tensor (1), or something that no contract of ours has.
    else if (field.number === 2) {
      for (const kind of file.fields(field)) {
        if (kind.number === 1) tensor = tensorType(file, kind);
      }
    }
  }
  return { name, type: 'not a tensor', shape: [], ...tensor };
}

/** TypeProto.Tensor: element type (1), shape (2) of dimensions (1). */
function tensorType(file: ProtoFile, tensor: ProtoField) {
  let type = 'undefined';
  const shape: (number | string)[] = [];
  for (const field of file.fields(tensor)) {
    if (field.number === 1) type = TYPES[field.value] ?? `type ${field.value}`;
    else if (field.number === 2) {
      for (const side of file.fields(field)) {
        if (side.number === 1) shape.push(dimension(file, side));
      }
    }
  }
  if (shape.length > MAX_RANK) throw file.bad(`expected at most ${MAX_RANK} dimensions`);
  return { type, shape };
}

/** Dimension: a value (1) or a name (2). */
function dimension(file: ProtoFile, side: ProtoField): number | string {
  let found: number | string = '?';
  for (const field of file.fields(side)) {
    if (field.number === 1) found = field.value;
    else if (field.number === 2) found = file.text(field) || '?';
  }
  if (typeof found === 'number' && found > MAX_SIDE) {
    throw file.bad(`expected sides of at most ${MAX_SIDE}, found ${found}`);
  }
  return found;
}

/** As sentences name it: float32[1,3,?,?]. */
export function specText({ type, shape }: Pick<TensorSpec, 'type' | 'shape'>): string {
  return `${type}[${shape.join(',')}]`;
}
