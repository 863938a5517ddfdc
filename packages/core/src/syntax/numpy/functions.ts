import { eqR, isIntegerR, rational, toNumber } from '../../shape/rational.ts';
import { fail } from '../problem.ts';
import type { Expr, NormExpr, Span } from '../tree.ts';
import type { ArrayCall } from './call.ts';
import { einsum } from './einsum.ts';
import {
  type Arr,
  aligned,
  arr,
  call,
  entrywise,
  form,
  isSingle,
  MATRIX,
  matmul,
  permuted,
  power,
  product,
  SCALAR,
  sum,
  transposeOf,
  VECTOR,
} from './value.ts';

type Handler = (c: ArrayCall) => Arr;

/** Functions of one array, entry by entry, that have the same name here and there, and those that do not. */
const ENTRYWISE: ReadonlyMap<string, string> = new Map([
  ...'exp log log1p expm1 sqrt cbrt abs sign sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh square reciprocal sigmoid relu softplus erf erfc lgamma digamma elu selu silu swish mish hardtanh gelu leaky_relu'
    .split(' ')
    .map((n) => [n, n] as const),
  ...'sin cos tan sinh cosh tanh'.split(' ').map((n) => [`arc${n}`, `a${n}`] as const),
  ['absolute', 'abs'],
  ['fabs', 'abs'],
  ['expit', 'sigmoid'],
  ['gammaln', 'lgamma'],
  ['psi', 'digamma'],
]);

/** Of two arrays. */
const PAIRWISE: ReadonlyMap<string, string> = new Map([
  ['maximum', 'max'],
  ['minimum', 'min'],
  ['fmax', 'max'],
  ['fmin', 'min'],
  ['arctan2', 'atan2'],
  ['atan2', 'atan2'],
]);

/** Along an axis, or of all entries. */
const REDUCTIONS: ReadonlyMap<string, string> = new Map([
  ...'sum mean max min var std logsumexp'.split(' ').map((n) => [n, n] as const),
  ['amax', 'max'],
  ['amin', 'min'],
]);

/** Of a square matrix, to a number. */
const OF_MATRIX: ReadonlyMap<string, string> = new Map([
  ['det', 'det'],
  ['logdet', 'logdet'],
  ['trace', 'tr'],
]);

/** What gives its argument back. */
const NOTHING: ReadonlySet<string> = new Set(
  'asarray ascontiguousarray copy clone detach astype float double float32 float64 item contiguous array tensor as_tensor'.split(
    ' ',
  ),
);

const REFUSED: ReadonlyMap<string, string> = new Map([
  ['where', 'what depends on a condition is written with maximum, abs or sign'],
  ['prod', 'a product over entries is exp(sum(log(x))) for positive ones'],
  ['concatenate', 'parts are given names of their own'],
  ['stack', 'parts are given names of their own'],
  ['random', 'random numbers are no part of a formula'],
  ['eig', 'eigenvalues are not known'],
  ['svd', 'singular values are not known'],
]);

const node = (c: ArrayCall, name: string, ...args: Expr[]): Expr =>
  call(name, args, c.span, c.nameSpan);

const number = (c: ArrayCall, value: number): Expr => ({
  kind: 'number',
  span: c.nameSpan,
  value: rational(value),
});

const inverse = (c: ArrayCall, of: Expr): Expr => ({ kind: 'inverse', span: c.span, of });

const squareMatrix = (c: ArrayCall, k: number): Arr => {
  const a = c.arg(k);
  if (a.rank === 2) return a;
  const what = a.rank === 0 ? 'a number' : a.rank === 1 ? 'a vector' : `of ${a.rank} dimensions`;
  return fail(
    'array-rank',
    a.expr.span,
    `${c.path.join('.')} is for matrices, and this is ${what}`,
    what,
  );
};

const axisOf = (
  c: ArrayCall,
  at: number,
): { readonly axis: number | null; readonly kept: boolean } => {
  const given = c.py(at, 'axis') ?? c.py(-1, 'dim');
  const keep = c.py(-1, 'keepdims') ?? c.py(-1, 'keepdim');
  const kept = keep?.kind === 'name' && keep.name === 'True';
  if (!given || (given.kind === 'name' && given.name === 'None')) return { axis: null, kept };
  const of = given.kind === 'negative' ? given.of : given;
  const axis = of.kind === 'number' && isIntegerR(of.value) ? toNumber(of.value) : Number.NaN;
  const signed = given.kind === 'negative' ? -axis : axis;
  if (Number.isInteger(signed) && Math.abs(signed) < 16) return { axis: signed, kept };
  return fail(
    'array-function',
    given.span,
    'an axis is 0 or 1, or counted from the end',
    'this one',
  );
};

/** `sum(X, axis=0)` and the like: one-dimensional, unless the axis is kept. */
function reduced(c: ArrayCall, name: string, a: Arr, ...more: Expr[]): Arr {
  const { axis, kept } = axisOf(c, 1);
  const side = axis === null ? null : axis < 0 ? axis + a.rank : axis;
  if (side !== null && (side < 0 || side >= a.rank))
    fail(
      'array-rank',
      c.span,
      `there is no axis ${axis} in an array of ${a.rank} dimension${a.rank === 1 ? '' : 's'}`,
      'here',
    );
  const whole = side === null || a.rank < 2 || isSingle(a) || (side === 0 ? a.oneColumn : a.oneRow);
  const options = [{ span: c.nameSpan, name: 'axis', value: number(c, side ?? 0) }];
  const expr = call(name, [a.expr, ...more], c.span, c.nameSpan, whole ? [] : options);
  if (whole) return arr(kept && a.rank === 2 ? form(2, true, true) : SCALAR, expr);
  if (a.rank > 2) return reducedTensor(c, a, side, kept, expr);
  if (kept) return arr(form(2, side === 0, side === 1), expr);
  const left = form(1, false, false, [a.sides[side === 1 ? 0 : 1] ?? null]);
  return side === 1
    ? arr(left, expr)
    : { ...left, turned: expr, expr: { kind: 'transpose', span: c.span, of: expr } };
}

/** Of more than two dimensions: with a side of one where it is kept, else without. */
function reducedTensor(c: ArrayCall, a: Arr, side: number, kept: boolean, expr: Expr): Arr {
  if (kept || side === a.rank - 1) return arr(form(kept ? a.rank : a.rank - 1), expr);
  const left = a.sides.flatMap((s, k) => (s && k !== side ? [s] : []));
  if (left.length < a.rank - 1)
    return fail('array-rank', c.span, 'the lengths of this array have to be declared', 'not known');
  return arr(form(a.rank - 1, false, false, left), node(c, 'reshape', expr, ...left));
}

/** `softmax(X, axis=1)`: along the last axis, but for SciPy's, which takes all entries unless told. */
function softmax(c: ArrayCall, name: string): Arr {
  const a = c.arg(0);
  const { axis } = axisOf(c, 1);
  const scipy = c.path.includes('special') || c.path[0] === 'scipy';
  if (axis === null && scipy && a.rank === 2)
    fail(
      'array-function',
      c.span,
      `${c.path.join('.')} takes all entries of a matrix as one`,
      'here',
      { notes: ['of each row it is with `axis=1`'] },
    );
  if (a.rank < 2) return arr(a, node(c, name, a.expr));
  const side = axis === null ? a.rank - 1 : axis < 0 ? axis + a.rank : axis;
  const rows = side === a.rank - 1;
  const options = rows ? [] : [{ span: c.nameSpan, name: 'axis', value: number(c, side) }];
  return arr(a, call(name, [a.expr], c.span, c.nameSpan, options));
}

function norm(c: ArrayCall): Arr {
  const a = c.arg(0);
  const given = c.text(1, 'ord') ?? c.text(1, 'p');
  const ord = c.py(1, 'ord') ?? c.py(1, 'p');
  const named = ord?.kind === 'attribute' ? ord.name : ord?.kind === 'name' ? ord.name : given;
  const value = ord?.kind === 'number' ? toNumber(ord.value) : named;
  const axis = c.py(-1, 'axis') ?? c.py(-1, 'dim');
  if (axis) {
    if (value !== undefined && value !== 2)
      fail('array-function', c.span, 'along an axis only the 2-norm is read', 'here');
    return reduced({ ...c, py: (k, option) => c.py(k === 1 ? -1 : k, option) }, 'norm', a);
  }
  const one = (order: NormExpr['order'], subscript?: Span): Arr =>
    arr(SCALAR, {
      kind: 'norm',
      span: c.span,
      of: a.expr,
      order,
      ...(subscript ? { subscript } : {}),
    });
  switch (value) {
    case undefined:
    case 'None':
      return one('2');
    case 'fro':
      return one('F');
    case 2:
      return ord ? one('2', ord.span) : one('2');
    case 'nuc':
      return arr(SCALAR, node(c, 'nuclear_norm', a.expr));
    case 1:
    case 'inf':
      if (a.rank < 2) return one(value === 1 ? '1' : 'inf');
      break;
    default:
  }
  return fail('array-function', ord?.span ?? c.span, 'this norm is not read', 'this one', {
    notes: ['norms are the 2-norm, 1 and inf of a vector, "fro" and "nuc" of a matrix'],
  });
}

/** `X.ravel()` takes row after row, and vec column after column. */
function flattened(c: ArrayCall): Arr {
  const a = c.arg(0);
  const order = c.text(1, 'order') ?? 'C';
  if (a.rank === 1) return a;
  if (a.rank === 0 || a.rank > 2) return squareMatrix(c, 0);
  if (order !== 'C' && order !== 'F')
    fail('array-function', c.span, 'entries are taken in order C or F', 'here');
  return arr(VECTOR, node(c, 'vec', order === 'F' ? a.expr : transposeOf(a).expr));
}

/** Of a single row or column NumPy's diagonal has one entry. */
function diag(c: ArrayCall): Arr {
  const a = c.arg(0);
  if (a.rank === 0 || a.rank > 2 || a.oneRow || a.oneColumn)
    return fail('array-rank', c.span, 'a diagonal is that of a matrix or vector', 'of neither');
  return arr(a.rank === 1 ? MATRIX : VECTOR, node(c, 'diag', a.expr));
}

function filled(name: string): Handler {
  return (c) => {
    const lengths = c.lengths(0);
    const isOne = (e: Expr | undefined): boolean =>
      e?.kind === 'number' && eqR(e.value, rational(1));
    const [m, n, more] = lengths;
    if (!m || more)
      fail('array-rank', c.span, 'an array has one or two dimensions here', 'this one');
    const shape = n ? form(2, isOne(m), isOne(n)) : VECTOR;
    return arr(shape, node(c, name, ...lengths));
  };
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['norm', norm],
  ['softmax', (c) => softmax(c, 'softmax')],
  ['log_softmax', (c) => softmax(c, 'log_softmax')],
  ['hardmax', (c) => softmax(c, 'hardmax')],
  ['diag', diag],
  ['diagonal', diag],
  ['ones', filled('ones')],
  ['zeros', filled('zeros')],
  ['eye', (c) => arr(MATRIX, node(c, 'eye', ...c.lengths(0)))],
  ['identity', (c) => arr(MATRIX, node(c, 'eye', ...c.lengths(0)))],
  ['add', (c) => sum('+', c.arg(0), c.arg(1), c.span)],
  ['subtract', (c) => sum('-', c.arg(0), c.arg(1), c.span)],
  ['sub', (c) => sum('-', c.arg(0), c.arg(1), c.span)],
  ['multiply', (c) => entrywise('*', c.arg(0), c.arg(1), c.span)],
  ['mul', (c) => entrywise('*', c.arg(0), c.arg(1), c.span)],
  ['divide', (c) => entrywise('/', c.arg(0), c.arg(1), c.span)],
  ['true_divide', (c) => entrywise('/', c.arg(0), c.arg(1), c.span)],
  ['div', (c) => entrywise('/', c.arg(0), c.arg(1), c.span)],
  ['power', (c) => power(c.arg(0), c.arg(1), c.span)],
  ['float_power', (c) => power(c.arg(0), c.arg(1), c.span)],
  ['pow', (c) => power(c.arg(0), c.arg(1), c.span)],
  ['negative', (c) => arr(c.arg(0), { kind: 'negate', span: c.span, of: c.arg(0).expr })],
  ['matmul', (c) => matmul(c.arg(0), c.arg(1), c.span)],
  ['mm', (c) => matmul(c.arg(0), c.arg(1), c.span)],
  ['mv', (c) => matmul(c.arg(0), c.arg(1), c.span)],
  [
    'dot',
    (c) =>
      isScalarPair(c)
        ? entrywise('*', c.arg(0), c.arg(1), c.span)
        : matmul(c.arg(0), c.arg(1), c.span),
  ],
  [
    'inner',
    (c) =>
      isScalarPair(c)
        ? entrywise('*', c.arg(0), c.arg(1), c.span)
        : matmul(c.arg(0), transposeOf(c.arg(1)), c.span),
  ],
  ['vdot', vdot],
  ['outer', outer],
  ['kron', (c) => arr(squareMatrix(c, 0), node(c, 'kron', c.arg(0).expr, squareMatrix(c, 1).expr))],
  ['transpose', (c) => (c.count > 1 ? reordered(c) : transposeOf(c.arg(0)))],
  ['permute', reordered],
  ['reshape', reshaped],
  ['view', reshaped],
  ['t', (c) => transposeOf(c.arg(0))],
  ['inv', (c) => arr(squareMatrix(c, 0), inverse(c, c.arg(0).expr))],
  ['inverse', (c) => arr(squareMatrix(c, 0), inverse(c, c.arg(0).expr))],
  ['pinv', (c) => arr(transposeOf(squareMatrix(c, 0)), node(c, 'pinv', c.arg(0).expr))],
  ['einsum', einsum],
  ['flatten', flattened],
  ['ravel', flattened],
  ...['expm', 'logm', 'sqrtm'].map((name): [string, Handler] => [
    name,
    (c) => arr(squareMatrix(c, 0), node(c, name, c.arg(0).expr)),
  ]),
  ['cholesky', (c) => arr(MATRIX, node(c, 'cholesky', squareMatrix(c, 0).expr))],
  ['tril', (c) => arr(MATRIX, node(c, 'tril', squareMatrix(c, 0).expr))],
  ['triu', (c) => arr(MATRIX, node(c, 'triu', squareMatrix(c, 0).expr))],
  [
    'matrix_power',
    (c) =>
      arr(squareMatrix(c, 0), {
        kind: 'power',
        span: c.span,
        base: c.arg(0).expr,
        exponent: c.arg(1).expr,
        elementwise: false,
      }),
  ],
  [
    'solve',
    (c) => {
      const [a, b] = [squareMatrix(c, 0), c.arg(1)];
      return arr(
        form(b.rank, false, b.oneColumn),
        product('times', inverse(c, a.expr), b.expr, c.span),
      );
    },
  ],
  ['clip', (c) => arr(c.arg(0), node(c, 'clip', c.arg(0).expr, c.arg(1).expr, c.arg(2).expr))],
  ['heaviside', (c) => arr(c.arg(0), node(c, 'step', c.arg(0).expr))],
  [
    'logaddexp',
    (c) => {
      // log(exp(a) + exp(b)) = b + softplus(a − b)
      const [a, b] = [c.arg(0), c.arg(1)];
      const zero = b.expr.kind === 'number' && eqR(b.expr.value, rational(0));
      const less = zero ? a : sum('-', a, b, c.span);
      const soft = arr(less, node(c, 'softplus', less.expr));
      return zero ? soft : sum('+', b, soft, c.span);
    },
  ],
  ['mse_loss', (c) => arr(SCALAR, node(c, 'mse', c.arg(0).expr, c.arg(1).expr))],
]);

/** `T.transpose(2, 0, 1)`, `np.transpose(T, (2, 0, 1))`. */
function reordered(c: ArrayCall): Arr {
  const a = c.arg(0);
  const order = c.lengths(1).map((e) => (e.kind === 'number' ? toNumber(e.value) : Number.NaN));
  if (order.length !== a.rank || [...order].sort((x, y) => x - y).some((k, i) => k !== i))
    return fail('array-rank', c.span, `the ${a.rank} axes are named once each, from 0`, 'here');
  if (a.rank > 2) return permuted(a, order, c.span);
  return a.rank === 2 && order[0] === 1 ? transposeOf(a) : a;
}

/** `X.reshape(m, n)`: lengths by name. */
function reshaped(c: ArrayCall): Arr {
  const a = c.arg(0);
  const sides = c.lengths(1);
  if (sides.some((e) => e.kind === 'negate'))
    return sides.length === 1 && a.rank < 3
      ? flattened({ ...c, count: 1, text: () => undefined })
      : fail(
          'array-function',
          c.span,
          'every length is named here, and none left to be found',
          'here',
        );
  const one = (e: Expr | undefined): boolean => e?.kind === 'number' && eqR(e.value, rational(1));
  const shape =
    sides.length === 2
      ? form(2, one(sides[0]), one(sides[1]), sides)
      : form(sides.length, false, false, sides);
  return arr(shape, node(c, 'reshape', a.expr, ...sides));
}

const isScalarPair = (c: ArrayCall): boolean => c.arg(0).rank === 0 || c.arg(1).rank === 0;

/** The sum of products of entries at the same places. */
function vdot(c: ArrayCall): Arr {
  const [a, b] = [c.arg(0), c.arg(1)];
  if (a.rank !== b.rank || a.oneRow !== b.oneRow || a.oneColumn !== b.oneColumn)
    fail('array-rank', c.span, 'vdot is read of two arrays of one shape', 'these differ');
  return arr(SCALAR, { kind: 'inner', span: c.span, left: a.expr, right: b.expr });
}

function outer(c: ArrayCall): Arr {
  const [a, b] = [c.arg(0), c.arg(1)];
  if (a.rank !== 1 || b.rank !== 1)
    return fail('array-rank', c.span, 'an outer product is of two vectors', 'one of them is none');
  const row = b.turned ?? { kind: 'transpose' as const, span: b.expr.span, of: b.expr };
  return arr(MATRIX, product('times', a.expr, row, c.span));
}

/** The functions that are known, without the names of their modules. */
export const ARRAY_FUNCTIONS: ReadonlySet<string> = new Set([
  ...ENTRYWISE.keys(),
  ...PAIRWISE.keys(),
  ...REDUCTIONS.keys(),
  ...OF_MATRIX.keys(),
  ...HANDLERS.keys(),
  ...NOTHING,
]);

/** Why a function is refused. */
export const refusal = (name: string): string | undefined => REFUSED.get(name);

/** The array that a known function gives. @throws MatgradError array-rank, array-function */
export function applyFunction(c: ArrayCall): Arr {
  const name = c.path.at(-1) ?? '';
  const torch = c.path[0] === 'torch' || c.path[0] === 'F';
  const entry = ENTRYWISE.get(name);
  if (entry !== undefined && c.count === 1) {
    const a = c.arg(0);
    return arr(a, node(c, entry, a.expr));
  }
  // Python's own max and torch.max are of two things, np.max along an axis
  const bare = c.path.length === 1;
  const two = (bare || torch) && c.count > 1 && (name === 'max' || name === 'min');
  const pair = two ? name : PAIRWISE.get(name);
  if (pair !== undefined) {
    const { left, right, form: shape } = aligned(c.arg(0), c.arg(1));
    return arr(shape, node(c, pair, left, right));
  }
  const reduction = REDUCTIONS.get(name);
  if (reduction !== undefined) {
    // PyTorch divides by n − 1
    if (torch && /^(?:var|std)$/u.test(name))
      fail(
        'array-function',
        c.span,
        `torch.${name} divides by n − 1, and ${name} here by n`,
        'this one',
      );
    if (bare && name === 'sum' && c.arg(0).rank === 2)
      fail('array-function', c.nameSpan, "Python's own sum adds the rows of a matrix", 'this one', {
        edits: [{ ...c.nameSpan, text: 'np.sum' }],
      });
    const last = name === 'logsumexp' && bare && c.arg(0).rank === 2 && !c.py(1, 'axis');
    const along: ArrayCall = last
      ? {
          ...c,
          py: (k, option) =>
            option === 'axis'
              ? { kind: 'number', span: c.nameSpan, value: rational(1) }
              : c.py(k, option),
        }
      : c;
    return reduced(along, reduction, c.arg(0));
  }
  const scalar = OF_MATRIX.get(name);
  if (scalar !== undefined) return arr(SCALAR, node(c, scalar, squareMatrix(c, 0).expr));
  const handler = HANDLERS.get(name);
  if (handler) return handler(c);
  if (NOTHING.has(name)) return c.arg(0);
  return fail('array-function', c.nameSpan, `${c.path.join('.')} is not read`, 'this function');
}
