import { add, contract, negate, scale, sum } from '../../expr/build.ts';
import type { Node, Operand } from '../../expr/node.ts';
import { isOneR, mulR, ONE, type Rational } from '../../shape/rational.ts';

/** More terms are not told apart. */
const MAX_TERMS = 16;

/**
 * The terms of a formula with products of sums multiplied out, each with its coefficient: Xᵀ(Xθ − y) is XᵀXθ and −Xᵀy.
 * Too many: the terms as they stand.
 */
export function termsOf(node: Node): Node[] {
  let terms = split(node);
  for (let guard = 0; guard < MAX_TERMS; guard++) {
    const next = terms.flatMap(multipliedOut);
    if (next.length === terms.length || next.length > MAX_TERMS) break;
    terms = next;
  }
  return [...new Set(terms)];
}

/** What the first formula has more than the second, multiplied out. */
export const termsBeyond = (a: Node, b: Node): Node =>
  add(...termsOf(a), ...termsOf(b).map(negate));

const split = (node: Node): Node[] =>
  node.kind === 'sum' ? node.terms.map((t) => scale(t.coefficient, t.node)) : [node];

/** c·(product): the coefficient and the product. */
export const unscaled = (node: Node): { c: Rational; node: Node } => {
  const [only, ...rest] = node.kind === 'sum' ? node.terms : [];
  return only && rest.length === 0 ? { c: only.coefficient, node: only.node } : { c: ONE, node };
};

function multipliedOut(term: Node): Node[] {
  const { c, node } = unscaled(term);
  if (node.kind !== 'contract') return [term];
  const at = node.operands.findIndex(
    (o) => isOneR(o.exponent) && o.node.kind === 'sum' && o.node.terms.length > 1,
  );
  const factor = node.operands[at];
  if (factor?.node.kind !== 'sum') return [term];
  const extents = new Map(node.extents.map((d, i) => [i, d]));
  const out = node.axes.map((_, i) => i);
  return factor.node.terms.map((t) => {
    const operands: Operand[] = node.operands.map((o, k) =>
      k === at ? { ...o, node: t.node } : o,
    );
    return sum(
      [{ coefficient: mulR(c, t.coefficient), node: contract(operands, out, extents) }],
      node.axes,
    );
  });
}
