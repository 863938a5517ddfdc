import type { Apply, Node } from '../../expr/node.ts';
import type { Dim } from '../../shape/dim.ts';
import { polygamma } from './functions.ts';
import type { Value } from './graph.ts';
import {
  along,
  cholesky,
  determinant,
  exponential,
  logarithm,
  logDeterminant,
  polarFactor,
  pseudoInverse,
  solve,
  squareRoot,
} from './linear.ts';
import type { Operators } from './operators.ts';

/** What a function of arrays is told besides its arguments: which they are in the formula, and the length of a side. */
export interface Surroundings {
  readonly o: Operators;
  readonly node: Apply;
  readonly dim: (d: Dim) => Value;
}

type Helper = (args: readonly Value[], at: Surroundings) => Value;

const first =
  (f: (o: Operators, x: Value) => Value): Helper =>
  ([x], { o }) =>
    f(o, x as Value);

const lastAxis = (v: Value): readonly number[] => [v.rank - 1];

/** 1 at the first largest entry along the last axis. */
const hardmax: Helper = ([x], { o }) => {
  const v = x as Value;
  const places = o.operation('ArgMax', [v], { type: 'int', rank: v.rank }, [['axis', -1]]);
  return o.asReal(o.equal(o.range(o.side(v, v.rank - 1)), places));
};

/** 1 at a place counted from one. Written into zeros, so that a place that does not exist is an error when the model runs. */
const unit: Helper = ([place], { o, node, dim }) => {
  const zeros = o.expand(o.real(0), o.shape(node.axes.map(dim)), 1);
  const at = o.unsqueeze(o.sub(o.asInt(place as Value), o.int(1)), [0]);
  return o.operation('ScatterElements', [zeros, at, o.unsqueeze(o.real(1), [0])], zeros);
};

const shapeOf = (o: Operators, dim: Surroundings['dim'], axes: readonly Dim[]): Value =>
  o.shape(axes.map(dim));

const reshape: Helper = ([x], { o, node, dim }) =>
  o.reshape(x as Value, shapeOf(o, dim, node.axes), node.axes.length);

/** Which entries of an n×n matrix, row by row, are on or above the diagonal. */
function upper(o: Operators, n: Value): Value {
  const places = o.range(n);
  const isUpper = o.less(o.column(places), o.add(places, o.int(1)));
  return o.reshape(isUpper, o.ints([-1]), 1);
}

/** The lower triangle column by column is the upper one of the transpose, row by row. */
const vech: Helper = ([x], { o, node, dim }) => {
  const v = x as Value;
  const last = v.rank - 1;
  const n = o.side(v, last);
  const order = Array.from({ length: v.rank }, (_, k) => k);
  const turned = o.permute(v, [...order.slice(0, -2), last, last - 1]);
  const sides = node.axes.slice(0, -1).map(dim);
  const flat = o.reshape(turned, o.shape([...sides, o.int(-1)]), last);
  return o.operation('Compress', [flat, upper(o, n)], flat, [['axis', last - 1]]);
};

const unvech: Helper = ([x], { o, node, dim }) => {
  const n = dim(node.axes[0] as Dim);
  const length = o.mul(n, n);
  const places = o.range(length);
  const kept = o.operation('Compress', [places, upper(o, n)], places, [['axis', 0]]);
  const zeros = o.expand(o.real(0), o.shape([length]), 1);
  const flat = o.operation('ScatterElements', [zeros, kept, x as Value], zeros);
  return o.transpose(o.reshape(flat, o.shape([n, n]), 2));
};

/** Arrays along the last axis; what lacks it is one entry wide. */
const hcat: Helper = (args, { o, node }) => {
  const rank = node.axes.length;
  const pieces = args.slice(1).map((p) => (p.rank === rank ? p : o.unsqueeze(p, [rank - 1])));
  return o.concat(pieces, rank - 1);
};

/** Entries along the last axis, after as many as the ones of the second argument. */
const columns: Helper = ([whole], { o, node, dim }) => {
  const [, before, like] = node.args;
  const v = whole as Value;
  const from = lengthOf(before, o, dim);
  if (node.axes.length < v.rank) return o.gather(v, from, v.rank - 1);
  const width = lengthOf(like, o, dim);
  return o.slice(v, from, o.add(from, width), v.rank - 1);
};

function lengthOf(n: Node | undefined, o: Operators, dim: Surroundings['dim']): Value {
  const d = n?.axes.at(-1);
  return d ? dim(d) : o.int(0);
}

const triangle =
  (upper: number): Helper =>
  ([x], { o }) =>
    o.operation('Trilu', [x as Value], x as Value, [['upper', upper]]);

/** Functions of arrays, by the name in a record's spelling. */
export const ARRAYS: Readonly<Record<string, Helper>> = {
  softmax: ([x], { o }) => o.operation('Softmax', [x as Value], x as Value, [['axis', -1]]),
  logsumexp: ([x], { o }) => o.reduce('ReduceLogSumExp', x as Value, lastAxis(x as Value)),
  rowmax: ([x], { o }) => o.reduce('ReduceMax', x as Value, lastAxis(x as Value)),
  hardmax,
  unit,
  reshape,
  vech,
  unvech,
  hcat,
  columns,
  tril: triangle(0),
  triu: triangle(1),
  polygamma: ([x], { o, node }) =>
    polygamma(o, x as Value, (node.op.mode === 'elementwise' && node.op.primes) || 0),
  inv: first((o, a) => solve(o, a)),
  det: first(determinant),
  logdet: first(logDeterminant),
  cholesky: first(cholesky),
  pinv: first(pseudoInverse),
  polar: first(polarFactor),
  nuclear_norm: first((o, a) => o.total(o.mul(polarFactor(o, a), a))),
  expm: (args, { o }) => along(o, exponential, args),
  sqrtm: (args, { o }) => along(o, squareRoot, args),
  logm: (args, { o }) => along(o, logarithm, args),
};
