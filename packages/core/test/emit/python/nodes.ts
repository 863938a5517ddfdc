import {
  add,
  apply,
  contract,
  delta,
  dimScalar,
  divide,
  einsum,
  literal,
  multiply,
  ones,
  power,
  scale,
  subtract,
  symbol,
  total,
  transpose,
} from '../../../src/expr/build.ts';
import type { Node, Sym } from '../../../src/expr/node.ts';
import { exp, log, relu, sigmoid, sin, softplus, tanh } from '../../../src/ops/elementwise.ts';
import { detLeaf, invLeaf, logdetLeaf } from '../../../src/ops/matrix.ts';
import { logsumexpLeaf, softmaxLeaf } from '../../../src/ops/softmax.ts';
import type { Dim } from '../../../src/shape/dim.ts';
import { addDim, DIM_ONE, dimName } from '../../../src/shape/dim.ts';
import { HALF, rational } from '../../../src/shape/rational.ts';
import type { Random } from '../../../src/verify/random.ts';

/** Random expressions whose shapes fit, over every kind of node and argument. */

export const [m, n, k] = [dimName('m'), dimName('n'), dimName('k')] as const;

export const VARIABLES: readonly Sym[] = [
  symbol('A', [m, n]),
  symbol('B', [n, k]),
  symbol('S', [n, n]),
  symbol('Q', [n, n], { properties: ['symmetric'] }),
  symbol('P', [n, n], { properties: ['posdef'] }),
  symbol('Φ', [addDim(n, DIM_ONE), k]),
  symbol('x', [n]),
  symbol('y', [m]),
  symbol('β', [DIM_ONE, k]),
  symbol('r', [DIM_ONE, n]),
  symbol('λ', []),
  symbol('s', [], { properties: ['positive'] }),
  symbol('T', [m, n, k]),
];

const ONE_MORE = addDim(n, DIM_ONE);
const TWO = rational(2);
const POSDEF = VARIABLES.find((v) => v.name === 'P') as Sym;

const same = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);

export class Generator {
  private readonly source: Random;

  constructor(source: Random) {
    this.source = source;
  }

  scalar(depth: number): Node {
    return this.node([], depth);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.source.below(list.length)] as T;
  }

  private dim(): Dim {
    return this.pick([m, n, k, n, m, ONE_MORE]);
  }

  /** An expression with these axes. */
  node(axes: readonly Dim[], depth: number): Node {
    if (depth <= 0) return this.leaf(axes);
    const choices: (() => Node)[] = [
      () => add(this.node(axes, depth - 1), this.node(axes, depth - 1)),
      () => subtract(this.node(axes, depth - 1), this.node(axes, depth - 1)),
      () => multiply([this.node(axes, depth - 1), this.node(axes, depth - 1)]),
      () => multiply([this.node([], depth - 1), this.node(axes, depth - 1)]),
      () =>
        scale(
          rational(this.source.below(7) - 3, 1 + this.source.below(6)),
          this.node(axes, depth - 1),
        ),
      () => divide(this.node(axes, depth - 1), this.positive(axes, depth - 1)),
      () =>
        power(
          this.positive(axes, depth - 1),
          this.pick([HALF, rational(-1, 2), rational(3, 2), rational(-2)]),
        ),
      () => power(this.node(axes, depth - 1), this.pick([TWO, rational(3)])),
      () => apply(this.pick([tanh, sin, sigmoid, softplus]).leaf, [this.node(axes, depth - 1)]),
      () => apply(log.leaf, [this.positive(axes, depth - 1)]),
      () => this.repeated(axes, depth),
      () => this.product(axes, depth),
      () => this.product(axes, depth),
    ];
    if (axes.length === 0) choices.push(...this.scalars(depth));
    if (axes.length > 0) choices.push(() => apply(softmaxLeaf, [this.node(axes, depth - 1)]));
    if (axes.length === 1) {
      choices.push(() => apply(logsumexpLeaf, [this.node([...axes, this.dim()], depth - 1)]));
      choices.push(() => einsum('ii->i', [this.node([...axes, ...axes], depth - 1)]));
      choices.push(() => einsum('ij->j', [this.node([this.dim(), ...axes], depth - 1)]));
    }
    if (axes.length === 2) choices.push(...this.matrices(axes, depth));
    return this.pick(choices)();
  }

  private scalars(depth: number): (() => Node)[] {
    const [a, b] = [this.dim(), this.dim()];
    return [
      () => total(this.node([a, b], depth - 1)),
      () => einsum('i,i->', [this.node([a], depth - 1), this.node([a], depth - 1)]),
      () => einsum('ij,ij->', [this.node([a, b], depth - 1), this.node([a, b], depth - 1)]),
      () => einsum('ii->', [this.node([a, a], depth - 1)]),
      () => power(total(power(this.node([a], depth - 1), TWO)), HALF),
      () => apply(logsumexpLeaf, [this.node([a], depth - 1)]),
      () => apply(logdetLeaf, [this.posdef(depth - 1)]),
      () => apply(detLeaf, [this.posdef(0)]),
    ];
  }

  private matrices(axes: readonly Dim[], depth: number): (() => Node)[] {
    const [a = m, b = n] = axes;
    const made: (() => Node)[] = [
      () => transpose(this.node([b, a], depth - 1)),
      () => einsum('i,j->ij', [this.node([a], depth - 1), this.node([b], depth - 1)]),
      () => einsum('i,ij->ij', [this.node([a], depth - 1), this.node(axes, depth - 1)]),
      () => einsum('ij,j->ij', [this.node(axes, depth - 1), this.node([b], depth - 1)]),
    ];
    if (a === b) made.push(() => einsum('i,ij->ij', [this.node([a], depth - 1), delta(a)]));
    if (a === n && b === n) made.push(() => apply(invLeaf, [this.posdef(depth - 1)]));
    if (a === n) {
      made.push(() =>
        einsum('ij,jk->ik', [apply(invLeaf, [this.posdef(0)]), this.node(axes, depth - 1)]),
      );
    }
    return made;
  }

  /** A smaller array repeated along one axis. */
  private repeated(axes: readonly Dim[], depth: number): Node {
    if (axes.length === 0) return this.leaf(axes);
    const axis = this.source.below(axes.length);
    const out = axes.map((_, i) => i);
    const small = this.node(
      axes.filter((_, i) => i !== axis),
      depth - 1,
    );
    return contract(
      [{ node: small, indices: out.filter((i) => i !== axis) }],
      out,
      new Map(axes.map((d, i) => [i, d])),
    );
  }

  /** A product over random indices: mostly matrix chains, sometimes what has no matrix form. */
  private product(axes: readonly Dim[], depth: number): Node {
    const out = axes.map((_, i) => i);
    const extents = new Map(axes.map((d, i) => [i, d]));
    const inner = 1 + this.source.below(2);
    for (let j = 0; j < inner; j++) extents.set(axes.length + j, this.dim());
    const all = [...extents.keys()];
    const factors = Array.from({ length: 2 + this.source.below(2) }, () => {
      const rank = this.pick([1, 2, 2, 2, 3]);
      const indices = Array.from({ length: rank }, () => this.pick(all)).filter(
        (ix, i, list) => list.indexOf(ix) === i,
      );
      return {
        node: this.node(
          indices.map((ix) => extents.get(ix) as Dim),
          depth - 2,
        ),
        indices,
      };
    });
    return contract(factors, out, extents);
  }

  private positive(axes: readonly Dim[], depth: number): Node {
    return this.pick<() => Node>([
      () => add(ones(axes), power(this.node(axes, depth - 1), TWO)),
      () => apply(exp.leaf, [apply(sin.leaf, [this.node(axes, depth - 1)])]),
      () => apply(softplus.leaf, [this.node(axes, depth - 1)]),
    ])();
  }

  private posdef(depth: number): Node {
    if (depth <= 0) return POSDEF;
    const x = apply(tanh.leaf, [this.node([n, this.dim()], depth - 1)]);
    return add(POSDEF, delta(n), einsum('ij,kj->ik', [x, x]));
  }

  private leaf(axes: readonly Dim[]): Node {
    const fitting = VARIABLES.filter((v) => same(v.axes, axes));
    const turned = VARIABLES.filter(
      (v) => v.axes.length === 2 && same([...v.axes].reverse(), axes),
    );
    const all: Node[] = [...fitting, ...fitting, ...turned.map(transpose), ones(axes)];
    if (axes.length === 2 && axes[0] === axes[1] && axes[0]) all.push(delta(axes[0]));
    if (axes.length === 0)
      all.push(
        literal(rational(1 + this.source.below(5), 3)),
        dimScalar(this.dim()),
        symbol('π', [], { role: 'constant' }),
      );
    return this.pick(all);
  }
}

/** For tests of kinks alone. */
export { relu };
