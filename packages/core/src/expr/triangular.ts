import { signR } from '../shape/rational.ts';
import type { Node, Operand } from './node.ts';

/** A side of the diagonal, on which the entries of a triangular matrix stand. */
export type Side = 'lower' | 'upper';

/**
 * Whether a matrix has zeros on the other side of its diagonal, by declaration or by its form: sums, products and inverses of triangular
 * matrices of one side are such matrices again, and what is multiplied with one entry by entry.
 */
export function isTriangular(node: Node, side: Side): boolean {
  if (node.axes.length !== 2 || node.axes[0] !== node.axes[1]) return false;
  switch (node.kind) {
    case 'literal':
      return false;
    case 'delta':
      return true;
    case 'symbol':
      return node.properties.includes(side) || node.properties.includes('diagonal');
    case 'sum':
      return node.terms.every((t) => isTriangular(t.node, side));
    case 'contract':
      return side === 'lower' ? below(node.operands, 0, 1) : below(node.operands, 1, 0);
    case 'apply': {
      const [x] = node.args;
      return (
        node.op.mode === 'structured' &&
        node.op.inverts === true &&
        x !== undefined &&
        isTriangular(x, side)
      );
    }
  }
}

/**
 * Whether i ≥ j wherever no factor is zero: a lower triangular factor at the indices p, q is zero but for p ≥ q, and such relations are
 * joined from i to j.
 */
function below(operands: readonly Operand[], i: number, j: number): boolean {
  const reached = new Set([i]);
  for (const from of reached)
    for (const o of operands) {
      const [p = -1, q = -1] = o.indices;
      if (o.indices.length !== 2 || signR(o.exponent) < 0) continue;
      if (p === from && isTriangular(o.node, 'lower')) reached.add(q);
      if (q === from && isTriangular(o.node, 'upper')) reached.add(p);
    }
  return reached.has(j);
}
