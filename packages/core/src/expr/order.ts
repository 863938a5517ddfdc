import type { Contract, Node } from './node.ts';

const KIND: Record<Node['kind'], number> = {
  literal: 0,
  delta: 1,
  symbol: 2,
  apply: 3,
  sum: 4,
  contract: 5,
};

/** Literals, arrays of ones and identities come first, as in `1 + xᵀx` and `I − A`. */
const isConstant = (n: Node): boolean => n.degree === 0 && n.label === '';

/**
 * A total order of nodes by structure, the order in which a person writes the terms of a sum: constants, then the higher degree,
 * then by kind and name. Never by creation, so that the same formula prints the same whatever was derived before it.
 */
export function compareNodes(a: Node, b: Node): number {
  if (a === b) return 0;
  const constant = Number(isConstant(b)) - Number(isConstant(a));
  if (constant !== 0) return constant;
  if (a.degree !== b.degree) return b.degree - a.degree;
  if (KIND[a.kind] !== KIND[b.kind]) return KIND[a.kind] - KIND[b.kind];
  if (a.label !== b.label) return a.label < b.label ? -1 : 1;
  const placed = a.kind === 'contract' && b.kind === 'contract' ? comparePlaces(a, b) : 0;
  if (placed !== 0) return placed;
  if (a.hash !== b.hash) return a.hash - b.hash;
  return a.id - b.id;
}

/** Of products of the same factors: by the indices on which these stand. */
function comparePlaces(a: Contract, b: Contract): number {
  const places = (c: Contract): number[] => c.operands.flatMap((o) => o.indices);
  const [p, q] = [places(a), places(b)];
  if (p.length !== q.length) return p.length - q.length;
  const k = p.findIndex((ix, i) => ix !== q[i]);
  return k < 0 ? 0 : (p[k] ?? 0) - (q[k] ?? 0);
}
