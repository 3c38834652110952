/**
 * Contracts of third parties' graphs: which inputs and outputs a graph must have, by name, by place
 * or by shape, since exporters agree on none of them. Binding a graph to a contract says which of
 * its tensors is which and what every side is, or refuses it in one sentence with what was expected
 * and what was found. Pure; used when a graph is opened, before its weights are loaded.
 */
import { AppError } from '../core/errors.ts';
import { specText, type TensorSpec } from './tensor-spec.ts';

export type TensorType = 'float32' | 'float16' | 'int64' | 'int32' | 'uint8' | 'bool';

/** A number is that size; null any; a letter or word the same size wherever the contract has it. */
export type Side = number | string | null;

export type TensorWant = {
  /** Names it goes by. */
  readonly names?: readonly string[];
  /** Its place among the inputs or outputs, for where its name is none of those. */
  readonly at?: number;
  /** float32 or float16 unless said otherwise. */
  readonly types?: readonly TensorType[];
  /** Several, where exporters differ in the rank. Without names and place, the first free tensor that fits is bound. */
  readonly shapes: readonly (readonly Side[])[];
  readonly optional?: boolean;
};

export type Contract = {
  readonly inputs: Readonly<Record<string, TensorWant>>;
  readonly outputs: Readonly<Record<string, TensorWant>>;
  /** Sizes of letters that are known beforehand. */
  readonly sizes?: Readonly<Record<string, number>>;
};

/** A tensor of the graph that plays a part of the contract. */
export type BoundTensor = {
  readonly name: string;
  readonly type: TensorType;
  /** What it is run with; free sides that the contract leaves open are 1. */
  readonly shape: readonly number[];
};

export type Binding = {
  readonly inputs: Readonly<Record<string, BoundTensor>>;
  readonly outputs: Readonly<Record<string, BoundTensor>>;
  /** What the contract's letters turned out to be. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Sizes for the graph's own named free sides. */
  readonly freeSides: Readonly<Record<string, number>>;
};

const FLOATS: readonly TensorType[] = ['float32', 'float16'];

type Sides = { readonly letters: Map<string, number>; readonly free: Map<string, number> };
type Found = { readonly spec: TensorSpec; readonly shape: readonly Side[] };

/** Throws `bad_pack`. `path` is for the sentence. */
export function bindContract(
  path: string,
  graph: { readonly inputs: readonly TensorSpec[]; readonly outputs: readonly TensorSpec[] },
  contract: Contract,
): Binding {
  const sides: Sides = {
    letters: new Map(Object.entries(contract.sizes ?? {})),
    free: new Map(),
  };
  const inputs = match(path, graph.inputs, contract.inputs, sides.letters);
  const outputs = match(path, graph.outputs, contract.outputs, sides.letters);
  // Twice: a letter may be known from a later tensor only.
  const parts = [...inputs, ...outputs];
  for (const [part, found] of [...parts, ...parts]) settle(path, part, found, sides);
  refuseUnfed(path, graph.inputs, [...inputs.values()]);
  return {
    inputs: bound(inputs, sides),
    outputs: bound(outputs, sides),
    sizes: Object.fromEntries(sides.letters),
    freeSides: Object.fromEntries(sides.free),
  };
}

function match(
  path: string,
  specs: readonly TensorSpec[],
  wants: Readonly<Record<string, TensorWant>>,
  letters: Sides['letters'],
): Map<string, Found> {
  const free = new Set(specs);
  const found = new Map<string, Found>();
  for (const [part, want] of byCertainty(wants)) {
    const spec = candidate(specs, free, want, letters);
    if (!spec) {
      if (want.optional) continue;
      const names = specs.map(({ name }) => name).join(', ');
      throw bad(path, `expected a tensor ${wantText(part, want, letters)}, found only ${names}`);
    }
    const shape = want.shapes.find((each) => fits(spec, want, each, letters));
    if (!shape) {
      const expected = wantText(part, want, letters);
      throw bad(path, `expected ${expected}, found ${spec.name}: ${specText(spec)}`);
    }
    free.delete(spec);
    found.set(part, { spec, shape });
  }
  return found;
}

/** Named ones first: what only fits by its shape takes what is left. */
function byCertainty(wants: Readonly<Record<string, TensorWant>>): [string, TensorWant][] {
  const rank = ({ names, at }: TensorWant): number => (names ? 0 : at === undefined ? 2 : 1);
  return Object.entries(wants).sort(([, a], [, b]) => rank(a) - rank(b));
}

function candidate(
  specs: readonly TensorSpec[],
  free: ReadonlySet<TensorSpec>,
  want: TensorWant,
  letters: Sides['letters'],
): TensorSpec | undefined {
  const named = specs.find((spec) => free.has(spec) && want.names?.includes(spec.name));
  if (named) return named;
  if (want.at !== undefined) {
    const placed = specs[want.at];
    return placed && free.has(placed) ? placed : undefined;
  }
  if (want.names) return undefined;
  return specs.find(
    (spec) => free.has(spec) && want.shapes.some((shape) => fits(spec, want, shape, letters)),
  );
}

function fits(
  spec: TensorSpec,
  { types = FLOATS }: TensorWant,
  shape: readonly Side[],
  letters: Sides['letters'],
): boolean {
  return (
    types.some((type) => type === spec.type) &&
    spec.shape.length === shape.length &&
    shape.every((side, axis) => {
      const expected = typeof side === 'string' ? letters.get(side) : side;
      const actual = spec.shape[axis];
      return expected === undefined || expected === null || typeof actual === 'string'
        ? true
        : expected === actual;
    })
  );
}

/** Learns letters from the graph's numbers, and the graph's free sides from letters. */
function settle(path: string, part: string, { spec, shape }: Found, sides: Sides): void {
  for (const [axis, side] of shape.entries()) {
    const actual = spec.shape[axis]!;
    if (typeof side === 'string' && typeof actual === 'number') {
      const known = sides.letters.get(side) ?? actual;
      if (known !== actual) {
        throw bad(
          path,
          `expected ${part} with ${side} = ${known}, found ${spec.name}: ${specText(spec)}`,
        );
      }
      sides.letters.set(side, actual);
    }
    const size = typeof side === 'string' ? sides.letters.get(side) : side;
    if (typeof actual === 'string' && actual !== '?' && typeof size === 'number') {
      sides.free.set(actual, size);
    }
  }
}

function refuseUnfed(path: string, specs: readonly TensorSpec[], found: readonly Found[]): void {
  const fed = new Set(found.map(({ spec }) => spec));
  const unfed = specs.find((spec) => !fed.has(spec));
  if (!unfed) return;
  const names = found.map(({ spec }) => spec.name).join(', ');
  throw bad(
    path,
    `expected no inputs beside ${names}, found ${unfed.name}: ${specText(unfed)}, which nobody feeds`,
  );
}

function bound(
  found: ReadonlyMap<string, Found>,
  { letters, free }: Sides,
): Record<string, BoundTensor> {
  const entries = [...found].map(([part, { spec, shape }]) => {
    const sizes = shape.map((side, axis) => {
      const actual = spec.shape[axis]!;
      if (typeof actual === 'number') return actual;
      const wanted = typeof side === 'string' ? letters.get(side) : side;
      return wanted ?? free.get(actual) ?? 1;
    });
    const tensor = { name: spec.name, type: spec.type as TensorType, shape: sizes };
    return [part, tensor] as const;
  });
  return Object.fromEntries(entries);
}

function wantText(
  part: string,
  { names, at, types = FLOATS, shapes }: TensorWant,
  letters: Sides['letters'],
): string {
  const side = (each: Side): string => {
    const known = typeof each === 'string' ? letters.get(each) : undefined;
    return known === undefined ? String(each ?? '?') : `${each} = ${known}`;
  };
  const shown = shapes.map((shape) => `[${shape.map(side).join(',')}]`).join(' or ');
  const name = names?.join(' or ') ?? (at === undefined ? part : `${part} in place ${at}`);
  return `${name}: ${types.join(' or ')}${shown}`;
}

function bad(path: string, what: string): AppError {
  return new AppError('bad_pack', `${path}: ${what}.`);
}
