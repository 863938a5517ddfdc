import {
  apply,
  contract,
  delta,
  dimScalar,
  divide,
  einsum,
  multiply,
  negate,
  ones,
  power,
  scale,
  subtract,
  total,
} from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { HALF, rational } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import { abs, log } from './elementwise.ts';
import type { FunctionRecord, Options } from './record.ts';
import { logOf, logSoftmaxNode } from './softmax.ts';
import type { Value } from './value.ts';
import {
  alignValues,
  axisAsked,
  axisOf,
  isScalar,
  isVector,
  like,
  OperandError,
  onesValue,
  scalar,
  sideOf,
  withoutSide,
} from './value.ts';

const TWO = rational(2);

/** Sum over everything, or over the side that `axis` names. */
export function sumOver(v: Value, axis: Options['axis']): Value {
  if (axis === null || isScalar(v)) return scalar(total(v.node));
  const side = axisAsked(v, axis);
  const shape = withoutSide(v, side);
  if (sideOf(v, side) === DIM_ONE) return { node: v.node, shape };
  const summed = axisOf(v, side);
  const all = v.node.axes.map((_, k) => k);
  const out = all.filter((k) => k !== summed);
  return { node: contract([{ node: v.node, indices: all }], out), shape };
}

/** How many entries are summed. */
function count(v: Value, axis: Options['axis']): Node {
  return multiply((axis === null ? v.node.axes : [sideOf(v, axis)]).map(dimScalar));
}

export const sumOf: FunctionRecord = {
  name: 'sum',
  aliases: [],
  signature: 'sum(A, axis=…)',
  summary: 'the sum of all entries, or along an axis',
  example: { expression: 'sum(sin(A X))', where: 'A: m×n; X: n×k', wrt: 'X' },
  arity: [1, 1],
  axis: true,
  primitives: [],
  build: ([a], o) => sumOver(a as Value, o.axis),
};

export const mean: FunctionRecord = {
  name: 'mean',
  aliases: [],
  signature: 'mean(A, axis=…)',
  summary: 'the mean of all entries, or along an axis',
  example: { expression: 'mean(sin(A X))', where: 'A: m×n; X: n×k', wrt: 'X' },
  arity: [1, 1],
  axis: true,
  primitives: [],
  build: ([a], o) => meanOver(a as Value, o.axis),
};

/** The mean over everything, or over the side that `axis` names. */
export function meanOver(v: Value, axis: Options['axis']): Value {
  const s = sumOver(v, axis);
  return like(s, divide(s.node, count(v, axis)));
}

/** Σ over the side of f(entries), as a value. */
function reduceEntries(
  a: Value,
  options: Options,
  entry: (n: Node) => Node,
  last: (n: Node) => Node,
): Value {
  const s = sumOver(like(a, entry(a.node)), options.axis);
  return like(s, last(s.node));
}

const norm = (
  name: string,
  aliases: readonly string[],
  summary: string,
  entry: (n: Node) => Node,
  last: (n: Node) => Node,
): FunctionRecord => ({
  name,
  aliases,
  signature: `${name}(A)`,
  summary,
  example: { expression: `${name}(A x)`, where: 'A: m×n; x: n', wrt: 'x' },
  arity: [1, 1],
  axis: true,
  primitives: [],
  build: ([a], o) => reduceEntries(a as Value, o, entry, last),
});

const squareOf = (n: Node): Node => power(n, TWO);
const rootOf = (n: Node): Node => power(n, HALF);

export const norm2 = norm(
  'norm',
  ['norm2', 'normF'],
  'the 2-norm of a vector, the Frobenius norm of a matrix, `‖x‖`',
  squareOf,
  rootOf,
);
export const norm1 = norm(
  'norm1',
  [],
  'the sum of absolute values, `‖x‖_1`',
  (n) => apply(abs.leaf, [n]),
  (n) => n,
);

const inner = (a: Value, b: Value): Value => {
  if (isVector(a) && isVector(b) && a.node.axes[0] === b.node.axes[0])
    return scalar(einsum('i,i->', [a.node, b.node]));
  const both = alignValues('take the inner product of', a, b);
  return scalar(total(multiply([both.a.node, both.b.node])));
};

export const dot: FunctionRecord = {
  name: 'dot',
  aliases: ['inner'],
  signature: 'dot(a, b)',
  summary: 'the inner product tr(aᵀb), `⟨a, b⟩`',
  example: { expression: 'dot(A x, b)', where: 'A: m×n; x: n; b: m', wrt: 'x' },
  arity: [2, 2],
  axis: false,
  primitives: [],
  build: ([a, b]) => inner(a as Value, b as Value),
};

export const mse: FunctionRecord = {
  name: 'mse',
  aliases: [],
  signature: 'mse(a, b)',
  summary: 'the mean of the squared differences',
  example: { expression: 'mse(A x, y)', where: 'A: m×n; x: n; y: m', wrt: 'x' },
  arity: [2, 2],
  axis: false,
  primitives: [],
  build: ([a, b]) => {
    const both = alignValues('compare', a as Value, b as Value);
    const squares = total(power(subtract(both.a.node, both.b.node), TWO));
    return scalar(divide(squares, count(both.a, null)));
  },
};

export const crossEntropy: FunctionRecord = {
  name: 'cross_entropy',
  aliases: [],
  signature: 'cross_entropy(Y, P)',
  summary: '−Σ Y ⊙ log P, summed over all entries',
  example: {
    expression: 'cross_entropy(Y, softmax(X W))',
    where: 'Y: m×k simplex; X: m×n; W: n×k',
    wrt: 'W',
  },
  arity: [2, 2],
  axis: false,
  primitives: [],
  build: ([y, p]) => {
    const both = alignValues('compare', y as Value, p as Value);
    return scalar(negate(total(multiply([both.a.node, logOf(both.b.node)]))));
  },
};

export const softmaxCrossEntropy: FunctionRecord = {
  name: 'softmax_cross_entropy',
  aliases: [],
  signature: 'softmax_cross_entropy(Z, Y)',
  summary: '−Σ Y ⊙ log softmax(Z), summed over all entries',
  example: {
    expression: 'softmax_cross_entropy(X W, Y)',
    where: 'Y: m×k simplex; X: m×n; W: n×k',
    wrt: 'W',
  },
  arity: [2, 2],
  axis: false,
  primitives: [],
  build: ([z, y]) => {
    const both = alignValues('compare', z as Value, y as Value);
    return scalar(negate(total(multiply([both.b.node, logSoftmaxNode(both.a.node)]))));
  },
};

export const logRecord: FunctionRecord = {
  ...log,
  build: ([x]) => like(x as Value, logOf((x as Value).node)),
};

const built = (
  name: string,
  aliases: readonly string[],
  signature: string,
  summary: string,
  expression: string,
  where: string,
  make: (dims: readonly Dim[]) => Value,
  most = 8,
): FunctionRecord => ({
  name,
  aliases,
  signature,
  summary,
  example: { expression, where, wrt: 'x' },
  arity: [1, most],
  axis: false,
  primitives: [],
  dimensions: make,
  build: () => {
    throw new OperandError('dimension-wanted', `${name} takes dimensions`, []);
  },
});

const filled = onesValue;

export const onesOf = built(
  'ones',
  [],
  'ones(m, n)',
  'an array of ones: ones(n) is a column',
  'ones(n)ᵀ sin(x)',
  'x: n',
  filled,
);
export const zerosOf = built(
  'zeros',
  [],
  'zeros(m, n)',
  'an array of zeros',
  'zeros(n)ᵀ x + sum(sin(x))',
  'x: n',
  (d) => {
    const v = filled(d);
    return like(v, scale(rational(0), v.node));
  },
);
export const eye = built(
  'eye',
  ['I'],
  'eye(n)',
  'the identity matrix',
  'xᵀ eye(n) x',
  'x: n',
  ([n = DIM_ONE, k = n]) => {
    if (k !== n)
      throw new OperandError('square-wanted', 'an identity matrix is square', [
        { which: 0, text: formatShape([n, k]) },
      ]);
    return n === DIM_ONE ? scalar(ones([])) : { node: delta(n), shape: [n, n] };
  },
  2,
);
