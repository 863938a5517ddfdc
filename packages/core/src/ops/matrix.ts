import {
  apply,
  content,
  contract,
  delta,
  einsum,
  multiply,
  negate,
  power,
  reciprocal,
  scale,
  transpose,
} from '../expr/build.ts';
import type { Node, Structured } from '../expr/node.ts';
import { tensor } from '../expr/tensor.ts';
import { dimConstant } from '../shape/dim.ts';
import { invR, negR, powR } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import { determinant, inverse } from './dense.ts';
import { log } from './elementwise.ts';
import type { FunctionRecord } from './record.ts';
import { inLoops } from './spelling.ts';
import type { Value } from './value.ts';
import { like, OperandError, scalar, transposeValue } from './value.ts';

/** The argument of a plain transpose. */
export function untransposed(x: Node | undefined): Node | undefined {
  if (
    x?.kind !== 'contract' ||
    x.operands.length !== 1 ||
    x.axes.length !== 2 ||
    x.extents.length !== 2
  )
    return undefined;
  const o = x.operands[0];
  // a column or a row, repeated, has one index only
  return o &&
    o.indices[0] === 1 &&
    o.indices[1] === 0 &&
    o.exponent.num === 1n &&
    o.exponent.den === 1n
    ? o.node
    : undefined;
}

export const invLeaf: Structured = {
  mode: 'structured',
  name: 'inv',
  law: 'd X⁻¹ = −X⁻¹ dX X⁻¹',
  domain: 'invertible',
  keepsSymmetry: true,
  inverts: true,
  spelling: {
    text: '$0⁻¹',
    latex: '{$0}^{-1}',
    numpy: 'np.linalg.inv($0)',
    matlab: 'inv($0)',
    julia: 'inv($0)',
    ...inLoops('inverse($copy, $0.columns, $out)'),
    onnx: 'inv($0)',
  },
  reduce: ([x]) => {
    if (!x) return undefined;
    if (x.kind === 'delta') return x;
    if (x.kind === 'apply' && x.op === invLeaf) return x.args[0];
    const inner = untransposed(x);
    if (inner) return transpose(apply(invLeaf, [inner]));
    if (x.kind === 'sum' && x.terms.length > 0) {
      const { coefficient, primitive } = content(x);
      if (primitive !== x) return scale(invR(coefficient), apply(invLeaf, [primitive]));
    }
    const diagonal = inverseOfDiagonal(x);
    if (diagonal) return diagonal;
    const split = scalarFactors(x);
    return split ? multiply([reciprocal(split.scalar), apply(invLeaf, [split.rest])]) : undefined;
  },
  axes: ([x]) => x?.axes ?? [],
  adjoint: (node, g) => negate(einsum('ji,jk,lk->il', [node, g, node])),
  value: ([x]) => inverse(x),
  asScalar: (node) => ({
    derivative: negate(einsum('ij,jk->ik', [node, node])),
    because: 'd(1/x) = −1/x², and the two inverses stand on either side of dX',
  }),
};

/** diag(v)⁻¹ = diag(1 ⊘ v). */
function inverseOfDiagonal(x: Node): Node | undefined {
  if (x.kind !== 'contract' || x.extents.length > 2) return undefined;
  const plain = x.operands.every((o) => o.node.kind === 'delta' || o.indices.length < 2);
  if (!plain || !x.operands.some((o) => o.node.kind === 'delta')) return undefined;
  return contract(
    x.operands.map((o) => (o.node.kind === 'delta' ? o : { ...o, exponent: negR(o.exponent) })),
    [0, 1],
  );
}

/** Splits c·A into its scalar factors and the rest. */
function scalarFactors(x: Node): { scalar: Node; rest: Node } | undefined {
  if (x.kind !== 'contract') return undefined;
  const scalars = x.operands.filter((o) => o.indices.length === 0);
  if (scalars.length === 0) return undefined;
  const scalarNode = multiply(scalars.map((o) => power(o.node, o.exponent)));
  return { scalar: scalarNode, rest: multiply([x, reciprocal(scalarNode)]) };
}

export const detLeaf: Structured = {
  mode: 'structured',
  name: 'det',
  law: 'd det(X) = det(X) tr(X⁻¹ dX)',
  domain: 'real',
  spelling: {
    latex: '\\det($0)',
    numpy: 'np.linalg.det($0)',
    matlab: 'det($0)',
    julia: 'det($0)',
    ...inLoops('$out[0] = determinant($copy, $0.columns)'),
    onnx: 'det($0)',
  },
  reduce: ([x]) => {
    const inner = untransposed(x);
    if (inner) return apply(detLeaf, [inner]);
    if (x?.kind === 'apply' && x.op === invLeaf && x.args[0])
      return reciprocal(apply(detLeaf, [x.args[0]]));
    if (x?.kind === 'sum' && x.terms.length === 1) {
      const n = x.axes[0] ? dimConstant(x.axes[0]) : undefined;
      const t = x.terms[0];
      if (n !== undefined && n < 64 && t)
        return scale(powR(t.coefficient, n), apply(detLeaf, [t.node]));
    }
    return undefined;
  },
  axes: () => [],
  adjoint: (node, g) => {
    const x = node.args[0];
    return x ? einsum(',,ji->ij', [g, node, apply(invLeaf, [x])]) : g;
  },
  value: ([x]) => tensor([], Float64Array.of(determinant(x))),
  asScalar: () => ({
    derivative: undefined,
    because:
      "as a scalar det(x) = x has the derivative 1, which is no matrix: a determinant multiplies entries along permutations, and Jacobi's formula det(X) X⁻ᵀ has to be known",
  }),
};

export const logdetLeaf: Structured = {
  mode: 'structured',
  name: 'logdet',
  law: 'd log det(X) = tr(X⁻¹ dX)',
  domain: 'posdef',
  spelling: {
    latex: '\\log\\det($0)',
    numpy: 'np.linalg.slogdet($0)[1]',
    matlab: 'logdet($0)',
    julia: 'first(logabsdet($0))',
    ...inLoops('$out[0] = log_determinant($copy, $0.columns)'),
    onnx: 'logdet($0)',
  },
  reduce: ([x]) => {
    const inner = untransposed(x);
    if (inner) return apply(logdetLeaf, [inner]);
    if (x?.kind === 'apply' && x.op === invLeaf && x.args[0])
      return negate(apply(logdetLeaf, [x.args[0]]));
    return undefined;
  },
  axes: () => [],
  adjoint: (node, g) => {
    const x = node.args[0];
    return x ? einsum(',ji->ij', [g, apply(invLeaf, [x])]) : g;
  },
  value: ([x]) => tensor([], Float64Array.of(Math.log(determinant(x)))),
  asScalar: (node) => ({
    derivative: node.args[0] ? apply(invLeaf, [node.args[0]]) : undefined,
    because: 'log det plays the part of log, whose derivative 1/x becomes an inverse',
  }),
};

export function square(name: string, v: Value | undefined): Value {
  const [m, n] = v?.node.axes ?? [];
  if (v?.shape.length === 0) return v;
  if (!v || v.shape.length !== 2 || m === undefined || m !== n) {
    throw new OperandError(
      'square-wanted',
      `${name} needs a square matrix`,
      [{ which: 0, text: formatShape(v?.shape ?? []) }],
      {
        equate: m !== undefined && n !== undefined ? [[m, n]] : [],
      },
    );
  }
  return v;
}

export const inv: FunctionRecord = {
  name: 'inv',
  aliases: ['inverse'],
  signature: 'inv(A)',
  summary: 'the inverse of a square matrix, `A⁻¹`',
  example: { expression: 'aᵀ inv(X) b', where: 'X: n×n invertible; a: n; b: n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [invLeaf],
  build: ([a]) => {
    const v = square('an inverse', a);
    return v.shape.length === 0 ? scalar(reciprocal(v.node)) : like(v, apply(invLeaf, [v.node]));
  },
};

export const det: FunctionRecord = {
  name: 'det',
  aliases: [],
  signature: 'det(A)',
  summary: 'the determinant of a square matrix, `|A|`',
  example: { expression: 'det(A X)', where: 'A: n×n invertible; X: n×n invertible', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [detLeaf],
  build: ([a]) => {
    const v = square('a determinant', a);
    return v.shape.length === 0 ? v : scalar(apply(detLeaf, [v.node]));
  },
};

export const logdet: FunctionRecord = {
  name: 'logdet',
  aliases: [],
  signature: 'logdet(A)',
  summary: 'log det(A), for a matrix with a positive determinant',
  example: { expression: "logdet(A X A')", where: 'A: n×n invertible; X: n×n posdef', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [logdetLeaf],
  build: ([a]) => {
    const v = square('logdet', a);
    return scalar(v.shape.length === 0 ? apply(log.leaf, [v.node]) : apply(logdetLeaf, [v.node]));
  },
};

export const tr: FunctionRecord = {
  name: 'tr',
  aliases: ['trace'],
  signature: 'tr(A)',
  summary: 'the trace: the sum of the diagonal',
  example: { expression: 'tr(A X)', where: 'A: n×m; X: m×n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [],
  build: ([a]) => {
    const v = square('a trace', a);
    return v.shape.length === 0 ? v : scalar(einsum('ii->', [v.node]));
  },
};

export const diag: FunctionRecord = {
  name: 'diag',
  aliases: [],
  signature: 'diag(a)',
  summary: 'a vector as a diagonal matrix; the diagonal of a matrix as a vector',
  example: { expression: 'tr(A diag(x) B)', where: 'A: m×n; B: n×m; x: n', wrt: 'x' },
  arity: [1, 1],
  axis: false,
  primitives: [],
  build: ([a]) => {
    const v = a as Value;
    if (v.node.axes.length === 1 && v.node.axes[0]) {
      const n = v.node.axes[0];
      return { node: einsum('i,ij->ij', [v.node, delta(n)]), shape: [n, n] };
    }
    const s = square('a diagonal', v);
    return s.shape.length === 0
      ? s
      : { node: einsum('ii->i', [s.node]), shape: [s.shape[0] as never] };
  },
};

export const transposeOf: FunctionRecord = {
  name: 'transpose',
  aliases: [],
  signature: 'transpose(A)',
  summary: 'the transpose, `Aᵀ`',
  example: { expression: 'tr(A transpose(X))', where: 'A: m×n; X: m×n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [],
  build: ([a]) => transposeValue(a as Value),
};
