import { type Random, random } from '../../src/verify/random.ts';
import { Names, type Variable } from './names.ts';
import {
  bars,
  binary,
  call,
  constant,
  inner,
  isMatrix,
  isScalar,
  isSquare,
  mapped,
  negate,
  norm,
  number,
  part,
  postfix,
  reduced,
  SCALAR,
  type Shaped,
  type Side,
  size,
  type Tree,
  tight,
} from './tree.ts';

/** A random scalar formula. */
export interface Formula {
  readonly tree: Tree;
  readonly variables: readonly Variable[];
}

const SIDES: readonly (readonly Side[])[] = [
  ['m', 'n', 'k'],
  ['m', 'n'],
  ['n'],
  ['n', 'n+1', 'm'],
  ['n', '2n'],
  ['3', 'n'],
  ['n', '3', 'm'],
  ['m', 'n', '1'],
];

const DEFINED = ['H', 'R', 'V', 'f', 'g', 'E', 'h_1'] as const;

/** @param operations at most about so many */
export function generate(seed: number, operations: number): Formula {
  const source = random(seed);
  const maker = new Maker(source);
  let tree = maker.scalar(1 + source.below(operations));
  while (maker.names.variables.length === 0) tree = maker.scalar(operations);
  const used = new Set<string>();
  const note = (t: Tree): void => {
    if (t.kind === 'name') used.add(t.name);
    for (const x of Object.values(t) as unknown[]) {
      if (Array.isArray(x)) x.filter(isTree).forEach(note);
      else if (isTree(x)) note(x);
    }
  };
  note(tree);
  return { tree, variables: maker.names.variables.filter((v) => used.has(v.name)) };
}

const isTree = (x: unknown): x is Tree => typeof x === 'object' && x !== null && 'kind' in x;

type Choice = readonly [weight: number, make: () => Tree];

class Maker {
  readonly names: Names;
  private readonly source: Random;
  private readonly sides: readonly Side[];
  private readonly defined: Tree[] = [];

  constructor(source: Random) {
    this.source = source;
    this.names = new Names(source);
    this.sides = SIDES[source.below(SIDES.length)] as readonly Side[];
  }

  private one<T>(list: readonly T[]): T {
    return list[this.source.below(list.length)] as T;
  }

  private side(): Side {
    return this.one(this.sides);
  }

  /** A side that is not one. */
  private long(): Side {
    return this.one(this.sides.filter((s) => s !== '1'));
  }

  private choose(choices: readonly Choice[]): Tree {
    let left = this.source.uniform() * choices.reduce((w, [weight]) => w + weight, 0);
    for (const [weight, make] of choices) {
      left -= weight;
      if (left <= 0) return make();
    }
    return (choices[0] as Choice)[1]();
  }

  /** Splits what is left of the budget in two. */
  private split(budget: number): readonly [number, number] {
    const left = this.source.below(budget);
    return [left, budget - 1 - left];
  }

  private shape(): Shaped {
    const [rows, cols] = [this.side(), this.side()];
    const kind = this.source.below(8);
    if (kind < 4) return { rows, cols };
    return kind < 7 ? { rows, cols: '1' } : { rows: '1', cols };
  }

  /** A definition now and then, used again. */
  private named(t: Tree): Tree {
    if (t.kind === 'name' || t.kind === 'number' || t.kind === 'constant') return t;
    if (this.source.below(14) > 0 || this.defined.length >= DEFINED.length) return t;
    const name = DEFINED[this.defined.length] as string;
    const made: Tree = { rows: t.rows, cols: t.cols, kind: 'defined', name, value: t };
    this.defined.push(made);
    return made;
  }

  private known(shape: Shaped): Tree | undefined {
    const fits = this.defined.filter((d) => d.rows === shape.rows && d.cols === shape.cols);
    return fits.length > 0 && this.source.below(3) === 0 ? this.one(fits) : undefined;
  }

  // ---------------------------------------------------------------- scalars

  scalar(budget: number): Tree {
    if (budget <= 0) return this.scalarLeaf();
    const b = budget - 1;
    const [p, q] = this.split(budget);
    const s = this.shape();
    const n = this.long();
    const square = { rows: n, cols: n };
    const column = { rows: n, cols: '1' };
    return this.named(
      this.choose([
        [8, () => reduced(this.one(['sum', 'sum', 'sum', 'mean']), this.any(s, b))],
        [4, () => reduced(this.one(['tr', 'tr', 'trace']), this.any(square, b))],
        [2, () => norm(this.any(s, b))],
        [4, () => binary('power', norm(this.any(s, b)), number('2'))],
        [1, () => norm(this.any(s, b), 1)],
        [1, () => reduced('normF', this.any(s, b))],
        [3, () => inner(this.any(s, p), this.any(s, q))],
        [
          4,
          () => {
            const x = this.any(column, q);
            const a = this.any(square, p);
            return binary('times', binary('times', postfix('transpose', x), a), x);
          },
        ],
        [4, () => binary('times', postfix('transpose', this.any(column, p)), this.any(column, q))],
        [2, () => reduced('logdet', this.posdef(n, b))],
        [1, () => reduced('det', this.invertible(n, b))],
        [1, () => bars(this.invertible(n, b))],
        [2, () => reduced('logsumexp', this.any(column, b))],
        [1, () => reduced('logsumexp', this.any(square, b))],
        [1, () => call('mse', [this.any(s, p), this.any(s, q)], SCALAR)],
        [2, () => call('cross_entropy', [this.any(s, p), this.positive(s, q)], SCALAR)],
        [
          1,
          () => call('softmax_cross_entropy', [this.any(square, p), this.any(square, q)], SCALAR),
        ],
        [1, () => part(this.any(column, b), [this.place(n)])],
        [1, () => part(this.any(square, b), [this.place(n), this.place(n)])],
        [3, () => binary(this.one(['plus', 'minus']), this.scalar(p), this.scalar(q))],
        [3, () => binary('times', this.scalar(p), this.scalar(q))],
        [2, () => binary('divide', this.scalar(p), this.positive(SCALAR, q))],
        [1, () => binary('power', this.scalar(b), number(this.one(['2', '3'])))],
        [1, () => negate(this.scalar(b))],
        [1, () => bars(this.scalar(b))],
        [2, () => mapped(this.one(['exp', 'sin', 'tanh', 'cos', 'square']), this.scalar(b))],
        [2, () => this.positive(SCALAR, budget)],
      ]),
    );
  }

  private scalarLeaf(): Tree {
    return this.choose([
      [3, () => this.names.any(SCALAR)],
      [1, () => this.names.positive(SCALAR)],
      [2, () => this.number()],
      [1, () => size(this.side())],
      [1, () => tight(this.one([2, 3]), this.names.any(SCALAR))],
    ]);
  }

  private number(): Tree {
    return this.one([
      number('2'),
      number('3'),
      number('0.5'),
      number('½', 0.5),
      number('1'),
      number('.25', 0.25),
      number('10'),
    ]);
  }

  private place(side: Side): number | Side {
    if (side === '1') return 1;
    return /^[a-z]$/u.test(side) && this.source.below(4) === 0 ? side : 1 + this.source.below(2);
  }

  // ---------------------------------------------------------------- arrays

  any(s: Shaped, budget: number): Tree {
    if (isScalar(s)) return this.scalar(budget);
    const known = this.known(s);
    if (known) return known;
    if (budget <= 0) return this.leaf(s);
    const b = budget - 1;
    const [p, q] = this.split(budget);
    const row = { rows: '1', cols: s.cols };
    const column = { rows: s.rows, cols: '1' };
    const choices: Choice[] = [
      [5, () => binary(this.one(['plus', 'minus']), this.any(s, p), this.any(s, q))],
      [2, () => negate(this.any(s, b))],
      [9, () => this.product(s, p, q)],
      [4, () => binary('hadamard', this.any(s, p), this.any(s, q))],
      [2, () => binary('hadamard-divide', this.any(s, p), this.positive(s, q))],
      [2, () => binary('times', this.scalar(q), this.any(s, p))],
      [1, () => binary('times', this.any(s, p), this.scalar(q))],
      [2, () => binary('divide', this.any(s, p), this.positive(SCALAR, q))],
      [1, () => binary(this.one(['plus', 'minus']), this.any(s, p), this.scalar(q))],
      [1, () => tight(2, this.names.any(s))],
      [3, () => postfix('transpose', this.any({ rows: s.cols, cols: s.rows }, b))],
      [4, () => mapped(this.one(['sin', 'tanh', 'cos', 'sigmoid', 'relu', 'abs']), this.any(s, b))],
      [1, () => mapped(this.one(['softplus', 'exp', 'square']), this.any(s, b))],
      [2, () => binary('entry-power', this.any(s, b), number(this.one(['2', '3'])))],
      [1, () => call('max', [number('0'), this.any(s, b)], s)],
      [1, () => call(this.one(['max', 'min']), [this.any(s, p), this.any(s, q)], s)],
      [2, () => mapped(this.one(['softmax', 'log_softmax']), this.any(s, b))],
      [1, () => mapped('log', this.positive(s, b))],
      [3, () => this.positive(s, budget)],
    ];
    if (isMatrix(s)) {
      const op = this.one(['plus', 'minus', 'hadamard'] as const);
      choices.push(
        [1, () => mapped(this.one(['softmax', 'log_softmax']), this.any(s, b), this.one([0, 1]))],
        [2, () => binary(op, this.any(s, p), this.any(row, q))],
        [2, () => binary(op, this.any(column, q), this.any(s, p))],
        [1, () => binary('hadamard-divide', this.any(s, p), this.positive(row, q))],
        [2, () => binary('times', this.any(column, p), this.any(row, q))],
      );
    } else if (s.cols === '1') choices.push(...this.columns(s, b));
    else choices.push(...this.rows(s, b));
    if (isSquare(s)) choices.push(...this.squares(s.rows, b, p, q));
    return this.named(this.choose(choices));
  }

  private leaf(s: Shaped): Tree {
    const choices: Choice[] = [
      [20, () => this.names.any(s)],
      [2, () => this.names.positive(s)],
      [1, () => constant('ones', s.rows, s.cols)],
    ];
    if (isSquare(s)) choices.push([2, () => constant('eye', s.rows, s.cols)]);
    if (s.cols === '1' && s.rows !== '1' && /^[a-z]$/u.test(s.rows))
      choices.push([1, () => constant('unit', s.rows, '1')]);
    return this.choose(choices);
  }

  private product(s: Shaped, p: number, q: number): Tree {
    const k = this.side();
    return binary(
      'times',
      this.any({ rows: s.rows, cols: k }, p),
      this.any({ rows: k, cols: s.cols }, q),
    );
  }

  private columns(s: Shaped, b: number): Choice[] {
    const wide = { rows: s.rows, cols: this.side() };
    const square = { rows: s.rows, cols: s.rows };
    return [
      [2, () => reduced(this.one(['sum', 'mean', 'logsumexp', 'norm']), this.any(wide, b), 1)],
      [1, () => call('diag', [this.any(square, b)], s)],
      [1, () => part(this.any(wide, b), [null, this.place(wide.cols)])],
    ];
  }

  private rows(s: Shaped, b: number): Choice[] {
    const tall = { rows: this.side(), cols: s.cols };
    return [
      [3, () => reduced(this.one(['sum', 'mean', 'logsumexp', 'norm']), this.any(tall, b), 0)],
      [1, () => part(this.any(tall, b), [this.place(tall.rows), null])],
    ];
  }

  private squares(n: Side, b: number, p: number, q: number): Choice[] {
    const s = { rows: n, cols: n };
    const column = { rows: n, cols: '1' };
    return [
      [
        2,
        () => postfix(this.one(['inverse', 'inverse', 'inverse-transpose']), this.invertible(n, b)),
      ],
      [2, () => binary('power', this.any(s, b), number(this.one(['2', '3'])))],
      [1, () => binary('power', this.invertible(n, b), number('-2'))],
      [2, () => call('diag', [this.any(column, b)], s)],
      [1, () => binary('plus', this.any(s, p), this.any(s, q))],
      [1, () => binary('times', this.invertible(n, p), this.invertible(n, q))],
    ];
  }

  // ---------------------------------------------------------------- arrays with a property

  /** Entries above zero. */
  private positive(s: Shaped, budget: number): Tree {
    if (budget <= 0) return this.names.positive(s);
    const b = budget - 1;
    const [p, q] = this.split(budget);
    return this.named(
      this.choose([
        [3, () => mapped('exp', this.any(s, b))],
        [2, () => mapped(this.one(['sigmoid', 'softplus']), this.any(s, b))],
        [2, () => binary('plus', mapped('square', this.any(s, b)), number('1'))],
        [2, () => binary('plus', mapped('abs', this.any(s, b)), number('0.5'))],
        [
          2,
          () =>
            binary(
              this.one(['plus', 'hadamard', 'hadamard-divide']),
              this.positive(s, p),
              this.positive(s, q),
            ),
        ],
        [1, () => postfix('transpose', this.positive({ rows: s.cols, cols: s.rows }, b))],
        [2, () => mapped('sqrt', this.positive(s, b))],
        [
          1,
          () =>
            binary(
              'entry-power',
              this.positive(s, b),
              number(this.one(['-1', '0.5', '1.5', '-2'])),
            ),
        ],
        [1, () => binary('entry-power', this.positive(s, p), this.scalar(q))],
        ...(isScalar(s)
          ? ([
              [1, () => binary('power', this.positive(s, p), this.scalar(q))],
              [2, () => norm(this.any(this.shape(), b))],
            ] as Choice[])
          : ([
              [2, () => mapped('softmax', this.any(s, b))],
              [1, () => binary('times', this.positive(SCALAR, p), this.positive(s, q))],
            ] as Choice[])),
      ]),
    );
  }

  private invertible(n: Side, budget: number): Tree {
    if (budget <= 0) return this.names.invertible(n);
    const b = budget - 1;
    const [p, q] = this.split(budget);
    return this.choose([
      [2, () => this.names.invertible(n)],
      [2, () => postfix(this.one(['transpose', 'inverse']), this.invertible(n, b))],
      [2, () => binary('times', this.invertible(n, p), this.invertible(n, q))],
      [1, () => binary('times', this.positive(SCALAR, p), this.invertible(n, q))],
      [1, () => call('diag', [this.positive({ rows: n, cols: '1' }, b)], { rows: n, cols: n })],
      [3, () => this.posdef(n, budget)],
    ]);
  }

  private posdef(n: Side, budget: number): Tree {
    if (budget <= 0) return this.names.posdef(n);
    const b = budget - 1;
    const [p, q] = this.split(budget);
    const identity = (): Tree => constant(this.one(['I', 'eye']), n, n);
    return this.named(
      this.choose([
        [2, () => this.names.posdef(n)],
        [
          3,
          () => {
            const x = this.any({ rows: this.side(), cols: n }, b);
            return binary('plus', binary('times', postfix('transpose', x), x), identity());
          },
        ],
        [1, () => binary('plus', this.posdef(n, p), this.posdef(n, q))],
        [1, () => binary('times', this.positive(SCALAR, p), this.posdef(n, q))],
        [1, () => postfix('inverse', this.posdef(n, b))],
        [
          1,
          () => {
            const a = this.invertible(n, q);
            return binary('times', binary('times', a, this.posdef(n, p)), postfix('transpose', a));
          },
        ],
      ]),
    );
  }
}
