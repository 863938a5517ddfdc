import { apply, contract, multiply, negate, ones, subtract, sum, zeros } from '../expr/build.ts';
import type { Contract, Node, Structured } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { tensor } from '../expr/tensor.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { eqR, isOneR, MINUS_ONE, ONE } from '../shape/rational.ts';
import { exp, log, sigmoid, softplus } from './elementwise.ts';
import type { FunctionRecord, Options } from './record.ts';
import { inLoops } from './spelling.ts';
import type { Value } from './value.ts';
import {
  axisAsked,
  axisOf,
  isScalar,
  like,
  OperandError,
  scalar,
  sideOf,
  withoutSide,
} from './value.ts';

/** Σ over the last axis of a ⊙ b, repeated along it. */
function rowInner(a: Node, b: Node): Node {
  const out = a.axes.map((_, i) => i);
  const last = out.length - 1;
  const summed = out.map((i) => (i === last ? out.length : i));
  const extents = new Map(a.axes.map((d, i) => [i, d]));
  return contract(
    [
      { node: a, indices: summed },
      { node: b, indices: summed },
    ],
    out,
    extents,
  );
}

/** Runs f over the contiguous rows of a tensor. */
function eachRow(x: Tensor, f: (row: Float64Array, at: number) => void): void {
  const n = x.dims[x.dims.length - 1] ?? 1;
  for (let at = 0; at < x.data.length; at += n) f(x.data.subarray(at, at + n), at / n);
}

function logSumExp(row: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const v of row) if (v > top || Number.isNaN(v)) top = v;
  let total = 0;
  for (const v of row) total += Math.exp(v - top);
  return top + Math.log(total);
}

/** softmax over the last axis: s = exp(z)/Σexp(z). Its Jacobian is diag(s) − ssᵀ, not diagonal. */
export const softmaxLeaf: Structured = {
  mode: 'structured',
  name: 'softmax',
  law: 'd softmax(z) = (diag(s) − ssᵀ) dz with s = softmax(z)',
  domain: 'real',
  rowwise: true,
  selfAdjoint: true,
  sumsToOne: true,
  range: 'positive',
  spelling: {
    latex: '\\operatorname{softmax}($0)',
    numpy: 'softmax($0)',
    matlab: 'softmax($0, $dim)',
    julia: 'softmax($0)',
    ...inLoops('softmax($here, $0.rows, $0.columns)'),
    onnx: 'softmax($0)',
  },
  axes: ([z]) => z?.axes ?? [],
  adjoint: (node, g) => multiply([node, subtract(g, rowInner(g, node))]),
  value: ([z]) => {
    const out = tensor(z?.dims ?? []);
    if (z)
      eachRow(z, (row, r) => {
        const l = logSumExp(row);
        for (let i = 0; i < row.length; i++)
          out.data[r * row.length + i] = Math.exp((row[i] ?? 0) - l);
      });
    return out;
  },
  asScalar: (node) => ({
    derivative: multiply([node, subtract(ones(node.axes), node)]),
    because:
      'softmax divides every entry by the sum over its row, so each output depends on all inputs of the row: its Jacobian diag(s) − ssᵀ is not diagonal, and s(1 − s) is only its diagonal',
  }),
};

/** log Σ exp over the last axis. */
export const logsumexpLeaf: Structured = {
  mode: 'structured',
  name: 'logsumexp',
  law: 'd logsumexp(z) = softmax(z)ᵀ dz',
  domain: 'real',
  rowwise: true,
  spelling: {
    latex: '\\operatorname{logsumexp}($0)',
    numpy: 'logsumexp($0)',
    matlab: 'logsumexp($0, $dim)',
    julia: 'logsumexp($0)',
    ...inLoops('logsumexp($0, $0.rows, $0.columns, $out)'),
    onnx: 'logsumexp($0)',
  },
  axes: ([z]) => z?.axes.slice(0, -1) ?? [],
  adjoint: (node, g) => {
    const s = apply(softmaxLeaf, node.args);
    const out = s.axes.map((_, i) => i);
    return contract(
      [
        { node: g, indices: out.slice(0, -1) },
        { node: s, indices: out },
      ],
      out,
    );
  },
  value: ([z]) => {
    const out = tensor(z?.dims.slice(0, -1) ?? []);
    if (z)
      eachRow(z, (row, r) => {
        out.data[r] = logSumExp(row);
      });
    return out;
  },
  asScalar: (node) => ({
    derivative: node.args[0] ? apply(softmaxLeaf, node.args) : undefined,
    because:
      'as scalars log(exp(z)) = z has the derivative 1; with several entries exp(z) is divided by the sum of all of them',
  }),
};

/** Repeats along a new last axis. */
function alongRows(node: Node, z: Node): Node {
  const out = z.axes.map((_, i) => i);
  return contract(
    [{ node, indices: out.slice(0, -1) }],
    out,
    new Map(z.axes.map((d, i) => [i, d])),
  );
}

/** log softmax(z) = z − logsumexp(z): never the logarithm of a rounded zero. */
export const logSoftmaxNode = (z: Node): Node =>
  subtract(z, alongRows(apply(logsumexpLeaf, [z]), z));

/** The logarithm of what is positive by its form, without overflow on the way: of exponentials, and of sums and ratios of them. */
function steadyLog(x: Node): Node | undefined {
  if (x.kind === 'sum') {
    const [one, other, ...more] = x.terms;
    if (!one || !other || more.length > 0 || one.node !== ones(x.axes)) return undefined;
    if (!isOneR(one.coefficient) || !isOneR(other.coefficient)) return undefined;
    // log(1 + y) = softplus(log y)
    const z = steadyLog(other.node);
    return z && apply(softplus.leaf, [z]);
  }
  if (x.kind === 'contract') return logOfSum(x);
  const [z] = x.kind === 'apply' ? x.args : [];
  if (x.kind !== 'apply' || !z) return undefined;
  if (x.op === exp.leaf) return z;
  if (x.op === softmaxLeaf) return logSoftmaxNode(z);
  return x.op === sigmoid.leaf ? negate(apply(softplus.leaf, [negate(z)])) : undefined;
}

/** log Σ exp(z), over one axis or over all. */
function logOfSum(x: Contract): Node | undefined {
  const [o, ...more] = x.operands;
  if (!o || more.length > 0 || !isOneR(o.exponent) || o.node.kind !== 'apply') return undefined;
  const [z] = o.node.args;
  if (o.node.op !== exp.leaf || !z || new Set(o.indices).size < o.indices.length) return undefined;
  const summed = o.indices.filter((ix) => ix >= x.axes.length);
  const out = x.axes.map((_, ix) => ix);
  const present = out.filter((ix) => o.indices.includes(ix));
  if (summed.length === 0 || (present.length > 0 && summed.length > 1)) return undefined;
  // the summed axes last, the others in the order of the result
  const order = [...present, ...summed];
  let made = contract([{ node: z, indices: o.indices }], order);
  for (const _ of summed) made = apply(logsumexpLeaf, [made]);
  return contract([{ node: made, indices: present }], out, new Map(x.axes.map((d, ix) => [ix, d])));
}

/** log Π fᵢᵏ: the factors whose logarithm is steady by themselves. */
function logOfProduct(x: Contract): Node | undefined {
  if (x.extents.length > x.axes.length) return undefined;
  const known = x.operands.map((o) => steadyLog(o.node));
  const rest = x.operands.filter((_, k) => known[k] === undefined);
  if (rest.length === x.operands.length) return undefined;
  const out = x.axes.map((_, ix) => ix);
  const extents = new Map(x.extents.map((d, ix) => [ix, d]));
  const terms = x.operands.flatMap((o, k) => {
    const node = known[k];
    const placed = node && contract([{ node, indices: o.indices }], out, extents);
    return placed ? [{ coefficient: o.exponent, node: placed }] : [];
  });
  const others =
    rest.length > 0 ? [{ coefficient: ONE, node: logOf(contract(rest, out, extents)) }] : [];
  return sum([...terms, ...others], x.axes);
}

/** The laws of log that keep sums of exponentials in range; called by the simplifier and by `log` of the language. */
export function logOf(x: Node): Node {
  const steady = steadyLog(x) ?? (x.kind === 'contract' ? logOfProduct(x) : undefined);
  if (steady) return steady;
  const other = subtract(ones(x.axes), x);
  if (other.kind === 'apply' && other.op === sigmoid.leaf && other.args[0])
    return negate(apply(softplus.leaf, [other.args[0]]));
  // 1 − 1/(1 + y) = y/(1 + y)
  const [below, ...more] = other.kind === 'contract' ? other.operands : [];
  const log_ = below && more.length === 0 ? steadyLog(below.node) : undefined;
  if (log_ && below && eqR(below.exponent, MINUS_ONE) && below.indices.length === x.axes.length)
    if (
      log_.kind === 'apply' &&
      log_.op === softplus.leaf &&
      log_.args[0] &&
      below.indices.every((ix, k) => ix === k)
    )
      return negate(apply(softplus.leaf, [negate(log_.args[0])]));
  return apply(log.leaf, [x]);
}

/** Applies a function of rows along the axis asked for: a vector whole, along the last axis of a matrix unless told otherwise. */
export function alongAxis(name: string, x: Value, { axis }: Options, f: (z: Node) => Node): Node {
  if (isScalar(x)) {
    throw new OperandError(
      'vector-wanted',
      `${name} needs a vector or a matrix, and this is a scalar`,
      [{ which: 0, text: 'scalar' }],
    );
  }
  const last = x.node.axes.length - 1;
  const at = axis === null ? last : axisOf(x, axisAsked(x, axis));
  if (at === last) return f(x.node);
  const all = x.node.axes.map((_, k) => k);
  const moved = [...all.filter((k) => k !== at), at];
  const z = f(contract([{ node: x.node, indices: all }], moved));
  return z.axes.length <= last ? z : contract([{ node: z, indices: moved }], all);
}

/** Whether the axis asked for is a side of one: the rows of a column, the columns of a row. */
export const isAlone = (x: Value, { axis }: Options): boolean =>
  !isScalar(x) && axis !== null && sideOf(x, axisAsked(x, axis)) === DIM_ONE;

/** A function that gives a number for each row, along an axis or over all entries, of which it is then taken again and again. */
export function reduceRows(name: string, leaf: Structured, x: Value, o: Options): Value {
  if (o.axis !== null && !isScalar(x)) {
    const shape = withoutSide(x, axisAsked(x, o.axis));
    return isAlone(x, o)
      ? { node: x.node, shape }
      : { node: alongAxis(name, x, o, (z) => apply(leaf, [z])), shape };
  }
  let whole = alongAxis(name, x, o, (z) => apply(leaf, [z]));
  while (whole.axes.length > 0) whole = apply(leaf, [whole]);
  return scalar(whole);
}

export const softmax: FunctionRecord = {
  name: 'softmax',
  aliases: [],
  signature: 'softmax(x, axis=1)',
  summary: 'exp(x) over its sum: of a vector whole, of a matrix row by row',
  example: { expression: 'aᵀ softmax(X) b', where: 'X: m×n; a: m; b: n', wrt: 'X' },
  arity: [1, 1],
  axis: true,
  primitives: [softmaxLeaf],
  build: ([arg], o) => {
    const x = arg as Value;
    if (isAlone(x, o)) return like(x, ones(x.node.axes));
    return like(
      x,
      alongAxis('softmax', x, o, (z) => apply(softmaxLeaf, [z])),
    );
  },
};

export const logSoftmax: FunctionRecord = {
  name: 'log_softmax',
  aliases: [],
  signature: 'log_softmax(x, axis=1)',
  summary: 'log(softmax(x)) without overflow',
  example: { expression: 'aᵀ log_softmax(X) b', where: 'X: m×n; a: m; b: n', wrt: 'X' },
  arity: [1, 1],
  axis: true,
  primitives: [],
  build: ([arg], o) => {
    const x = arg as Value;
    if (isAlone(x, o)) return like(x, zeros(x.node.axes));
    return like(x, alongAxis('log_softmax', x, o, logSoftmaxNode));
  },
};

export const logsumexp: FunctionRecord = {
  name: 'logsumexp',
  aliases: [],
  signature: 'logsumexp(x, axis=…)',
  summary: 'log(sum(exp(x))) without overflow: of all entries, or along an axis',
  example: { expression: 'logsumexp(A x)', where: 'A: m×n; x: n', wrt: 'x' },
  arity: [1, 1],
  axis: true,
  primitives: [logsumexpLeaf],
  build: ([x], o) => reduceRows('logsumexp', logsumexpLeaf, x as Value, o),
};
