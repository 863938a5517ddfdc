import { apply, contract, multiply, negate, ones, subtract, zeros } from '../expr/build.ts';
import type { Elementwise, Node, Structured } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { tensor } from '../expr/tensor.ts';
import { compareR, isZeroR } from '../shape/rational.ts';
import { abs, relu, step } from './elementwise.ts';
import type { FunctionRecord, Options } from './record.ts';
import { alongAxis, isAlone, reduceRows } from './softmax.ts';
import { inLoops } from './spelling.ts';
import type { Value } from './value.ts';
import { alignValues, isScalar, like, OperandError, repeatTo, scalarArgument } from './value.ts';

/** The larger and the smaller of things: of two entry by entry, of all entries, and between bounds. */

const isZeroLiteral = (x: Node | undefined): boolean => x?.kind === 'literal' && isZeroR(x.value);

/** 1 where a > b, with the axes of whichever has some. */
const exceeds = (a: Node, b: Node): Node => apply(step.leaf, [difference(a, b)]);

function difference(a: Node, b: Node): Node {
  const shape = a.axes.length > 0 ? a.axes : b.axes;
  const whole = (x: Node): Node =>
    x.axes.length === shape.length ? x : repeatTo({ node: x, shape: [] }, shape).node;
  return subtract(whole(a), whole(b));
}

const ofTwo = (
  name: 'max' | 'min',
  law: string,
  value: (a: number, b: number) => number,
  reduce: (a: Node, b: Node) => Node | undefined,
  takes: (mine: Node, other: Node) => Node,
): Elementwise => ({
  mode: 'elementwise',
  name,
  law,
  domain: 'real',
  meets: [[0, 1]],
  spelling: {
    latex: `\\${name}($0, $1)`,
    numpy: `np.${name}imum($0, $1)`,
    matlab: `${name}($0, $1)`,
    julia: `${name}.($0, $1)`,
    c: `${name === 'max' ? 'larger' : 'smaller'}($0, $1)`,
    js: `Math.${name}($0, $1)`,
    onnx: name === 'max' ? 'Max($0, $1)' : 'Min($0, $1)',
  },
  reduce: ([a, b]) => (a && b ? (a === b ? a : reduce(a, b)) : undefined),
  partial: ({ args: [a, b] }, which) =>
    a && b ? (which === 0 ? takes(a, b) : takes(b, a)) : undefined,
  value: ([a = Number.NaN, b = Number.NaN]) => value(a, b),
});

export const maxLeaf = ofTwo(
  'max',
  'd max(a, b) = step(a − b) da + step(b − a) db',
  Math.max,
  (a, b) =>
    isZeroLiteral(a) ? apply(relu.leaf, [b]) : isZeroLiteral(b) ? apply(relu.leaf, [a]) : undefined,
  exceeds,
);

export const minLeaf = ofTwo(
  'min',
  'd min(a, b) = step(b − a) da + step(a − b) db',
  Math.min,
  () => undefined,
  (mine, other) => exceeds(other, mine),
);

/** min(max(x, a), b) for bounds that are known to be in order. */
const clipLeaf: Elementwise = {
  mode: 'elementwise',
  name: 'clip',
  law: 'd clip(x, a, b) = dx between the bounds',
  domain: 'real',
  meets: [
    [0, 1],
    [0, 2],
  ],
  spelling: {
    latex: '\\operatorname{clip}($0, $1, $2)',
    numpy: 'np.clip($0, $1, $2)',
    matlab: 'min(max($0, $1), $2)',
    julia: 'clamp.($0, $1, $2)',
    ...inLoops('clip($0, $1, $2)'),
    onnx: 'Min(Max($0, $1), $2)',
  },
  partial: ({ args: [x, a, b] }, which) => {
    if (!x || !a || !b) return undefined;
    if (which === 0) return multiply([exceeds(x, a), exceeds(b, x)]);
    return which === 1 ? exceeds(a, x) : exceeds(x, b);
  },
  value: ([x = Number.NaN, a = Number.NaN, b = Number.NaN]) => Math.min(Math.max(x, a), b),
};

/** x between a and b, for a ≤ b. */
export const clipNode = (x: Node, a: Node, b: Node): Node => apply(clipLeaf, [x, a, b]);

export const clip: FunctionRecord = {
  name: 'clip',
  aliases: [],
  signature: 'clip(x, a, b)',
  summary: 'x between a and b, and the nearer of these beyond, entry by entry: min(max(x, a), b)',
  example: { expression: 'sum(clip(A x, -1/2, 1))', where: 'A: m×n; x: n', wrt: 'x' },
  arity: [3, 3],
  axis: false,
  primitives: [clipLeaf],
  build: ([x, low, high]) => {
    const v = x as Value;
    const a = scalarArgument('clip', low as Value, 1);
    const b = scalarArgument('clip', high as Value, 2);
    if (a.kind !== 'literal' || b.kind !== 'literal')
      return like(v, apply(minLeaf, [apply(maxLeaf, [v.node, a]), b]));
    if (compareR(a.value, b.value) >= 0)
      throw new OperandError('bounds-crossed', 'the lower bound is not below the upper one', [
        { which: 1, text: 'lower' },
        { which: 2, text: 'upper' },
      ]);
    return like(v, clipNode(v.node, a, b));
  },
};

/** Where the first largest entry of each row stands. */
function places(x: Tensor | undefined): number[] {
  if (!x) return [];
  const n = x.dims[x.dims.length - 1] ?? 1;
  return Array.from({ length: x.data.length / n }, (_, r) => {
    const row = x.data.subarray(r * n, (r + 1) * n);
    let best = 0;
    for (let i = 1; i < n; i++) if ((row[i] as number) > (row[best] as number)) best = i;
    return best;
  });
}

/** 1 at the largest entry of a row, 0 elsewhere: to max what softmax is to logsumexp. */
export const hardmaxLeaf: Structured = {
  mode: 'structured',
  name: 'hardmax',
  law: 'hardmax is constant while the largest entry stays in its place',
  domain: 'real',
  rowwise: true,
  sumsToOne: true,
  range: 'nonnegative',
  spelling: {
    latex: '\\operatorname{hardmax}($0)',
    numpy: 'hardmax($0)',
    matlab: 'hardmax($0, $dim)',
    julia: 'hardmax($0)',
    ...inLoops('hardmax($0, $0.rows, $0.columns, $out)'),
    onnx: 'hardmax($0)',
  },
  axes: ([x]) => x?.axes ?? [],
  adjoint: (node) => zeros(node.axes),
  piece: ([x]) => places(x),
  value: ([x]) => {
    const out = tensor(x?.dims ?? []);
    const n = out.dims[out.dims.length - 1] ?? 1;
    places(x).forEach((i, r) => {
      out.data[r * n + i] = 1;
    });
    return out;
  },
};

/** The largest entry of each row. */
export const rowMaxLeaf: Structured = {
  mode: 'structured',
  name: 'max',
  law: 'd max(x) = hardmax(x)ᵀ dx',
  domain: 'real',
  rowwise: true,
  spelling: {
    latex: '\\max($0)',
    numpy: 'np.max($0, axis=-1)',
    matlab: 'max($0, [], $dim)',
    julia: 'row_maximum($0)',
    ...inLoops('row_max($0, $0.rows, $0.columns, $out)'),
    onnx: 'rowmax($0)',
  },
  axes: ([x]) => x?.axes.slice(0, -1) ?? [],
  adjoint: (node, g) => {
    const h = apply(hardmaxLeaf, node.args);
    const out = h.axes.map((_, i) => i);
    return contract(
      [
        { node: g, indices: out.slice(0, -1) },
        { node: h, indices: out },
      ],
      out,
    );
  },
  piece: ([x]) => places(x),
  value: ([x]) => {
    const n = x?.dims[x.dims.length - 1] ?? 1;
    const data = places(x).map((i, r) => x?.data[r * n + i] ?? Number.NaN);
    return tensor(x?.dims.slice(0, -1) ?? [], Float64Array.from(data));
  },
};

/** The largest of all entries, or along an axis. */
export const largest = (name: string, v: Value, o: Options): Value =>
  isScalar(v) ? v : reduceRows(name, rowMaxLeaf, v, o);

/** Of one array, or of two entry by entry. */
const extremum = (
  name: 'max' | 'min',
  word: string,
  leaf: Elementwise,
  one: (v: Value, o: Options) => Value,
): FunctionRecord => ({
  name,
  aliases: [`${name}imum`],
  signature: `${name}(a, b)`,
  summary: `the ${word} of two, entry by entry${name === 'max' ? '; `max(0, x)` is relu' : ''}; ${name}(A, axis=…): of all entries, or along an axis`,
  example: {
    expression: `sum(${name}(A x, b)) + ${name}(x)`,
    where: 'A: m×n; x: n; b: m',
    wrt: 'x',
  },
  arity: [1, 2],
  axis: true,
  primitives: [leaf],
  build: ([a, b], o) => {
    const v = a as Value;
    if (!b) return one(v, o);
    if (o.axis !== null)
      throw new OperandError('unknown-option', `${name} of two arrays has no axis`, []);
    // a number stays one
    if (isScalar(v)) return like(b, apply(leaf, [v.node, b.node]));
    if (isScalar(b)) return like(v, apply(leaf, [v.node, b.node]));
    const both = alignValues(`take the ${name}imum of`, v, b);
    return like(both.a, apply(leaf, [both.a.node, both.b.node]));
  },
});

export const max = extremum('max', 'larger', maxLeaf, (v, o) => largest('max', v, o));

export const min = extremum('min', 'smaller', minLeaf, (v, o) => {
  const most = largest('min', like(v, negate(v.node)), o);
  return like(most, negate(most.node));
});

export const hardmax: FunctionRecord = {
  name: 'hardmax',
  aliases: [],
  signature: 'hardmax(x, axis=1)',
  summary: '1 at the largest entry and 0 elsewhere: of a vector whole, of a matrix row by row',
  example: { expression: 'xᵀ hardmax(x)', where: 'x: n', wrt: 'x' },
  arity: [1, 1],
  axis: true,
  primitives: [hardmaxLeaf],
  build: ([x], o) => {
    const v = x as Value;
    if (isAlone(v, o)) return like(v, ones(v.node.axes));
    return like(
      v,
      alongAxis('hardmax', v, o, (z) => apply(hardmaxLeaf, [z])),
    );
  },
};

export const norminf: FunctionRecord = {
  name: 'norminf',
  aliases: [],
  signature: 'norminf(A, axis=…)',
  summary: 'the largest absolute value, `‖x‖_∞`',
  example: { expression: 'norminf(A x)', where: 'A: m×n; x: n', wrt: 'x' },
  arity: [1, 1],
  axis: true,
  primitives: [],
  build: ([a], o) => {
    const v = a as Value;
    return largest('norminf', like(v, apply(abs.leaf, [v.node])), o);
  },
};
