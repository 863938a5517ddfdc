/**
 * The graph of an ONNX model under construction. Values are interned, so that what is computed twice is one node, and nothing is
 * written but what an output needs. A body of a loop is built in the same way: what in it does not depend on the loop's own
 * values is computed before the loop.
 */

/** `real` is the floating-point type of the model. */
export type Type = 'real' | 'int' | 'bool';

/** Numbers of a constant, row by row. */
export interface Numbers {
  readonly type: Type;
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export type Attribute = number | string | readonly number[] | Body;

/** The graph that a loop runs. */
export interface Body {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export interface Operation {
  readonly kind: 'operation' | 'constant' | 'input';
  /** The operator of ONNX; of an input its name. */
  readonly name: string;
  /** Null is an argument that is left out. */
  readonly inputs: readonly (Value | null)[];
  readonly attributes: readonly (readonly [name: string, value: Attribute])[];
  readonly numbers: Numbers | null;
  readonly outputs: readonly Value[];
  /** Values outside that its bodies read. */
  readonly captured: readonly Value[];
  /** In how many loops it stands, at least. */
  readonly level: number;
}

/** What an operation gives. */
export interface Value {
  readonly operation: Operation;
  readonly type: Type;
  readonly rank: number;
  readonly id: number;
  /** Number of operations below, those that are shared counted again. */
  readonly weight: number;
}

interface Wanted {
  readonly type: Type;
  readonly rank: number;
}

export class Graph {
  private readonly interned = new Map<string, Operation>();
  private count = 0;
  /** Loops around what is being built. */
  private depth = 0;

  input(name: string, type: Type, rank: number): Value {
    return this.make({ kind: 'input', name, level: this.depth }, [{ type, rank }])[0];
  }

  constant(numbers: Numbers): Value {
    const key = [
      numbers.type,
      numbers.dims.join(),
      ...numbers.data.map((x) => (Object.is(x, -0) ? '-0' : x)),
    ].join(' ');
    return this.once(key, () =>
      this.make({ kind: 'constant', name: '', numbers }, [
        { type: numbers.type, rank: numbers.dims.length },
      ]),
    );
  }

  /** The one result of an operator. */
  operation(
    name: string,
    inputs: readonly (Value | null)[],
    result: Wanted,
    attributes: Operation['attributes'] = [],
  ): Value {
    const key = [name, result.type, JSON.stringify(attributes), ...inputs.map((v) => v?.id)].join(
      ' ',
    );
    return this.once(key, () =>
      this.make({ kind: 'operation', name, inputs, attributes }, [result]),
    );
  }

  /**
   * `Loop`: the body gets the number of the iteration and the state, and gives the new state, and what is put on top of each other
   * over all iterations.
   * @param count of iterations, a whole number
   * @param goes what the body gives last is whether to go on
   */
  loop(
    count: Value,
    state: readonly Value[],
    body: (
      k: Value,
      state: readonly Value[],
    ) => {
      readonly state: readonly Value[];
      readonly stacked?: readonly Value[];
      readonly goes?: Value;
    },
  ): readonly Value[] {
    this.depth++;
    const level = this.depth;
    const place = this.input('', 'int', 0);
    const condition = this.input('', 'bool', 0);
    const before = state.map((v) => this.input('', v.type, v.rank));
    const { state: after, stacked = [], goes = condition } = body(place, before);
    this.depth--;
    const given = new Set<Value>();
    const outputs = [goes, ...after, ...stacked].map((v) => {
      const own = v.operation.kind === 'operation' && v.operation.level === level && !given.has(v);
      const out = own
        ? v
        : this.make({ kind: 'operation', name: 'Identity', inputs: [v], level }, [v])[0];
      given.add(out);
      return out;
    });
    const inputs = [place, condition, ...before];
    return this.make(
      {
        kind: 'operation',
        name: 'Loop',
        inputs: [count, null, ...state],
        attributes: [['body', { inputs, outputs }]],
        captured: outside(outputs, level),
      },
      [...state, ...stacked.map((v) => ({ type: v.type, rank: v.rank + 1 }))],
    );
  }

  private once(key: string, make: () => readonly Value[]): Value {
    let found = this.interned.get(key);
    if (!found) {
      const [made] = make();
      if (!made) throw new Error('an operation has a result');
      found = made.operation;
      this.interned.set(key, found);
    }
    return found.outputs[0] as Value;
  }

  private make(
    some: Partial<Operation> & Pick<Operation, 'kind' | 'name'>,
    results: readonly Wanted[],
  ): readonly [Value, ...Value[]] {
    const { inputs = [], captured = [], level = 0 } = some;
    const needed = [...inputs.filter((v) => v !== null), ...captured];
    const outputs: Value[] = [];
    const operation: Operation = {
      attributes: [],
      numbers: null,
      ...some,
      inputs,
      captured,
      outputs,
      level: needed.reduce((n, v) => Math.max(n, v.operation.level), level),
    };
    const weight = needed.reduce((n, v) => n + v.weight, 1);
    for (const { type, rank } of results)
      outputs.push({ operation, type, rank, id: this.count++, weight });
    return outputs as unknown as readonly [Value, ...Value[]];
  }
}

/** The values from further out that values of a level need. */
function outside(values: readonly Value[], level: number): Value[] {
  const found = new Set<Value>();
  for (const operation of ordered(values, level))
    for (const v of needs(operation)) if (v.operation.level < level) found.add(v);
  return [...found];
}

const needs = (o: Operation): Value[] => [...o.inputs.filter((v) => v !== null), ...o.captured];

/** The operations of a level, or of the ones above it too, that values need; each after those that it needs. No call stack is used. */
export function ordered(values: readonly Value[], level: number): Operation[] {
  const order: Operation[] = [];
  const seen = new Map<Operation, 'open' | 'done'>();
  const stack = values.map((v) => v.operation).reverse();
  for (let o = stack.at(-1); o; o = stack.at(-1)) {
    if (seen.get(o) === undefined && o.level >= level) {
      seen.set(o, 'open');
      for (const v of needs(o).reverse()) if (!seen.has(v.operation)) stack.push(v.operation);
      continue;
    }
    stack.pop();
    if (seen.get(o) !== 'open') continue;
    seen.set(o, 'done');
    order.push(o);
  }
  return order;
}
