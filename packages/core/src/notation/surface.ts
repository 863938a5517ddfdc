import type { Apply, Node } from '../expr/node.ts';
import { seriesSteps } from '../ops/series.ts';
import { unitLeaf } from '../ops/unit.ts';
import { atomText, DIM_ONE, type Dim, twiceDim } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';
import { eqR, HALF, isIntegerR, isZeroR, mulR, negR, rational, signR } from '../shape/rational.ts';
import {
  bars,
  call,
  entryPower,
  hadamard,
  hadamardOver,
  inverse,
  minus,
  name,
  negate,
  norm,
  num,
  over,
  plus,
  power,
  tight,
  times,
  transposed,
} from '../syntax/make.ts';
import { type Expr, NO_SPAN } from '../syntax/tree.ts';
import type { Algebra, ScaledParts, SumPart, Turn } from './algebra.ts';
import { read } from './matrix.ts';

/** Trees of nodes that were written before: a function writes its argument both ways up, and so does the function around it. */
const trees = { plain: new WeakMap<Node, Expr>(), turned: new WeakMap<Node, Expr>() };
const openTrees = { plain: new WeakMap<Node, Expr>(), turned: new WeakMap<Node, Expr>() };

/** The surface tree of a node, as a person would write it. */
export function toSurface(node: Node, turn: Turn = 'plain', sizeIsOpen = false): Expr {
  const known = (sizeIsOpen ? openTrees : trees)[turn];
  let e = known.get(node);
  if (!e) {
    e = read(node, turn, surface, sizeIsOpen);
    known.set(node, e);
  }
  return e;
}

const weights = new WeakMap<Expr, number>();

/** Number of symbols that a formula takes, transposes counted in full. */
export function weigh(e: Expr): number {
  let w = weights.get(e);
  if (w === undefined) {
    w = weightOf(e);
    weights.set(e, w);
  }
  return w;
}

function weightOf(e: Expr): number {
  switch (e.kind) {
    case 'number':
    case 'name':
      return 1;
    case 'transpose':
    case 'inverse':
    case 'negate':
    case 'norm':
    case 'bars':
    case 'series':
      return 1 + weigh(e.of);
    case 'power':
      return 1 + weigh(e.base) + weigh(e.exponent);
    case 'product':
    case 'sum':
    case 'inner':
      return (
        1 +
        weigh(e.left) +
        weigh(e.right) +
        (e.kind === 'product' && e.right.kind === 'product' && !e.right.tight ? 1 : 0)
      );
    case 'call':
      return 1 + e.args.reduce((w, a) => w + weigh(a), 0) + e.options.length;
    case 'part':
      return 1 + weigh(e.of) + e.parts.length;
  }
}

/** A dimension as an expression: `n+1`, `2n`, `n²`. */
export function dimExpr(d: Dim): Expr {
  const twice = twiceDim(d);
  if (twice) return over(dimExpr(twice), num(2));
  const terms = d.terms.map((t) => {
    const powers = new Map<string, { readonly base: Expr; readonly count: number }>();
    for (const a of t.atoms) {
      const key = atomText(a.name, a.index);
      const had = powers.get(key);
      powers.set(key, { base: name(a.name, a.index), count: (had?.count ?? 0) + 1 });
    }
    const factors = [...powers.values()].map((p) =>
      p.count === 1 ? p.base : power(p.base, num(p.count)),
    );
    const [first, ...rest] = factors;
    if (!first) return num(t.coefficient);
    return t.coefficient === 1
      ? times(first, ...rest)
      : times(tight(t.coefficient, first), ...rest);
  });
  const [first = num(0), ...rest] = terms;
  return rest.length === 0 ? first : plus(first, ...rest);
}

function transposeExpr(e: Expr): Expr {
  return e.kind === 'transpose' ? e.of : transposed(e);
}

/** f(x) of the graph in the language. */
function applied(node: Apply, turn: Turn, open: boolean): Expr {
  const args = node.args;
  const written = (a: Node, t: Turn = 'plain'): Expr =>
    toSurface(a, t, a.axes.length === node.axes.length ? open : true);
  const [x] = args;
  if (node.op.name === 'inv' && x) {
    const plain = inverse(written(x));
    return turn === 'plain' ? plain : transposed(plain);
  }
  if (node.op.name === 'pow' && x && args[1]) {
    const base = written(x, turn);
    const exponent = written(args[1], turn);
    return node.axes.length === 0 ? power(base, exponent) : entryPower(base, exponent);
  }
  if (node.op.name === 'unknown-gradient' && node.fn && x) {
    const of = written(x);
    const g =
      of.kind === 'name'
        ? name(`∂${node.fn.name}/∂${of.name}`, of.index)
        : call(`∂${node.fn.name}/∂`, [of]);
    return turn === 'plain' ? g : transposed(g);
  }
  if (node.op === unitLeaf && x && node.axes[0]) {
    const unit = call('unit', [written(x), dimExpr(node.axes[0])]);
    return turn === 'plain' ? unit : transposed(unit);
  }
  const steps = seriesSteps(node);
  if (steps && x)
    return {
      kind: 'series',
      span: NO_SPAN,
      range: { span: NO_SPAN, variable: steps.letter, from: steps.from, to: steps.to },
      of: written(x, turn),
    };
  if (node.op.mode === 'elementwise') {
    return call(
      node.fn?.name ?? node.op.name,
      args.map((a) => written(a, turn)),
      node.fn ? { index: node.fn.index, primes: node.fn.order } : { primes: node.op.primes ?? 0 },
    );
  }
  if (node.op.rowwise && x)
    return node.axes.length === x.axes.length
      ? rowWise(node.op.name, x, turn, written)
      : alongRows(node.op.name, x, turn, written);
  if (node.op.name === 'unknown-scalar' && node.fn)
    return call(
      node.fn.name,
      args.map((a) => written(a)),
    );
  const own = node.op.asCall?.(node, turn === 'turned');
  if (own) {
    const stand = own.turned ? 'turned' : 'plain';
    const e = call(
      own.name,
      own.args.map((a) =>
        'row' in a
          ? written(a.row, 'turned')
          : 'kind' in a
            ? written(a, own.upright ? 'plain' : stand)
            : dimExpr(a),
      ),
    );
    return stand === turn || node.axes.length === 0 ? e : transposed(e);
  }
  const plain = call(
    node.op.name,
    args.map((a) => written(a)),
  );
  return turn === 'plain' || node.axes.length === 0 ? plain : transposed(plain);
}

type Writer = (x: Node, turn?: Turn) => Expr;

/** A function of rows: of a vector whole; of a transposed matrix column by column, where that is shorter. */
function rowWise(f: string, x: Node, turn: Turn, written: Writer): Expr {
  if (x.axes.length < 2) return call(f, [written(x, turn)]);
  if (x.axes.length > 2) return call(f, [written(x)]);
  const rows = call(f, [written(x)]);
  const columns = call(f, [written(x, 'turned')], { options: { axis: num(0) } });
  const plain = turn === 'plain' ? rows : transposed(rows);
  const flipped = turn === 'plain' ? transposed(columns) : columns;
  return weigh(flipped) < weigh(plain) ? flipped : plain;
}

/** A reduction of rows to a column. */
function alongRows(f: string, x: Node, turn: Turn, written: Writer): Expr {
  if (x.axes.length < 2) return call(f, [written(x)]);
  if (x.axes.length > 2) {
    const reduced = call(f, [written(x)], { options: { axis: num(x.axes.length - 1) } });
    return turn === 'plain' ? reduced : transposed(reduced);
  }
  const rows = call(f, [written(x)], { options: { axis: num(1) } });
  const columns = call(f, [written(x, 'turned')], { options: { axis: num(0) } });
  const plain = turn === 'plain' ? rows : transposed(rows);
  const flipped = turn === 'plain' ? transposed(columns) : columns;
  return weigh(flipped) < weigh(plain) ? flipped : plain;
}

/** Marks a scalar product of arrays as one thing. */
const asOne = (e: Expr): Expr => (e.kind === 'product' && !e.tight ? { ...e, grouped: true } : e);

function leadingFraction(p: ScaledParts<Expr>): {
  fraction: Expr | null;
  numerators: Expr[];
  denominators: Expr[];
} {
  const pick = (list: ScaledParts<Expr>['numerators'], kind: 'dimension' | 'name' | null): Expr[] =>
    list.filter((f) => f.simple === kind).map((f) => f.value);
  const simpleUp = [...pick(p.numerators, 'dimension'), ...pick(p.numerators, 'name')];
  const simpleDown = [...pick(p.denominators, 'dimension'), ...pick(p.denominators, 'name')];
  const up = withNumber(p.coefficient.num < 0n ? -p.coefficient.num : p.coefficient.num, simpleUp);
  const down = withNumber(p.coefficient.den, simpleDown);
  const rest = { numerators: pick(p.numerators, null), denominators: pick(p.denominators, null) };
  if (!down) return { fraction: up, ...rest };
  return { fraction: over(up ?? num(1), down), ...rest };
}

/** n·a·b, with the number tight before a name; null for 1. */
function withNumber(n: bigint, names: readonly Expr[]): Expr | null {
  const [first, ...others] = names;
  if (!first) return n === 1n ? null : num(rational(n));
  const head =
    n === 1n
      ? first
      : first.kind === 'name'
        ? tight(rational(n), first)
        : times(num(rational(n)), first);
  return times(head, ...others);
}

/** The zeros in place of an array of ones. */
function zerosLike(e: Expr): Expr {
  if (e.kind === 'transpose') return transposed(zerosLike(e.of));
  return e.kind === 'call' ? call('zeros', e.args) : num(0);
}

function scaled(p: ScaledParts<Expr>): Expr {
  if (isZeroR(p.coefficient)) return p.array === null ? num(0) : zerosLike(p.array);
  const { fraction, numerators, denominators } = leadingFraction(p);
  const array = p.array;
  const isOnes = array?.kind === 'number';
  const alone = !array || isOnes;
  const factors = [
    ...(fraction ? [fraction] : []),
    ...numerators.map((e, k) => (alone && k === numerators.length - 1 ? e : asOne(e))),
    ...(array && !isOnes ? [array] : []),
  ];
  if (factors.length === 0) factors.push(num(1));
  let result = factors[factors.length - 1] ?? num(1);
  for (const f of factors.slice(0, -1).reverse()) result = prepend(f, result);
  if (denominators.length > 0) {
    const [d = num(1), ...ds] = denominators;
    result = over(result, times(d, ...ds));
  }
  return signR(p.coefficient) < 0 ? negate(result) : result;
}

/** s·(A B) is read as (s A) B: no brackets are needed. */
function prepend(s: Expr, e: Expr): Expr {
  return e.kind === 'product' && e.op === 'times' && !e.tight && !e.grouped
    ? { ...e, left: prepend(s, e.left) }
    : times(s, e);
}

function sumOf(parts: readonly SumPart<Expr>[]): Expr {
  const [first, ...rest] = parts;
  if (!first) return num(0);
  let e = first.negative ? negate(first.value) : first.value;
  for (const p of rest) e = p.negative ? minus(e, p.value) : plus(e, p.value);
  return e;
}

/** `sum(x)` as `mean(x)`. */
function meanOf(e: Expr): Expr | undefined {
  if (e.kind === 'transpose') {
    const of = meanOf(e.of);
    return of && { ...e, of };
  }
  return e.kind === 'call' && e.name === 'sum' ? { ...e, name: 'mean' } : undefined;
}

/** The base and the whole exponent of Aᵏ. */
function powerOf(e: Expr): { readonly base: Expr; readonly k: number } {
  if (e.kind === 'inverse') return { base: e.of, k: -1 };
  if (e.kind !== 'power' || e.elementwise) return { base: e, k: 1 };
  const minus = e.exponent.kind === 'negate';
  const size = e.exponent.kind === 'negate' ? e.exponent.of : e.exponent;
  if (size.kind !== 'number' || size.value.den !== 1n) return { base: e, k: 1 };
  return { base: e.base, k: Number(size.value.num) * (minus ? -1 : 1) };
}

/** A·A = A² for equal neighbours in a chain of products. */
function matmul(a: Expr, b: Expr): Expr {
  const last = a.kind === 'product' && a.op === 'times' && !a.tight ? a.right : a;
  const [before, next] = [powerOf(last), powerOf(b)];
  const alike =
    (b.kind === 'name' || b.kind === 'inverse') &&
    Math.sign(before.k) === Math.sign(next.k) &&
    same(before.base, next.base);
  if (alike) {
    const k = before.k + next.k;
    const raised = power(next.base, k < 0 ? negate(num(-k)) : num(k));
    return a.kind === 'product' && last === a.right ? { ...a, right: raised } : raised;
  }
  // a diagonal matrix costs the same from either side
  if (b.kind === 'product' && b.op === 'times' && isDiagonal(b.left))
    return times(times(a, b.left), b.right);
  return times(a, b);
}

const isDiagonal = (e: Expr): boolean => e.kind === 'call' && e.name === 'diag';

const same = (a: Expr, b: Expr): boolean =>
  a === b || JSON.stringify(a, numbers) === JSON.stringify(b, numbers);
const numbers = (_: string, v: unknown): unknown => (typeof v === 'bigint' ? `${v}` : v);

/** base^k as people write it: roots, squares, powers entry by entry. */
function raise(base: Expr, k: Rational, rank: number): Expr {
  if (eqR(k, HALF)) return call('sqrt', [base]);
  if (base.kind === 'power' && base.base.kind === 'norm' && base.exponent.kind === 'number')
    return raise(base.base, mulR(base.exponent.value, k), 0);
  const exponent = signR(k) < 0 ? negate(exponentExpr(negR(k))) : exponentExpr(k);
  return rank === 0 ? power(asOne(base), exponent) : entryPower(base, exponent);
}
const exponentExpr = (k: Rational): Expr =>
  isIntegerR(k) ? num(k) : over(num(rational(k.num)), num(rational(k.den)));

export const surface: Algebra<Expr> = {
  leaf(node, turn, open) {
    switch (node.kind) {
      case 'literal':
        return signR(node.value) < 0 ? negate(num(negR(node.value))) : num(node.value);
      case 'delta':
        return open ? call('eye', [dimExpr(node.axes[0] ?? DIM_ONE)]) : name('I');
      case 'symbol': {
        const plain = name(node.name, node.index);
        const isRow =
          node.axes.length === 1 && node.shape.length === 2 && node.shape[0] === DIM_ONE;
        return node.axes.length > 0 && (turn === 'turned') !== isRow ? transposed(plain) : plain;
      }
      case 'apply':
        return applied(node, turn, open);
      default:
        return toSurface(node, turn, open);
    }
  },
  power: raise,
  hadamard: (a, b) => hadamard(a, b),
  hadamardDivide: (a, b) => hadamardOver(a ?? num(1), b),
  matmul,
  outer: (column, row) => times(column, row),
  scaleRows: (v, a) => times(call('diag', [v]), a),
  scaleColumns: (a, v) => times(a, call('diag', [v])),
  sumRows: (a) => call('sum', [a], { options: { axis: num(1) } }),
  sumColumns: (a) => call('sum', [a], { options: { axis: num(0) } }),
  mean: meanOf,
  total: (a) => call('sum', [a]),
  squaredNorm: (a, rank) =>
    rank === 1 && a.kind === 'name'
      ? times(transposed(a), a)
      : rank === 1 && a.kind === 'transpose' && a.of.kind === 'name'
        ? times(a.of, a)
        : power(norm(a), num(2)),
  norm: (a, rank) => (rank === 0 ? bars(a) : norm(a)),
  traceOfProduct: (a, b) => call('tr', [matmul(a, b)]),
  trace: (a) => call('tr', [a]),
  diagonalOfProduct: (a, b, turn) => surface.diagonal(matmul(a, b), turn),
  diagonal: (a, turn) => (turn === 'plain' ? call('diag', [a]) : transposed(call('diag', [a]))),
  diagonalMatrix: (v) => call('diag', [v]),
  ones: (dims, turn) => {
    if (dims.length === 0) return num(1);
    const plain = call(
      'ones',
      (turn === 'turned' && dims.length === 2 ? [...dims].reverse() : dims).map(dimExpr),
    );
    return turn === 'turned' && dims.length === 1 ? transposed(plain) : plain;
  },
  scaled,
  sum: sumOf,
  weight: weigh,
  transpose: transposeExpr,
  general: {
    einsum: (axes, arrays) => call('einsum', arrays, { axes }),
    reshape: (a, dims) => call('reshape', [a, ...dims.map(dimExpr)]),
    permute: (a, order) => call('permute', [a, ...order.map((k) => num(k))]),
    sumLast: (a, axis) => call('sum', [a], { options: { axis: num(axis) } }),
  },
};

/** The surface tree of a node as a product of matrices. @throws NoMatrixForm where it is none */
export const toMatrices = (node: Node, turn: Turn = 'plain'): Expr => read(node, turn, MATRICES);

const { general: _, ...MATRICES } = surface;
