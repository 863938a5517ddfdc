import { apply, einsum, multiply, ones, zeros } from '../expr/build.ts';
import type { Structured } from '../expr/node.ts';
import { tensor } from '../expr/tensor.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE, divDim, mulDim } from '../shape/dim.ts';
import { formatShape } from '../shape/shape.ts';
import type { FunctionRecord } from './record.ts';
import type { Value } from './value.ts';
import {
  colsOf,
  isScalar,
  like,
  matrixArgument,
  OperandError,
  rowsOf,
  shapeOf,
  timesValue,
  transposeValue,
} from './value.ts';

/** Matrices as long vectors, and the product that goes with it: vec(A X B) = kron(Bᵀ, A) vec(X). */

const product = (axes: readonly Dim[]): Dim => axes.reduce(mulDim, DIM_ONE);

/** The columns of a matrix, one below the other. */
const vecLeaf: Structured = {
  mode: 'structured',
  name: 'vec',
  law: 'd vec(X) = vec(dX)',
  domain: 'real',
  linear: true,
  spelling: { latex: '\\operatorname{vec}($0)', numpy: '$0.flatten("F")' },
  reduce: ([x]) => (x?.kind === 'apply' && x.op === unvecLeaf ? x.args[0] : undefined),
  axes: ([x]) => [product(x?.axes ?? [])],
  adjoint: ({ args: [x] }, g) => apply(unvecLeaf, [g, ones(x?.axes ?? [])]),
  value: ([x]) => {
    const [m = 1, n = 1] = x?.dims ?? [];
    const data = x?.data.map((_, k) => x.data[(k % m) * n + Math.floor(k / m)] as number);
    return tensor([m * n], data);
  },
};

/** The inverse of vec; the second argument, an array of ones, has the shape of the result. */
const unvecLeaf: Structured = {
  mode: 'structured',
  name: 'unvec',
  law: 'd unvec(x) = unvec(dx)',
  domain: 'real',
  linear: true,
  spelling: {
    latex: '\\operatorname{unvec}($0)',
    numpy: '$0.reshape(($rows, $columns), order="F").copy()',
  },
  asCall: ({ args: [x], axes }) => ({
    name: 'unvec',
    args: [...(x ? [x] : []), ...axes],
    turned: false,
  }),
  reduce: ([x, shape]) => {
    const inner = x?.kind === 'apply' && x.op === vecLeaf ? x.args[0] : undefined;
    return inner?.axes.every((d, i) => d === shape?.axes[i]) ? inner : undefined;
  },
  axes: ([, shape]) => shape?.axes ?? [],
  adjoint: ({ args: [, shape] }, g, which) =>
    which === 0 ? apply(vecLeaf, [g]) : zeros(shape?.axes ?? []),
  value: ([x, shape]) => {
    const [m = 1, n = 1] = shape?.dims ?? [];
    const out = tensor([m, n]);
    x?.data.forEach((v, k) => {
      out.data[(k % m) * n + Math.floor(k / m)] = v;
    });
    return out;
  },
};

export const vec: FunctionRecord = {
  name: 'vec',
  aliases: [],
  signature: 'vec(A)',
  summary: 'the columns of a matrix one below the other, as one vector',
  example: { expression: '‖K vec(X)‖²', where: 'X: m×n; K: k×(m*n)', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [vecLeaf],
  build: ([a]) => {
    const v = a as Value;
    if (v.node.axes.length === 2) {
      const node = apply(vecLeaf, [v.node]);
      return { node, shape: node.axes };
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
  primitives: [unvecLeaf],
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
    return { node: apply(unvecLeaf, [v.node, ones([m, n])]), shape: [m, n] };
  },
};

/** Calls f with the place in kron(A, B), in A and in B of each product of entries. */
function eachProduct(
  [m = 1, n = 1]: readonly number[],
  [p = 1, q = 1]: readonly number[],
  f: (whole: number, a: number, b: number) => void,
): void {
  for (let i = 0; i < m; i++)
    for (let k = 0; k < p; k++)
      for (let j = 0; j < n; j++)
        for (let l = 0; l < q; l++) f(((i * p + k) * n + j) * q + l, i * n + j, k * q + l);
}

const at = (x: { readonly data: Float64Array } | undefined, k: number): number =>
  x?.data[k] ?? Number.NaN;

const KRON = 'd kron(A, B) = kron(dA, B) + kron(A, dB)';

/** The Kronecker product of two matrices: the blocks aᵢⱼ B. */
const kronLeaf: Structured = {
  mode: 'structured',
  name: 'kron',
  law: KRON,
  domain: 'real',
  linear: true,
  spelling: { latex: '($0 \\otimes $1)', numpy: 'np.kron($0, $1)' },
  axes: ([a, b]) => a?.axes.map((d, i) => mulDim(d, b?.axes[i] ?? DIM_ONE)) ?? [],
  adjoint: ({ args: [a, b] }, g, which) =>
    a && b
      ? apply(which === 0 ? kronLeftLeaf : kronRightLeaf, [
          g,
          which === 0 ? b : a,
          ones((which === 0 ? a : b).axes),
        ])
      : g,
  value: ([a, b]) => {
    const [m = 1, n = 1] = a?.dims ?? [];
    const [p = 1, q = 1] = b?.dims ?? [];
    const out = tensor([m * p, n * q]);
    eachProduct([m, n], [p, q], (k, i, j) => {
      out.data[k] = at(a, i) * at(b, j);
    });
    return out;
  },
};

/**
 * The two adjoints of kron, bilinear like it: of A ↦ kron(A, B), the inner products of the blocks of G with B; of B ↦ kron(A, B),
 * the sum of the blocks of G with weights A. The third argument, of ones, has the shape of the result.
 */
const kronAdjoint = (side: 'left' | 'right'): Structured => {
  const isLeft = side === 'left';
  const leaf: Structured = {
    mode: 'structured',
    name: `kron_${side}`,
    law: KRON,
    domain: 'real',
    linear: true,
    spelling: { latex: `\\operatorname{kron\\_${side}}($0, $1)`, numpy: `kron_${side}($0, $1)` },
    asCall: ({ args }) => ({ name: `kron_${side}`, args: args.slice(0, 2), turned: false }),
    reduce: ([g, b]) => {
      const k = g?.kind === 'apply' && g.op === kronLeaf ? g.args : [];
      const [mine, other] = isLeft ? k : [k[1], k[0]];
      if (!mine || !other || !b || !other.axes.every((d, i) => d === b.axes[i])) return undefined;
      return multiply([einsum('ij,ij->', [other, b]), mine]);
    },
    axes: ([, , shape]) => shape?.axes ?? [],
    adjoint: ({ args: [g, b, shape] }, h, which) => {
      if (!g || !b || which === 2) return zeros(shape?.axes ?? []);
      if (which === 0) return apply(kronLeaf, isLeft ? [h, b] : [b, h]);
      return apply(isLeft ? kronRightLeaf : kronLeftLeaf, [g, h, ones(b.axes)]);
    },
    value: ([g, b, shape]) => {
      const out = tensor(shape?.dims ?? []);
      const [first = [], second = []] = isLeft ? [out.dims, b?.dims] : [b?.dims, out.dims];
      eachProduct(first, second, (k, i, j) => {
        const [mine, other] = isLeft ? [i, j] : [j, i];
        out.data[mine] = (out.data[mine] as number) + at(g, k) * at(b, other);
      });
      return out;
    },
  };
  return leaf;
};

const kronLeftLeaf: Structured = kronAdjoint('left');
const kronRightLeaf: Structured = kronAdjoint('right');

export const kron: FunctionRecord = {
  name: 'kron',
  aliases: [],
  signature: 'kron(A, B)',
  summary: 'the Kronecker product: the blocks aᵢⱼ B',
  example: { expression: 'tr(C kron(A, X))', where: 'A: m×n; X: p×q; C: (n*q)×(m*p)', wrt: 'X' },
  arity: [2, 2],
  axis: false,
  primitives: [kronLeaf],
  build: ([x, y]) => {
    const a = x as Value;
    const b = y as Value;
    if (isScalar(a) || isScalar(b)) return timesValue(a, b);
    const [ra, ca, rb, cb] = [rowsOf(a), colsOf(a), rowsOf(b), colsOf(b)];
    if (a.node.axes.length === 2 && b.node.axes.length === 2)
      return { node: apply(kronLeaf, [a.node, b.node]), shape: [mulDim(ra, rb), mulDim(ca, cb)] };
    if (a.shape.length > 2 || b.shape.length > 2)
      matrixArgument('kron', a.shape.length > 2 ? a : b);
    // a column and a row give their product; two columns vec(b aᵀ)
    if (ca === DIM_ONE && rb === DIM_ONE) return timesValue(a, b);
    if (ra === DIM_ONE && cb === DIM_ONE) return timesValue(b, a);
    if (ca === DIM_ONE && cb === DIM_ONE)
      return vec.build([timesValue(b, transposeValue(a))], { axis: null });
    if (ra === DIM_ONE && rb === DIM_ONE)
      return transposeValue(vec.build([timesValue(transposeValue(b), a)], { axis: null }));
    throw new OperandError('not-yet', 'kron of a matrix and a vector is not known yet', [
      { which: 0, text: formatShape(a.shape) },
      { which: 1, text: formatShape(b.shape) },
    ]);
  },
};

const partOfKron = (side: 'left' | 'right', leaf: Structured): FunctionRecord => {
  const [mine, other] = side === 'left' ? ['A', 'B'] : ['B', 'A'];
  return {
    name: `kron_${side}`,
    aliases: [],
    signature: `kron_${side}(G, ${other})`,
    summary: `the gradient of ⟨G, kron(A, B)⟩ with respect to ${mine}`,
    example: {
      expression: `tr(C kron_${side}(G, X))`,
      where: side === 'left' ? 'X: p×q; C: n×m; G: (m*p)×(n*q)' : 'X: m×n; C: q×p; G: (m*p)×(n*q)',
      wrt: 'X',
    },
    arity: [2, 2],
    axis: false,
    primitives: [leaf],
    build: ([x, y]) => {
      const g = matrixArgument(leaf.name, x as Value, 0);
      const b = matrixArgument(leaf.name, y as Value, 1);
      const sides = g.node.axes.map((d, i) => divDim(d, b.node.axes[i] ?? DIM_ONE));
      const axes = sides.filter((d) => d !== undefined && d !== DIM_ONE);
      if (axes.length < 2)
        throw new OperandError(
          'shape-mismatch',
          `the sides of the first matrix are no multiples of those of the second`,
          [
            { which: 0, text: formatShape(g.shape) },
            { which: 1, text: formatShape(b.shape) },
          ],
        );
      const shape = axes as readonly Dim[];
      return like({ node: g.node, shape }, apply(leaf, [g.node, b.node, ones(shape)]));
    },
  };
};

export const kronLeft = partOfKron('left', kronLeftLeaf);
export const kronRight = partOfKron('right', kronRightLeaf);
