import {
  add,
  apply,
  delta,
  einsum,
  isSymmetric,
  literal,
  multiply,
  negate,
  power,
  scale,
  subtract,
  total,
  transpose,
} from '../expr/build.ts';
import type { Node, Structured } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { tensor } from '../expr/tensor.ts';
import { DIM_ONE, type Dim, dimNumber, mulDim } from '../shape/dim.ts';
import { HALF, ONE, rational } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import { matmul, svd, transposed } from './dense.ts';
import { abs } from './elementwise.ts';
import { detLeaf, invLeaf, square } from './matrix.ts';
import { sqrtm } from './matrix-functions.ts';
import type { FunctionRecord } from './record.ts';
import { norm2 } from './reduce.ts';
import { inLoops } from './spelling.ts';
import { trilLeaf } from './triangular.ts';
import type { Value } from './value.ts';
import {
  colsOf,
  isVector,
  like,
  matrixArgument,
  OperandError,
  rowsOf,
  scalar,
  shapeOf,
} from './value.ts';

/** What factors of a matrix give: Cholesky's factor, the pseudo-inverse, the nuclear norm, the adjugate. */

const matmulNodes = (...nodes: readonly Node[]): Node =>
  nodes.reduce((a, b) => einsum('ij,jk->ik', [a, b]));

/** L with L Lᵀ = X; NaN where X is not positive definite. */
function choleskyOf(x: Tensor | undefined): Tensor {
  const out = tensor(x?.dims ?? []);
  const n = out.dims[0] ?? 1;
  const l = out.data;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = x?.data[i * n + j] ?? Number.NaN;
      for (let k = 0; k < j; k++) rest -= (l[i * n + k] as number) * (l[j * n + k] as number);
      l[i * n + j] = i === j ? Math.sqrt(rest) : rest / (l[j * n + j] as number);
    }
  }
  return out;
}

/**
 * With Φ, which takes the lower triangle and halves its diagonal: dL = L Φ(L⁻¹ dX L⁻ᵀ), so that the cotangent of X is the
 * symmetric part of L⁻ᵀ Φ(Lᵀ L̄) L⁻¹ (Murray 2016, "Differentiation of the Cholesky decomposition").
 */
const choleskyLeaf: Structured = {
  mode: 'structured',
  name: 'cholesky',
  law: 'dL = L Φ(L⁻¹ dX L⁻ᵀ), with Φ the lower triangle, its diagonal halved',
  domain: 'posdef',
  spelling: {
    latex: '\\operatorname{cholesky}($0)',
    numpy: 'np.linalg.cholesky($0)',
    matlab: "chol($0, 'lower')",
    julia: 'Matrix(cholesky(Symmetric($0)).L)',
    ...inLoops('cholesky($here, $0.columns)'),
    onnx: 'cholesky($0)',
  },
  axes: ([x]) => x?.axes ?? [],
  adjoint: (node, g) => {
    const [n] = node.axes;
    if (!n) return g;
    const product = matmulNodes(transpose(node), g);
    const diagonal = multiply([product, delta(n)]);
    const phi = subtract(apply(trilLeaf, [product]), scale(HALF, diagonal));
    const inverse = apply(invLeaf, [node]);
    const free = matmulNodes(transpose(inverse), phi, inverse);
    return scale(HALF, add(free, transpose(free)));
  },
  value: ([x]) => choleskyOf(x),
};

export const cholesky: FunctionRecord = {
  name: 'cholesky',
  aliases: [],
  signature: 'cholesky(A)',
  summary: 'the lower triangular L with L Lᵀ = A, for a symmetric positive definite A',
  example: { expression: 'tr(B cholesky(X))', where: 'X: n×n posdef; B: n×n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [choleskyLeaf],
  build: ([a]) => {
    const v = square('cholesky', a);
    if (v.shape.length === 0) return like(v, power(v.node, HALF));
    if (!isSymmetric(v.node))
      throw new OperandError(
        'symmetric-wanted',
        'cholesky needs a matrix that is symmetric by declaration or by form',
        [{ which: 0, text: formatShape(v.shape) }],
        { notes: ['declare it `posdef`, or take `sym(…)` of it'] },
      );
    return like(v, apply(choleskyLeaf, [v.node]));
  },
};

/** Room for singular vectors on both sides: twice as much as the matrix, of which the shorter side is at most the longer. */
const twice = ([x]: readonly Node[]): Dim =>
  mulDim(dimNumber(2), (x?.axes ?? []).reduce(mulDim, DIM_ONE));

/** V diag(f(s)) Uᵀ, or U diag(f(s)) Vᵀ where `turned`. */
function spectral(x: Tensor | undefined, f: (s: number) => number, turned = false): Tensor {
  if (!x) return tensor([]);
  const { u, s, v } = svd(x);
  const [left, right] = turned ? [u, v] : [v, u];
  const r = s.length;
  const scaled = tensor(
    left.dims,
    left.data.map((a, k) => a * f(s[k % r] as number)),
  );
  return matmul(scaled, transposed(right));
}

/**
 * The pseudo-inverse of Moore and Penrose, differentiable while the rank stays: dA⁺ = −A⁺ dA A⁺ + A⁺A⁺ᵀ dAᵀ (I − AA⁺)
 * + (I − A⁺A) dAᵀ A⁺ᵀA⁺ (Golub and Pereyra 1973).
 */
const pinvLeaf: Structured = {
  mode: 'structured',
  name: 'pinv',
  law: 'd A⁺ = −A⁺ dA A⁺ + A⁺A⁺ᵀ dAᵀ (I − AA⁺) + (I − A⁺A) dAᵀ A⁺ᵀA⁺',
  domain: 'real',
  keepsSymmetry: true,
  spelling: {
    latex: '{$0}^{+}',
    numpy: 'np.linalg.pinv($0)',
    matlab: 'pinv($0)',
    julia: 'pinv($0)',
    ...inLoops('pinv($0, $0.rows, $0.columns, $out, $room)'),
    onnx: 'pinv($0)',
  },
  axes: ([x]) => (x ? [...x.axes].reverse() : []),
  room: twice,
  adjoint: (p, g) => {
    const [a] = p.args;
    const [n, m] = p.axes;
    if (!a || !m || !n) return g;
    const [pt, gt] = [transpose(p), transpose(g)];
    const left = subtract(delta(m), matmulNodes(a, p));
    const right = subtract(delta(n), matmulNodes(p, a));
    return add(
      negate(matmulNodes(pt, g, pt)),
      matmulNodes(left, gt, p, pt),
      matmulNodes(pt, p, gt, right),
    );
  },
  value: ([x]) => spectral(x, (s) => 1 / s),
};

export const pinv: FunctionRecord = {
  name: 'pinv',
  aliases: [],
  signature: 'pinv(A)',
  summary: 'the pseudo-inverse of a matrix of full rank',
  example: { expression: 'tr(B pinv(X))', where: 'X: m×n; B: m×n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [pinvLeaf],
  build: ([a]) => {
    const v = a as Value;
    // of a vector xᵀ/‖x‖²
    if (v.node.axes.length < 2)
      return {
        node: multiply([v.node, power(total(power(v.node, rational(2))), rational(-1))]),
        shape: v.shape.length === 0 ? [] : shapeOf(colsOf(v), rowsOf(v)),
      };
    return { node: apply(pinvLeaf, [v.node]), shape: shapeOf(colsOf(v), rowsOf(v)) };
  },
};

/**
 * Q = U Vᵀ of A = U diag(s) Vᵀ of full rank. With H = QᵀA and the projection P = QᵀQ on the rows of A, dQ has three parts: Q X with
 * HX + XH the skew part of P Qᵀ dA P twice, (I − QQᵀ) dA H⁺, and Q H⁺ Qᵀ dA (I − P) (Higham 2008, "Functions of Matrices", 8.2,
 * for the square case). (AᵀA + I − P)^½ is H on the rows of A and the identity beside them, so that its derivative solves for X.
 */
const polarLeaf: Structured = {
  room: twice,
  mode: 'structured',
  name: 'polar',
  law: 'the orthogonal factor U Vᵀ of A = U diag(s) Vᵀ',
  domain: 'real',
  spelling: {
    latex: '\\operatorname{polar}($0)',
    numpy: 'polar($0)',
    matlab: 'polar($0)',
    julia: 'polar($0)',
    ...inLoops('polar($0, $0.rows, $0.columns, $out, $room)'),
    onnx: 'polar($0)',
  },
  axes: ([x]) => x?.axes ?? [],
  adjoint: (q, g) => {
    const [a] = q.args;
    const [m, n] = q.axes;
    if (!a || !m || !n) return g;
    const qt = transpose(q);
    const gram = matmulNodes(transpose(a), a);
    const root = (of: Node, ...along: Node[]): Node => {
      const made = sqrtm.build(
        [of, ...along].map((node) => ({ node, shape: [n, n] })),
        { axis: null },
      );
      return made.node;
    };
    const turned = matmulNodes(qt, g);
    if (m === n) return matmulNodes(q, root(gram, subtract(turned, transpose(turned))));
    const rows = matmulNodes(qt, q);
    const beside = subtract(delta(n), rows);
    const whole = add(gram, beside);
    const inside = matmulNodes(turned, rows);
    const inverse = subtract(apply(invLeaf, [root(whole)]), beside);
    const above = subtract(delta(m), matmulNodes(q, qt));
    return add(
      matmulNodes(q, root(whole, subtract(inside, transpose(inside)))),
      matmulNodes(above, g, inverse),
      matmulNodes(q, inverse, turned, beside),
    );
  },
  value: ([x]) => spectral(x, () => 1, true),
};

export const polar: FunctionRecord = {
  name: 'polar',
  aliases: [],
  signature: 'polar(A)',
  summary: 'the factor U Vᵀ of A = U diag(s) Vᵀ of full rank, with orthonormal columns or rows',
  example: { expression: 'tr(B polar(X))', where: 'X: m×n; B: n×m', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [polarLeaf],
  build: ([a]) => like(a as Value, apply(polarLeaf, [matrixArgument('polar', a as Value).node])),
};

const nuclearLeaf: Structured = {
  room: twice,
  mode: 'structured',
  name: 'nuclear_norm',
  law: 'd nuclear_norm(A) = ⟨U Vᵀ, dA⟩ for A = U diag(s) Vᵀ of full rank',
  domain: 'real',
  range: 'nonnegative',
  spelling: {
    latex: '\\lVert $0 \\rVert_*',
    numpy: 'np.linalg.norm($0, "nuc")',
    matlab: 'sum(svd($0))',
    julia: 'sum(svdvals($0))',
    ...inLoops('$out[0] = nuclear_norm($0, $0.rows, $0.columns, $room)'),
    onnx: 'nuclear_norm($0)',
  },
  axes: () => [],
  adjoint: (node, g) => multiply([g, apply(polarLeaf, node.args)]),
  value: ([x]) => tensor([], Float64Array.of(x ? svd(x).s.reduce((a, b) => a + b, 0) : 0)),
};

export const nuclearNorm: FunctionRecord = {
  name: 'nuclear_norm',
  aliases: [],
  signature: 'nuclear_norm(A)',
  summary: 'the sum of the singular values, for a matrix of full rank',
  example: {
    expression: 'nuclear_norm(A X)',
    where: 'A: n×n invertible; X: n×n invertible',
    wrt: 'X',
  },
  arity: [1, 1],
  axis: false,
  primitives: [nuclearLeaf],
  build: ([a], o) => {
    const v = a as Value;
    if (v.shape.length === 0) return like(v, apply(abs.leaf, [v.node]));
    if (isVector(v)) return norm2.build([v], o);
    return scalar(apply(nuclearLeaf, [v.node]));
  },
};

/** det(A) A⁻¹, or its transpose. */
const adjugate = (
  name: string,
  aliases: readonly string[],
  summary: string,
  turn: (n: Node) => Node,
): FunctionRecord => ({
  name,
  aliases,
  signature: `${name}(A)`,
  summary,
  example: { expression: `tr(B ${name}(X))`, where: 'X: n×n invertible; B: n×n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [],
  build: ([a]) => {
    const v = square(name, a);
    if (v.shape.length === 0) return like(v, literal(ONE));
    return like(v, turn(multiply([apply(detLeaf, [v.node]), apply(invLeaf, [v.node])])));
  },
});

export const adj = adjugate('adj', [], 'the adjugate det(A) A⁻¹ of an invertible matrix', (n) => n);
export const cof = adjugate(
  'cof',
  [],
  'the matrix of cofactors det(A) A⁻ᵀ of an invertible matrix',
  transpose,
);
