import { add, apply, scale, subtract, transpose } from '../expr/build.ts';
import type { Node, Structured } from '../expr/node.ts';
import { tensor } from '../expr/tensor.ts';
import { isTriangular } from '../expr/triangular.ts';
import { HALF } from '../shape/rational.ts';
import { square, untransposed } from './matrix.ts';
import type { FunctionRecord } from './record.ts';
import { inLoops } from './spelling.ts';
import type { Value } from './value.ts';
import { like, matrixArgument } from './value.ts';

/** Parts of a matrix: one side of its diagonal, its symmetric and its skew part. */

/** The lower or upper triangle with the diagonal, the rest 0: a projection, which is its own adjoint. */
const triangle = (name: 'tril' | 'triu', keeps: (i: number, j: number) => boolean): Structured => {
  const side = name === 'tril' ? 'lower' : 'upper';
  const leaf: Structured = {
    mode: 'structured',
    name,
    law: `d ${name}(X) = ${name}(dX)`,
    domain: 'real',
    linear: true,
    masks: true,
    spelling: {
      latex: `\\operatorname{${name}}($0)`,
      numpy: `np.${name}($0)`,
      matlab: `${name}($0)`,
      julia: `${name}($0)`,
      ...inLoops(`${name}($here, $0.rows, $0.columns)`),
      onnx: `${name}($0)`,
    },
    reduce: ([x]) => {
      if (x && (isTriangular(x, side) || (x.kind === 'apply' && x.op === leaf))) return x;
      const inner = untransposed(x);
      return inner && transpose(apply(name === 'tril' ? triuLeaf : trilLeaf, [inner]));
    },
    axes: ([x]) => x?.axes ?? [],
    adjoint: (_node, g) => apply(leaf, [g]),
    value: ([x]) => {
      const n = x?.dims[1] ?? 1;
      return tensor(
        x?.dims ?? [],
        x?.data.map((v, k) => (keeps(Math.floor(k / n), k % n) ? v : 0)),
      );
    },
  };
  return leaf;
};

export const trilLeaf: Structured = triangle('tril', (i, j) => i >= j);
export const triuLeaf: Structured = triangle('triu', (i, j) => i <= j);

const triangular = (leaf: Structured, side: string): FunctionRecord => ({
  name: leaf.name,
  aliases: [],
  signature: `${leaf.name}(A)`,
  summary: `the ${side} triangle of a matrix with its diagonal, 0 elsewhere`,
  example: { expression: `tr(A ${leaf.name}(X))`, where: 'A: n×m; X: m×n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [leaf],
  build: ([a]) => {
    const v = matrixArgument(leaf.name, a as Value);
    return like(v, apply(leaf, [v.node]));
  },
});

export const tril = triangular(trilLeaf, 'lower');
export const triu = triangular(triuLeaf, 'upper');

const half = (
  name: string,
  aliases: readonly string[],
  summary: string,
  combine: (a: Node, b: Node) => Node,
): FunctionRecord => ({
  name,
  aliases,
  signature: `${name}(A)`,
  summary,
  example: { expression: `‖A ${name}(X)‖²`, where: 'A: m×n; X: n×n', wrt: 'X' },
  arity: [1, 1],
  axis: false,
  primitives: [],
  build: ([a]) => {
    const v = square(name, a);
    return v.shape.length === 0
      ? like(v, scale(HALF, combine(v.node, v.node)))
      : like(v, scale(HALF, combine(v.node, transpose(v.node))));
  },
});

export const sym = half('sym', [], 'the symmetric part ½(A + Aᵀ)', (a, b) => add(a, b));
export const skew = half('skew', [], 'the skew part ½(A − Aᵀ)', subtract);
