import { rational } from '../../shape/rational.ts';
import { fail } from '../problem.ts';
import type { CallExpr, CallOption, Expr, ProductOp, Span } from '../tree.ts';

/**
 * Arrays as NumPy has them, and what they are in the language. One-dimensional arrays are columns, which is what they are nowhere in
 * NumPy: beside a matrix they are repeated as rows, in front of `@` they are rows, and `.T` leaves them alone.
 */
export interface Form {
  /** How many dimensions. */
  readonly rank: number;
  /** Of two dimensions: whether the first, the second, has length one by the way the array was made. */
  readonly oneRow: boolean;
  readonly oneColumn: boolean;
  /** The lengths of its sides, those that are known. */
  readonly sides: Sides;
}

type Sides = readonly (Expr | null)[];

export interface Arr extends Form {
  readonly expr: Expr;
  /** The transpose, where it is simpler than that of `expr`: `x @ A` is (xᵀA)ᵀ. */
  readonly turned?: Expr;
}

export const form = (rank: number, oneRow = false, oneColumn = false, sides: Sides = []): Form => ({
  rank,
  oneRow,
  oneColumn,
  sides,
});

export const SCALAR: Form = form(0);
export const VECTOR: Form = form(1);
export const MATRIX: Form = form(2);

const vector = (side: Expr | null = null): Form => form(1, false, false, [side]);

/** An array of the form of another. */
export const arr = (shape: Form, expr: Expr): Arr => ({
  ...form(shape.rank, shape.oneRow, shape.oneColumn, shape.sides),
  expr,
});

/** Whether there is but one entry: it goes with arrays of every shape. */
export const isSingle = (a: Form): boolean => a.rank === 0 || (a.oneRow && a.oneColumn);

export const product = (op: ProductOp, left: Expr, right: Expr, span: Span): Expr => ({
  kind: 'product',
  span,
  op,
  left,
  right,
});

export const transposed = (of: Expr): Expr =>
  of.kind === 'transpose' ? of.of : { kind: 'transpose', span: of.span, of };

export const call = (
  name: string,
  args: readonly Expr[],
  span: Span,
  nameSpan: Span,
  options: readonly CallOption[] = [],
): CallExpr => ({ kind: 'call', span, name, nameSpan, index: null, primes: 0, args, options });

/** The transpose: a column as a row. */
const turn = (a: Arr): Expr => a.turned ?? transposed(a.expr);

/** `a.T`. */
export const transposeOf = (a: Arr): Arr =>
  a.rank < 2
    ? a
    : a.rank > 2
      ? permuted(
          a,
          Array.from({ length: a.rank }, (_, k) => a.rank - 1 - k),
          a.expr.span,
        )
      : {
          ...form(2, a.oneColumn, a.oneRow, [a.sides[1] ?? null, a.sides[0] ?? null]),
          expr: turn(a),
          turned: a.expr,
        };

/** Two arrays of an operation entry by entry, with the shape that they are repeated to. */
export function aligned(
  a: Arr,
  b: Arr,
): { readonly left: Expr; readonly right: Expr; readonly form: Form } {
  const rank = a.rank > b.rank ? a.rank : b.rank;
  // a vector beside two dimensions is a row
  const reach = (x: Arr): Arr =>
    rank > 2 && x.rank > 0 && x.rank < rank
      ? widened(x, rank)
      : x.rank === 1 && rank === 2
        ? { ...x, expr: turn(x), oneRow: true, sides: [null, x.sides[0] ?? null] }
        : x;
  const [left, right] = [reach(a), reach(b)];
  const one = (side: 'oneRow' | 'oneColumn'): boolean =>
    rank === 2 && [left, right].every((x) => x.rank === 0 || x[side]);
  // a side of one is repeated
  const side = (k: number): Expr | null =>
    [left, right].find((x) => x.sides[k] && !(k === 0 ? x.oneRow : x.oneColumn))?.sides[k] ?? null;
  const sides = Array.from({ length: rank }, (_, k) => side(k));
  const both = form(rank, one('oneRow'), one('oneColumn'), sides);
  return { left: left.expr, right: right.expr, form: both };
}

/** `a * b`, `a / b`, entry by entry. */
export function entrywise(op: '*' | '/', a: Arr, b: Arr, span: Span): Arr {
  const { left, right, form: shape } = aligned(a, b);
  const of = (name: ProductOp): Arr => arr(shape, product(name, left, right, span));
  if (op === '/') return of(isSingle(b) ? 'divide' : 'hadamard-divide');
  if (isSingle(a) || isSingle(b)) return of('times');
  // a column times a row is repeated both ways
  if (isColumn(a) && isRow(b)) return of('times');
  if (isRow(a) && isColumn(b)) return arr(shape, product('times', right, left, span));
  return of('hadamard');
}

const isColumn = (a: Form): boolean => a.rank === 2 && a.oneColumn && !a.oneRow;
const isRow = (a: Form): boolean => a.rank === 1 || (a.rank === 2 && a.oneRow && !a.oneColumn);

/** `a + b`, `a - b`. */
export function sum(op: '+' | '-', a: Arr, b: Arr, span: Span): Arr {
  const { left, right, form: shape } = aligned(a, b);
  return arr(shape, { kind: 'sum', span, op, left, right });
}

/** `a @ b`. @throws MatgradError array-rank */
export function matmul(a: Arr, b: Arr, span: Span): Arr {
  for (const x of [a, b])
    if (x.rank === 0) {
      fail('array-rank', x.expr.span, '`@` multiplies arrays, and this is a number', 'a number', {
        notes: ['`*` multiplies by numbers'],
      });
    }
  if (a.rank > 2 || b.rank > 2) return stackedProduct(a, b, span);
  // one entry would pass for a number
  const inner =
    (a.rank === 2 && isSingle(a) && !b.oneRow) || (b.rank === 2 && isSingle(b) && !a.oneColumn);
  if (inner)
    fail('array-rank', span, 'the inner lengths of this product differ: one of them is 1', 'here');
  if (a.rank === 1 && b.rank === 1) return arr(SCALAR, product('times', turn(a), b.expr, span));
  if (a.rank === 1) {
    const turned = product('times', turn(a), b.expr, span);
    if (b.oneColumn) return arr(SCALAR, turned);
    return { ...vector(b.sides[1]), expr: product('times', turn(b), a.expr, span), turned };
  }
  const expr = product('times', a.expr, b.expr, span);
  if (b.rank === 1) return arr(a.oneRow ? SCALAR : vector(a.sides[0]), expr);
  return arr(form(2, a.oneRow, b.oneColumn, [a.sides[0] ?? null, b.sides[1] ?? null]), expr);
}

/** `a ** b`, entry by entry. */
export function power(a: Arr, b: Arr, span: Span): Arr {
  const { left, right, form: shape } = aligned(a, b);
  if (a.rank === 0 && b.rank > 0) {
    // the base is repeated: aᵇ = exp(b log a)
    const log = call('log', [left], a.expr.span, a.expr.span);
    return arr(shape, call('exp', [product('times', log, right, span)], span, span));
  }
  const elementwise = a.rank > 0;
  return arr(shape, { kind: 'power', span, base: left, exponent: right, elementwise });
}

const number = (n: number, span: Span): Expr => ({ kind: 'number', span, value: rational(n) });

/** The axes of an array in another order. */
export const permuted = (a: Arr, order: readonly number[], span: Span): Arr => ({
  ...form(
    order.length,
    false,
    false,
    order.map((k) => a.sides[k] ?? null),
  ),
  expr: call('permute', [a.expr, ...order.map((k) => number(k, span))], span, span),
});

/** An array beside one of more dimensions: its own are the last ones. @throws MatgradError array-rank */
function widened(a: Arr, rank: number): Arr {
  const { span } = a.expr;
  const own = a.sides.flatMap((s) => s ?? []);
  if (own.length < a.rank)
    return fail(
      'array-rank',
      span,
      `beside ${rank} dimensions an array of ${a.rank} needs declared lengths`,
      'this one',
    );
  const sides = [...Array.from({ length: rank - a.rank }, () => number(1, span)), ...own];
  return { ...form(rank), expr: call('reshape', [a.expr, ...sides], span, span) };
}

const LETTERS = 'abcdefghijklmnopqrstuvw';

/** `A @ B` of stacks of matrices, on the last two dimensions. @throws MatgradError array-rank */
function stackedProduct(a: Arr, b: Arr, span: Span): Arr {
  const rank = Math.max(a.rank, b.rank);
  const [lead, fits] = [
    LETTERS.slice(0, rank - 2),
    (x: Arr): boolean => x.rank === rank || x.rank === 2,
  ];
  if (!fits(a) || !fits(b))
    return fail(
      'array-rank',
      span,
      '`@` multiplies stacks of matrices of equal dimensions, or a stack and a matrix',
      'here',
    );
  const axes = `${a.rank === 2 ? '' : lead}xy,${b.rank === 2 ? '' : lead}yz->${lead}xz`;
  return { ...form(rank), expr: { ...call('einsum', [a.expr, b.expr], span, span), axes } };
}
