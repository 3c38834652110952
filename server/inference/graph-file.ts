/**
 * What an ONNX file says of itself, read before any library sees it: inputs and outputs with types
 * and shapes, operators, and whatever would make a library reach outside the file. Weights are
 * skipped, not read, so a file of gigabytes takes milliseconds. Every length is checked against
 * what holds it; a damaged or hostile file gets one sentence. Used when a model is opened, on any
 * thread. The format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { AppError } from '../core/errors.ts';
import { ProtoFile, type ProtoField } from './proto-file.ts';
import { graphTensor, type TensorSpec } from './tensor-spec.ts';

export type GraphFile = {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Version of the standard operators. */
  readonly opset: number;
  readonly nodes: number;
  /** How often each operator stands in it, subgraphs included. */
  readonly operators: ReadonlyMap<string, number>;
  /** Bytes of weights inside the file. */
  readonly weightBytes: number;
};

/** Operators that onnxruntime brings along; any other domain needs a library of somebody's. */
const KNOWN_DOMAINS = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']);
/** This operator loads a compiled program from another file. */
const OUTSIDE_OPERATOR = 'EPContext';
const MAX_NODES = 500_000;
/** Subgraphs (the branches of If, the body of Loop) within subgraphs. */
const MAX_DEPTH = 12;
const EXTERNAL = 1;

const MODEL = { graph: 7, opset: 8, functions: 25 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparse: 15 } as const;
const NODE = { name: 3, operator: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = {
  tensor: 5,
  graph: 6,
  tensors: 10,
  graphs: 11,
  sparse: 22,
  sparses: 23,
} as const;
const TENSOR = { name: 8, raw: 9, external: 13, location: 14 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const FUNCTION = { node: 7, domain: 10 } as const;

type Reading = {
  readonly file: ProtoFile;
  readonly operators: Map<string, number>;
  readonly domains: Set<string>;
  readonly ownDomains: Set<string>;
  readonly initializers: Set<string>;
  nodes: number;
  weightBytes: number;
};

/**
 * Reads the graph in `path`. Throws `bad_pack`: not an ONNX file, cut off, weights in other files,
 * operators that need a library of their own.
 */
export function readGraphFile(path: string): GraphFile {
  using file = ProtoFile.open(path, 'ONNX');
  const reading: Reading = {
    ...{ file, operators: new Map(), domains: new Set(), ownDomains: new Set() },
    ...{ initializers: new Set(), nodes: 0, weightBytes: 0 },
  };
  let opset = 0;
  let graph: { readonly inputs: TensorSpec[]; readonly outputs: TensorSpec[] } | undefined;
  for (const field of file.fields()) {
    if (field.number === MODEL.graph) graph = readGraph(reading, field, 0);
    else if (field.number === MODEL.opset) opset = Math.max(opset, readOpset(file, field));
    else if (field.number === MODEL.functions) readFunction(reading, field);
  }
  if (!graph || reading.nodes === 0 || graph.outputs.length === 0) {
    throw file.bad('expected a graph with operators and outputs, found none');
  }
  refuseForeign(reading);
  return {
    // Old files name their weights among the inputs.
    inputs: graph.inputs.filter(({ name }) => !reading.initializers.has(name)),
    outputs: graph.outputs,
    ...{ opset, nodes: reading.nodes, operators: reading.operators },
    weightBytes: reading.weightBytes,
  };
}

function refuseForeign({ file, domains, ownDomains }: Reading): void {
  for (const domain of domains) {
    // Functions that stand in the file itself are made of other operators.
    if (KNOWN_DOMAINS.has(domain) || ownDomains.has(domain)) continue;
    const known = [...KNOWN_DOMAINS].filter((each) => each !== '').join(', ');
    throw file.bad(
      `expected operators of ${known}, found some of "${domain}", which need a library of their own`,
    );
  }
}

function readGraph(reading: Reading, graph: ProtoField, depth: number) {
  const { file } = reading;
  if (depth > MAX_DEPTH) {
    throw file.bad(`expected at most ${MAX_DEPTH} graphs within each other, found more`);
  }
  const inputs: TensorSpec[] = [];
  const outputs: TensorSpec[] = [];
  for (const field of file.fields(graph)) {
    if (field.number === GRAPH.node) readNode(reading, field, depth);
    else if (field.number === GRAPH.initializer) readWeights(reading, field, depth === 0);
    else if (field.number === GRAPH.sparse) readSparse(reading, field);
    else if (field.number === GRAPH.input) inputs.push(graphTensor(file, field));
    else if (field.number === GRAPH.output) outputs.push(graphTensor(file, field));
  }
  return { inputs, outputs };
}

function readNode(reading: Reading, node: ProtoField, depth: number): void {
  const { file, operators, domains } = reading;
  reading.nodes += 1;
  if (reading.nodes > MAX_NODES) throw file.bad(`expected at most ${MAX_NODES} operators`);
  let operator = '';
  let name = '';
  let domain = '';
  for (const field of file.fields(node)) {
    if (field.number === NODE.operator) operator = file.text(field);
    else if (field.number === NODE.name) name = file.text(field);
    else if (field.number === NODE.domain) domain = file.text(field);
    else if (field.number === NODE.attribute) readAttribute(reading, field, depth);
  }
  if (operator === OUTSIDE_OPERATOR) {
    throw file.bad(`expected a graph that stands alone, found ${OUTSIDE_OPERATOR} "${name}"`);
  }
  domains.add(domain);
  operators.set(operator, (operators.get(operator) ?? 0) + 1);
}

function readAttribute(reading: Reading, attribute: ProtoField, depth: number): void {
  for (const field of reading.file.fields(attribute)) {
    const { number } = field;
    if (number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs) {
      readGraph(reading, field, depth + 1);
    } else if (number === ATTRIBUTE.tensor || number === ATTRIBUTE.tensors) {
      readWeights(reading, field, false);
    } else if (number === ATTRIBUTE.sparse || number === ATTRIBUTE.sparses) {
      readSparse(reading, field);
    }
  }
}

/** SparseTensorProto: its values (1) and indices (2) are tensors. */
function readSparse(reading: Reading, sparse: ProtoField): void {
  for (const field of reading.file.fields(sparse)) {
    if (field.number === 1 || field.number === 2) readWeights(reading, field, false);
  }
}

function readWeights(reading: Reading, tensor: ProtoField, named: boolean): void {
  const { file } = reading;
  reading.weightBytes += tensor.end - tensor.start;
  let name = '';
  let outside = false;
  for (const field of file.fields(tensor)) {
    if (field.number === TENSOR.name) name = file.text(field);
    else if (field.number === TENSOR.external) outside = true;
    else if (field.number === TENSOR.location && field.value === EXTERNAL) outside = true;
  }
  if (outside) {
    throw file.bad(`expected all weights inside the file, found "${name}" in another one`);
  }
  if (named) reading.initializers.add(name);
}

function readOpset(file: ProtoFile, opset: ProtoField): number {
  let domain = '';
  let version = 0;
  for (const field of file.fields(opset)) {
    if (field.number === OPSET.domain) domain = file.text(field);
    else if (field.number === OPSET.version) version = field.value;
  }
  return domain === '' || domain === 'ai.onnx' ? version : 0;
}

function readFunction(reading: Reading, body: ProtoField): void {
  const { file, ownDomains } = reading;
  for (const field of file.fields(body)) {
    if (field.number === FUNCTION.node) readNode(reading, field, 0);
    else if (field.number === FUNCTION.domain) ownDomains.add(file.text(field));
  }
}

/** One sentence on a graph that isn't what it should be. */
export function badGraph(path: string, what: string): AppError {
  return new AppError('bad_pack', `${path}: ${what}`);
}
