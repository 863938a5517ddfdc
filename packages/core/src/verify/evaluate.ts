import type { Apply, Contract, Node, Sum, Sym } from '../expr/node.ts';
import { type Tensor, tensor } from '../expr/tensor.ts';
import { postorder } from '../expr/walk.ts';
import { atomText, type Dim, evalDim } from '../shape/dim.ts';
import { formatR, isOneR, type Rational, toNumber } from '../shape/rational.ts';
import { contraction, type Factor, type Step } from './contract.ts';

/**
 * The evaluator: a graph becomes a straight line of closures over arrays that are allocated once.
 *
 * Checks evaluate one formula at thousands of points, so that the cost is in `run`, not in `compile`. Every node is
 * computed once, however often it is used, and no call stack is used: graphs may be thousands of nodes deep.
 */
export interface Program {
  readonly sizes: ReadonlyMap<string, number>;
  /** The symbols that need a value, in the order of their use. */
  readonly symbols: readonly Sym[];
  /** All nodes in the order of their evaluation. */
  readonly nodes: readonly Node[];
  /** The program's own array for a node; the next evaluation overwrites it. @throws RangeError for a foreign node */
  buffer(node: Node): Float64Array;
  /** Lengths of a node's axes. */
  dims(node: Node): readonly number[];
  /** Takes the values of the symbols and evaluates everything. @throws RangeError where one is missing or misshapen */
  load(bindings: ReadonlyMap<Sym, Tensor>): void;
  /** `load`, and copies of the roots' values. */
  run(bindings: ReadonlyMap<Sym, Tensor>): Tensor[];
  /** What has to be computed again for some roots after the symbols' own arrays were written to. */
  cone(symbols: readonly Sym[], roots: readonly Node[]): Cone;
}

export interface Cone {
  /** Whether a node lies between the symbols and the roots; the symbols are among them where a root depends on them. */
  readonly has: (node: Node) => boolean;
  readonly steps: readonly Step[];
}

/** Programs whose arrays hold more numbers than this are refused (1.6 GB). */
export const MAX_NUMBERS = 2e8;

/** The numbers that a symbol of role `constant` may name. */
const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['π', Math.PI],
  ['pi', Math.PI],
  ['inf', Number.POSITIVE_INFINITY],
  ['∞', Number.POSITIVE_INFINITY],
]);

/** One array of the program: a node, or a power of a node that a product needs. */
interface Unit {
  readonly node: Node;
  readonly data: Float64Array;
  readonly inputs: readonly number[];
  readonly steps: readonly Step[];
}

/** Runs steps in order. */
export function execute(steps: readonly Step[]): void {
  for (let k = 0; k < steps.length; k++) (steps[k] as Step)();
}

/**
 * Makes the program that evaluates the roots at the given sizes (text of a dimension's name → number).
 * @throws RangeError for a dimension without a size and for arrays beyond `MAX_NUMBERS`
 */
export function compile(
  roots: readonly Node[],
  sizes: ReadonlyMap<string, number>,
  limit = MAX_NUMBERS,
): Program {
  const maker = new Maker(sizes, limit);
  const nodes = postorder(roots);
  for (const node of nodes) maker.add(node);
  const { units, places, symbols } = maker;
  const steps = units.flatMap((u) => u.steps);

  const unitOf = (node: Node): Unit => {
    const unit = units[places.get(node) ?? -1];
    if (!unit) throw new RangeError(`no part of this program: ${node.label || node.kind}`);
    return unit;
  };
  const dims = (node: Node): number[] => node.axes.map((d) => maker.size(d));
  const load = (bindings: ReadonlyMap<Sym, Tensor>): void => {
    for (const symbol of symbols) {
      const given = bindings.get(symbol);
      const name = atomText(symbol.name, symbol.index);
      if (!given) throw new RangeError(`no value for ${name}`);
      const { data } = unitOf(symbol);
      if (given.data.length !== data.length) {
        const want = dims(symbol).join('×') || 'one';
        throw new RangeError(`${name} needs ${want} numbers and has ${given.data.length}`);
      }
      data.set(given.data);
    }
    execute(steps);
  };
  return {
    sizes,
    symbols,
    nodes,
    dims,
    load,
    buffer: (node) => unitOf(node).data,
    run: (bindings) => {
      load(bindings);
      return roots.map((r) => tensor(dims(r), unitOf(r).data.slice()));
    },
    cone: (from, wanted) => {
      const needed = new Uint8Array(units.length);
      for (const root of wanted) needed[places.get(root) ?? -1] = 1;
      for (let k = units.length - 1; k >= 0; k--)
        if (needed[k]) for (const i of (units[k] as Unit).inputs) needed[i] = 1;
      const moved = new Uint8Array(units.length);
      for (const symbol of from) moved[places.get(symbol) ?? -1] = 1;
      const found: Step[] = [];
      for (let k = 0; k < units.length; k++) {
        if (!needed[k]) {
          moved[k] = 0;
          continue;
        }
        const unit = units[k] as Unit;
        for (const i of unit.inputs) if (moved[i]) moved[k] = 1;
        if (moved[k]) for (const step of unit.steps) found.push(step);
      }
      return { has: (node) => moved[places.get(node) ?? -1] === 1, steps: found };
    },
  };
}

/** Values of nodes at given sizes and inputs, for one evaluation. */
export const evaluateAt = (
  nodes: readonly Node[],
  sizes: ReadonlyMap<string, number>,
  bindings: ReadonlyMap<Sym, Tensor>,
): Tensor[] => compile(nodes, sizes).run(bindings);

/** The program under construction. */
class Maker {
  readonly units: Unit[] = [];
  readonly places = new Map<Node, number>();
  readonly symbols: Sym[] = [];
  private readonly powers = new Map<string, number>();
  private readonly lengths = new Map<Dim, number>();
  private numbers = 0;
  private readonly sizes: ReadonlyMap<string, number>;
  private readonly limit: number;

  constructor(sizes: ReadonlyMap<string, number>, limit: number) {
    this.sizes = sizes;
    this.limit = limit;
  }

  size(d: Dim): number {
    const had = this.lengths.get(d);
    if (had !== undefined) return had;
    const n = evalDim(d, this.sizes);
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`${d.key} = ${n} is no length of an axis`);
    this.lengths.set(d, n);
    return n;
  }

  readonly allocate = (length: number): Float64Array => {
    this.numbers += length;
    if (this.numbers > this.limit) {
      const needed = this.numbers.toExponential(1);
      throw new RangeError(`evaluating this takes ${needed} numbers, more than ${this.limit}`);
    }
    return new Float64Array(length);
  };

  add(node: Node): void {
    const data = this.allocate(node.axes.reduce((n, d) => n * this.size(d), 1));
    const { inputs, steps } = this.parts(node, data);
    this.put({ node, data, inputs, steps });
    this.places.set(node, this.units.length - 1);
  }

  private put(unit: Unit): number {
    return this.units.push(unit) - 1;
  }

  private place(node: Node): number {
    return this.places.get(node) ?? -1;
  }

  private data(place: number): Float64Array {
    return (this.units[place] as Unit).data;
  }

  /** What the node is made of and how. Constants are filled here, once. */
  private parts(node: Node, out: Float64Array): Pick<Unit, 'inputs' | 'steps'> {
    const constant = { inputs: [], steps: [] };
    switch (node.kind) {
      case 'literal':
        out[0] = toNumber(node.value);
        return constant;
      case 'delta': {
        const n = Math.sqrt(out.length);
        for (let i = 0; i < n; i++) out[i * n + i] = 1;
        return constant;
      }
      case 'symbol':
        this.fillSymbol(node, out);
        return constant;
      case 'sum': {
        const inputs = node.terms.map((t) => this.place(t.node));
        return { inputs, steps: node.terms.length === 0 ? [] : [this.sum(node, inputs, out)] };
      }
      case 'contract':
        return this.contract(node, out);
      case 'apply': {
        const inputs = node.args.map((a) => this.place(a));
        return { inputs, steps: [this.apply(node, inputs, out)] };
      }
    }
  }

  private fillSymbol(node: Sym, out: Float64Array): void {
    const text = atomText(node.name, node.index);
    if (node.role === 'dimension') {
      const n = this.sizes.get(text);
      if (n === undefined) throw new RangeError(`no size for ${text}`);
      out[0] = n;
      return;
    }
    const number = node.role === 'constant' ? CONSTANTS.get(node.name) : undefined;
    if (number === undefined) this.symbols.push(node);
    else out.fill(number);
  }

  private sum(node: Sum, inputs: readonly number[], z: Float64Array): Step {
    const n = z.length;
    const terms = node.terms.map((t, k) => ({
      c: toNumber(t.coefficient),
      x: this.data(inputs[k] as number),
    }));
    const [first, second, ...rest] = terms;
    if (!first) return () => void z.fill(0);
    const { c, x } = first;
    if (!second) {
      return () => {
        for (let i = 0; i < n; i++) z[i] = c * (x[i] as number);
      };
    }
    const { c: d, x: y } = second;
    if (rest.length === 0) {
      return () => {
        for (let i = 0; i < n; i++) z[i] = c * (x[i] as number) + d * (y[i] as number);
      };
    }
    return () => {
      for (let i = 0; i < n; i++) {
        let total = c * (x[i] as number) + d * (y[i] as number);
        for (const t of rest) total += t.c * (t.x[i] as number);
        z[i] = total;
      }
    };
  }

  private contract(node: Contract, out: Float64Array): Pick<Unit, 'inputs' | 'steps'> {
    const inputs = node.operands.map((o) => this.power(o.node, o.exponent));
    const factors: Factor[] = node.operands.map((o, k) => ({
      data: this.data(inputs[k] as number),
      indices: o.indices,
    }));
    const extents = node.extents.map((d) => this.size(d));
    const steps = contraction(factors, node.axes.length, extents, out, this.allocate);
    return { inputs, steps };
  }

  /** The place of a power of a node, made once for all the products that use it. */
  private power(node: Node, exponent: Rational): number {
    const base = this.place(node);
    if (isOneR(exponent)) return base;
    const key = `${base}^${formatR(exponent)}`;
    const had = this.powers.get(key);
    if (had !== undefined) return had;
    const x = this.data(base);
    const data = this.allocate(x.length);
    const place = this.put({ node, data, inputs: [base], steps: [raise(x, exponent, data)] });
    this.powers.set(key, place);
    return place;
  }

  private apply(node: Apply, inputs: readonly number[], z: Float64Array): Step {
    const { op, fn } = node;
    const args = inputs.map((i) => this.data(i));
    if (op.mode === 'structured') {
      const tensors = node.args.map((a, k) =>
        tensor(
          a.axes.map((d) => this.size(d)),
          args[k] as Float64Array,
        ),
      );
      return () => z.set(op.value(tensors, fn).data);
    }
    const n = z.length;
    const numbers = args.map(() => 0);
    const [x] = args;
    if (x && args.length === 1 && x.length === n) {
      return () => {
        for (let i = 0; i < n; i++) {
          numbers[0] = x[i] as number;
          z[i] = op.value(numbers, fn);
        }
      };
    }
    // A scalar among arrays does not move.
    const strides = args.map((a) => (a.length === n ? 1 : 0));
    return () => {
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < args.length; k++)
          numbers[k] = (args[k] as Float64Array)[i * (strides[k] as number)] as number;
        z[i] = op.value(numbers, fn);
      }
    };
  }
}

/** z = x^exponent, entry by entry. Roots of negative numbers are NaN. */
function raise(x: Float64Array, exponent: Rational, z: Float64Array): Step {
  const n = z.length;
  switch (formatR(exponent)) {
    case '2':
      return () => {
        for (let i = 0; i < n; i++) z[i] = (x[i] as number) * (x[i] as number);
      };
    case '-1':
      return () => {
        for (let i = 0; i < n; i++) z[i] = 1 / (x[i] as number);
      };
    case '1/2':
      return () => {
        for (let i = 0; i < n; i++) z[i] = Math.sqrt(x[i] as number);
      };
    case '-1/2':
      return () => {
        for (let i = 0; i < n; i++) z[i] = 1 / Math.sqrt(x[i] as number);
      };
    default: {
      const k = toNumber(exponent);
      return () => {
        for (let i = 0; i < n; i++) z[i] = (x[i] as number) ** k;
      };
    }
  }
}
