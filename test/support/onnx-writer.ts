/**
 * Writes small ONNX files for tests: whole ones that onnxruntime runs, and broken or hostile ones
 * that nothing should.
 */
export type TensorText = {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  readonly shape: readonly (number | string)[];
};
export type NodeText = {
  readonly operator: string;
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  /** Whole numbers or lists of them, by attribute. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
};
export type WeightText = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly floats?: readonly number[];
  /** Instead of floats: int64. */
  readonly integers?: readonly number[];
  /** A file that the weights are said to lie in. */
  readonly external?: string;
};
export type GraphText = {
  readonly inputs: readonly TensorText[];
  readonly outputs: readonly TensorText[];
  readonly nodes: readonly NodeText[];
  readonly weights?: readonly WeightText[];
  readonly opset?: number;
};

const TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** The bytes of a model file. */
export function onnxFile(graph: GraphText): Buffer {
  const body = Buffer.concat([
    ...graph.nodes.map((node) => message(1, nodeBytes(node))),
    text(2, 'test'),
    ...(graph.weights ?? []).map((weight) => message(5, weightBytes(weight))),
    ...graph.inputs.map((tensor) => message(11, valueInfo(tensor))),
    ...graph.outputs.map((tensor) => message(12, valueInfo(tensor))),
  ]);
  const domains = new Set(graph.nodes.map(({ domain = '' }) => domain));
  const opsets = [...domains].map((domain) =>
    message(
      8,
      Buffer.concat([text(1, domain), number(2, domain === '' ? (graph.opset ?? 17) : 1)]),
    ),
  );
  return Buffer.concat([number(1, 9), message(7, body), ...opsets]);
}

function nodeBytes({ operator, name = '', inputs, outputs, domain, attributes = {} }: NodeText) {
  return Buffer.concat([
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    ...[text(3, name), text(4, operator)],
    ...Object.entries(attributes).map(([key, value]) => message(5, attribute(key, value))),
    ...(domain === undefined ? [] : [text(7, domain)]),
  ]);
}

/** AttributeProto: an integer (3, kind 2) or several (8, kind 7). */
function attribute(key: string, value: number | readonly number[]): Buffer {
  const values =
    typeof value === 'number'
      ? [number(3, value), number(20, 2)]
      : [...value.map((each) => number(8, each)), number(20, 7)];
  return Buffer.concat([text(1, key), ...values]);
}

function weightBytes({ name, shape, floats = [], integers, external }: WeightText): Buffer {
  const bytes = integers
    ? Buffer.from(BigInt64Array.from(integers, BigInt).buffer)
    : Buffer.from(new Float32Array(floats).buffer);
  const place = external === undefined ? undefined : [text(1, 'location'), text(2, external)];
  return Buffer.concat([
    ...shape.map((side) => number(1, side)),
    ...[number(2, integers ? TYPES.int64 : TYPES.float32), text(8, name)],
    ...(place ? [message(13, Buffer.concat(place)), number(14, 1)] : [message(9, bytes)]),
  ]);
}

function valueInfo({ name, type, shape }: TensorText): Buffer {
  const sides = shape.map((side) =>
    message(1, typeof side === 'number' ? number(1, side) : text(2, side)),
  );
  const tensor = [number(1, TYPES[type]), message(2, Buffer.concat(sides))];
  return Buffer.concat([text(1, name), message(2, message(1, Buffer.concat(tensor)))]);
}

function message(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
