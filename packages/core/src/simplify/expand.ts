import { contract, sum } from '../expr/build.ts';
import type { Contract, Node, Sum, Term } from '../expr/node.ts';
import { children, postorder, substitute, transform } from '../expr/walk.ts';
import { complementOf } from '../ops/elementwise.ts';
import { isOneR, mulR, ONE } from '../shape/rational.ts';

/**
 * Products entry by entry are multiplied out where what is left after collecting like terms is shorter:
 * y ⊙ (s − 1) + (1 − y) ⊙ s is s − y.
 * @param typed nodes that stay as they are: those of the formula that is derived
 */
export const expandSums = (roots: readonly Node[], typed: ReadonlySet<Node> = new Set()): Node[] =>
  transform(roots, (node, original) => {
    if (typed.has(original) || node.kind !== 'sum' || node.terms.length < 2) return node;
    const expanded = expandedSum(node);
    return expanded && size(expanded) < size(node) ? expanded : node;
  });

/** Sums that would become longer than this are not tried. */
const MAX_TERMS = 32;

function expandedSum(given: Sum): Node | undefined {
  const node = withComplements(given);
  if (node.kind !== 'sum') return node;
  if (!node.terms.some((t) => factorsOf(t.node))) return undefined;
  const terms: Term[] = [];
  for (const t of node.terms) {
    const parts = multipliedOut(t.node);
    terms.push(...parts.map((p) => ({ ...p, coefficient: mulR(p.coefficient, t.coefficient) })));
    if (terms.length > MAX_TERMS) return undefined;
  }
  return sum(terms, node.axes);
}

/** Each σ(−x) among the factors of the terms as 1 − σ(x): y ⊙ σ(−z) beside (1 − y) ⊙ σ(z) then cancels to σ(z) − y. */
function withComplements(node: Sum): Node {
  const by = new Map<Node, Node>();
  for (const t of node.terms)
    for (const n of t.node.kind === 'contract' ? t.node.operands.map((o) => o.node) : [t.node]) {
      const other = complementOf(n);
      if (other) by.set(n, other);
    }
  return by.size === 0 ? node : (substitute([node], by)[0] ?? node);
}

/** A product entry by entry that has a sum among its factors. */
function factorsOf(node: Node): Contract | undefined {
  if (node.kind !== 'contract' || node.extents.length > node.axes.length) return undefined;
  return node.operands.some((o) => o.node.kind === 'sum' && isOneR(o.exponent)) ? node : undefined;
}

/** The terms of a product over the sums among its factors. */
function multipliedOut(node: Node): readonly Term[] {
  const product = factorsOf(node);
  if (!product) return [{ coefficient: ONE, node }];
  const at = product.operands.findIndex((o) => o.node.kind === 'sum' && isOneR(o.exponent));
  const factor = product.operands[at];
  if (factor?.node.kind !== 'sum') return [{ coefficient: ONE, node }];
  const out = product.axes.map((_, ix) => ix);
  const extents = new Map(product.extents.map((d, ix) => [ix, d]));
  return factor.node.terms.flatMap((t) => {
    const operands = product.operands.map((o, k) => (k === at ? { ...o, node: t.node } : o));
    return multipliedOut(contract(operands, out, extents)).map((p) => ({
      ...p,
      coefficient: mulR(p.coefficient, t.coefficient),
    }));
  });
}

/** Leaves and operations of the formula written out. */
function size(node: Node): number {
  const sizes = new Map<Node, number>();
  for (const n of postorder([node]))
    sizes.set(n, 1 + children(n).reduce((s, c) => s + (sizes.get(c) ?? 0), 0));
  return sizes.get(node) ?? 0;
}
