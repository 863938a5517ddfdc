import { eqR, isOneR, isZeroR } from '../shape/rational.ts';
import type { Node, Operand, Term } from './node.ts';

/** Questions about the form of nodes. */

export const isZero = (n: Node): boolean =>
  (n.kind === 'sum' && n.terms.length === 0) || (n.kind === 'literal' && isZeroR(n.value));

/** Whether a node is merely repeated along an axis. */
export function isRepeated(node: Node, axis: number): boolean {
  switch (node.kind) {
    case 'contract':
      return node.operands.every((o) => !o.indices.includes(axis));
    case 'sum':
      return node.terms.every((t) => isRepeated(t.node, axis));
    default:
      return false;
  }
}

/** Aᵀ alone: no power of it, and no vector that is repeated along the rows. */
export const isPlainTranspose = (n: Node): boolean => {
  if (n.kind !== 'contract' || n.axes.length !== 2 || n.extents.length !== 2) return false;
  const [only, ...rest] = n.operands;
  return (
    rest.length === 0 &&
    only !== undefined &&
    isOneR(only.exponent) &&
    only.indices.length === 2 &&
    only.indices[0] === 1 &&
    only.indices[1] === 0
  );
};

export const equalTerms = (a: readonly Term[], b: readonly Term[]): boolean =>
  a.length === b.length &&
  a.every((t, i) => t.node === b[i]?.node && eqR(t.coefficient, b[i].coefficient));

/** A factor of a product that is a number. */
export const isScalarFactor = (o: Operand): boolean => o.indices.length === 0;

/** Aᵢᵢ: a factor of a product of which the diagonal alone is looked at. */
export const isDiagonal = (o: Operand): boolean => new Set(o.indices).size < o.indices.length;

/** The A of diag(A), the diagonal as a vector. */
export function undiagonal(n: Node): Node | undefined {
  if (n.kind !== 'contract' || n.axes.length !== 1 || n.extents.length !== 1) return undefined;
  const [only, ...more] = n.operands;
  return only && more.length === 0 && only.indices.length === 2 && isOneR(only.exponent)
    ? only.node
    : undefined;
}
