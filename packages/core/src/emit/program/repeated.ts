import type { Node, Sum } from '../../expr/node.ts';

/** The axes of a term along which it is more than repeated. */
export const ownAxes = (term: Node): number[] =>
  term.axes
    .map((_, i) => i)
    .filter((i) => term.kind !== 'contract' || term.operands.some((o) => o.indices.includes(i)));

/**
 * Which term of a sum shows its shape, so that the others may be left to be repeated: one that is repeated along no axis; the first,
 * to be written in full, where there is none.
 */
export const shapeGiver = (sum: Sum): number =>
  Math.max(
    0,
    sum.terms.findIndex((t) => ownAxes(t.node).length === t.node.axes.length),
  );
