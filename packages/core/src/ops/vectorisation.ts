import { apply, contract, delta, ones, transpose, zeros } from '../expr/build.ts';
import type { Node, Structured } from '../expr/node.ts';
import { tensor } from '../expr/tensor.ts';
import type { Dim } from '../shape/dim.ts';
import { addDim, DIM_ONE, halfDim, mulDim } from '../shape/dim.ts';
import { axesOf, formatShape } from '../shape/shape.ts';
import { square } from './matrix.ts';
import type { FunctionRecord } from './record.ts';
import { reshaped, reshapeLeaf } from './reshape.ts';
import { inLoops } from './spelling.ts';
import type { Value } from './value.ts';
import {
  colsOf,
  isScalar,
  matrixArgument,
  OperandError,
  rowsOf,
  shapeOf,
  timesValue,
  transposeValue,
} from './value.ts';

/** Matrices as long vectors, and the product that goes with it: vec(A X B) = kron(Bᵀ, A) vec(X). */

export const vec: FunctionRecord = {
  name: 'vec',
  aliases: [],
  signature: 'vec(A)',
  summary: 'the columns of a matrix one below the other, as one vector',
  example: { expression: '‖K vec(X)‖²', where: 'X: m×n; K: k×(m*n)', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [reshapeLeaf],
  build: ([a]) => {
    const v = a as Value;
    if (v.node.axes.length === 2) {
      const length = v.node.axes.reduce(mulDim, DIM_ONE);
      return { node: reshaped(transpose(v.node), [length]), shape: [length] };
    }
    if (v.shape.length > 2) matrixArgument('vec', v);
    return rowsOf(v) === DIM_ONE ? transposeValue(v) : v;
  },
};

export const unvec: FunctionRecord = {
  name: 'unvec',
  aliases: [],
  signature: 'unvec(x, m, n)',
  summary: 'the m×n matrix with vec(A) = x',
  example: { expression: '‖A unvec(x, m, n)‖²', where: 'x: m*n; A: k×m', wrt: 'x' },
  arity: [3, 3],
  dimensionsFrom: 1,
  axis: false,
  primitives: [],
  build: ([a], { dims: [m = DIM_ONE, n = DIM_ONE] = [] }) => {
    const v = a as Value;
    const length = mulDim(m, n);
    if (rowsOf(v) !== length || colsOf(v) !== DIM_ONE)
      throw new OperandError(
        'shape-mismatch',
        `unvec makes ${formatShape([m, n])} of ${formatShape([length])}`,
        [{ which: 0, text: formatShape(v.shape) }],
        { equate: [[rowsOf(v), length]] },
      );
    if (m === DIM_ONE || n === DIM_ONE) return { node: v.node, shape: shapeOf(m, n) };
    return { node: transpose(reshaped(v.node, [n, m])), shape: [m, n] };
  },
};

export const kron: FunctionRecord = {
  name: 'kron',
  aliases: [],
  signature: 'kron(A, B)',
  summary: 'the Kronecker product: the blocks aᵢⱼ B',
  example: { expression: 'tr(C kron(A, X))', where: 'A: m×n; X: p×q; C: (n*q)×(m*p)', wrt: 'X' },
  arity: [2, 2],
  axis: false,
  primitives: [],
  build: ([x, y]) => {
    const [a, b] = [x as Value, y as Value];
    if (isScalar(a) || isScalar(b)) return timesValue(a, b);
    if (a.shape.length > 2 || b.shape.length > 2)
      matrixArgument('kron', a.shape.length > 2 ? a : b, a.shape.length > 2 ? 0 : 1);
    const sides = [rowsOf(a), rowsOf(b), colsOf(a), colsOf(b)];
    const [ra = DIM_ONE, rb = DIM_ONE, ca = DIM_ONE, cb = DIM_ONE] = sides;
    // sides of one have no axis
    const present = [0, 1, 2, 3].filter((k) => sides[k] !== DIM_ONE);
    const outer = contract(
      [
        { node: a.node, indices: present.filter((k) => k % 2 === 0) },
        { node: b.node, indices: present.filter((k) => k % 2 === 1) },
      ],
      present,
    );
    const shape = shapeOf(mulDim(ra, rb), mulDim(ca, cb));
    return { node: reshaped(outer, axesOf(shape)), shape };
  },
};

/** The entries on and below the diagonal of square matrices on the last two axes, column by column: n(n+1)/2 of each. */
const vechLeaf: Structured = {
  mode: 'structured',
  name: 'vech',
  law: 'd vech(X) = vech(dX)',
  domain: 'real',
  linear: true,
  spelling: {
    latex: '\\operatorname{vech}($0)',
    numpy: 'vech($0)',
    onnx: 'vech($0)',
    julia: 'vech($0)',
    matlab: 'vech($0, $dim)',
    ...inLoops('vech($0, $0.rows / $0.columns, $0.columns, $out)'),
  },
  axes: ([x]) => [...(x?.axes.slice(0, -2) ?? []), triangular(x?.axes.at(-1) ?? DIM_ONE)],
  matrixOf: ({ args: [x] }) => (x?.axes.length === 2 ? entries(x.axes) : undefined),
  adjoint: ({ args: [x] }, g) => apply(lowerLeaf, [g, ones(x?.axes ?? [])]),
  value: ([x]) => {
    const n = x?.dims.at(-1) ?? 1;
    const kept = places(n);
    const data =
      (x?.data ?? []).length === 0 ? [] : Array.from({ length: (x?.data.length ?? 0) / (n * n) });
    return tensor(
      [...(x?.dims.slice(0, -2) ?? []), kept.length],
      Float64Array.from(
        data.flatMap((_, b) => kept.map((k) => x?.data[b * n * n + k] ?? Number.NaN)),
      ),
    );
  },
};

/** vech(eᵢeⱼᵀ) for all i, j. */
function entries([n = DIM_ONE]: readonly Dim[]): Node {
  const units = contract(
    [
      { node: delta(n), indices: [0, 2] },
      { node: delta(n), indices: [1, 3] },
    ],
    [0, 1, 2, 3],
  );
  return apply(vechLeaf, [units]);
}

/** The lower triangular matrix with these entries; the second argument, an array of ones, has its shape. */
const lowerLeaf: Structured = {
  mode: 'structured',
  name: 'unvech',
  law: 'd unvech(x) = unvech(dx)',
  domain: 'real',
  linear: true,
  spelling: {
    latex: '\\operatorname{unvech}($0)',
    numpy: 'unvech($0, $rows)',
    onnx: 'unvech($0)',
    julia: 'unvech($0, $sides)',
    matlab: 'unvech($0, $sides)',
    ...inLoops('unvech($0, $out.columns, $out)'),
  },
  asCall: ({ args: [x], axes: [n = DIM_ONE] }) => ({
    name: 'unvech',
    args: [...(x ? [x] : []), n],
    turned: false,
  }),
  axes: ([, shape]) => shape?.axes ?? [],
  matrixOf: ({ axes }, which) =>
    which === 0 ? contract([{ node: entries(axes), indices: [1, 2, 0] }], [0, 1, 2]) : undefined,
  adjoint: ({ args: [, shape] }, g, which) =>
    which === 0 ? apply(vechLeaf, [g]) : zeros(shape?.axes ?? []),
  value: ([x, shape]) => {
    const out = tensor(shape?.dims ?? []);
    places(out.dims[0] ?? 1).forEach((k, i) => {
      out.data[k] = x?.data[i] ?? Number.NaN;
    });
    return out;
  },
};

/** n(n+1)/2 */
const triangular = (n: Dim): Dim => halfDim(mulDim(n, addDim(n, DIM_ONE)));

/** Where the entries of a lower triangle are, column by column. */
const places = (n: number): number[] =>
  Array.from({ length: n }, (_, j) =>
    Array.from({ length: n - j }, (_x, k) => (j + k) * n + j),
  ).flat();

export const vech: FunctionRecord = {
  name: 'vech',
  aliases: [],
  signature: 'vech(A)',
  summary:
    'the entries of a square matrix on and below its diagonal, column by column, as one vector',
  example: { expression: '‖vech(A X)‖²', where: 'A: n×n; X: n×n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [vechLeaf],
  build: ([a]) => {
    const v = a as Value;
    const tensor_ = v.shape.length > 2 && v.shape.at(-1) === v.shape.at(-2);
    if (!tensor_) square('vech', v);
    if (v.shape.length === 0) return v;
    const node = apply(vechLeaf, [v.node]);
    return { node, shape: node.axes };
  },
};

export const unvech: FunctionRecord = {
  name: 'unvech',
  aliases: [],
  signature: 'unvech(x, n)',
  summary: 'the lower triangular n×n matrix L with vech(L) = x',
  example: { expression: '‖unvech(vech(A) ⊙ vech(X), n) b‖²', where: 'A, X: n×n; b: n', wrt: 'X' },
  arity: [2, 2],
  dimensionsFrom: 1,
  axis: false,
  primitives: [lowerLeaf],
  build: ([a], { dims: [n = DIM_ONE] = [] }) => {
    const v = a as Value;
    const length = triangular(n);
    if (rowsOf(v) !== length || colsOf(v) !== DIM_ONE)
      throw new OperandError(
        'shape-mismatch',
        `unvech makes ${formatShape([n, n])} of ${formatShape([length])}`,
        [{ which: 0, text: formatShape(v.shape) }],
        { equate: [[rowsOf(v), length]] },
      );
    if (n === DIM_ONE) return v;
    return { node: apply(lowerLeaf, [v.node, ones([n, n])]), shape: [n, n] };
  },
};
