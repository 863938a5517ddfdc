import { contract, sum } from '../expr/build.ts';
import type { Contract, Node, Sum } from '../expr/node.ts';
import { planSized, type Sizes } from '../expr/plan.ts';
import { children, postorder, transform } from '../expr/walk.ts';
import { isOneR } from '../shape/rational.ts';
import { arraysOf, factorsOf } from './open.ts';

/**
 * Products multiplied out where that takes less work: (uvᵀ + A)x = u(vᵀx) + Ax, (I − X X⁺)G = G − X(X⁺G).
 * What other formulas use too stays as it is, since it is computed anyway.
 */
export function distributed(roots: readonly Node[], sizes: Sizes): Node[] {
  const order = postorder(roots);
  const uses = new Map<Node, number>();
  for (const n of order) for (const c of children(n)) uses.set(c, (uses.get(c) ?? 0) + 1);
  for (const r of roots) uses.set(r, (uses.get(r) ?? 0) + 1);
  const isShared = (n: Node): boolean => (uses.get(n) ?? 0) > 1;
  return transform(roots, (node, original) => {
    if (node.kind !== 'contract' || original.kind !== 'contract') return node;
    if (node.axes.length > 2 || node.extents.length === node.axes.length) return node;
    let best: Node = node;
    for (const [k, o] of node.operands.entries()) {
      const before = original.operands.find((p) => p.node === o.node);
      if (o.node.kind !== 'sum' || o.node.terms.length < 2 || o.node.terms.length > MAX_TERMS)
        continue;
      if (!isOneR(o.exponent) || !before || isShared(o.node)) continue;
      const out = multipliedOut(node, k, o.node);
      if (workOf(out, isShared, sizes) < workOf(best, isShared, sizes)) best = out;
    }
    return best;
  });
}

/** Longer sums stay as they are. */
const MAX_TERMS = 4;

function multipliedOut(node: Contract, k: number, factor: Sum): Node {
  const out = node.axes.map((_, ix) => ix);
  const extents = new Map(node.extents.map((d, ix) => [ix, d]));
  return sum(
    factor.terms.map((t) => ({
      coefficient: t.coefficient,
      node: contract(
        node.operands.map((o, j) => (j === k ? { ...o, node: t.node } : o)),
        out,
        extents,
      ),
    })),
    node.axes,
  );
}

/** How far below a product work is looked at: at its factors, and at the terms of these. */
const DEPTH = 2;

/** Multiplications and additions of a node and of what is right below it, but for what is computed anyway. */
function workOf(node: Node, isShared: (n: Node) => boolean, sizes: Sizes, depth = 0): number {
  if (depth > 0 && isShared(node)) return 0;
  const below =
    depth < DEPTH
      ? children(node).reduce((w, c) => w + workOf(c, isShared, sizes, depth + 1), 0)
      : 0;
  if (node.kind === 'sum') return below + node.terms.length * entries(node, sizes);
  if (node.kind !== 'contract') return below;
  const product = factorsOf(node);
  const operands = arraysOf(product).filter((o) => o.node.kind !== 'delta');
  if (operands.length < 2) return below;
  return below + (planSized({ ...product, operands }, sizes)?.cost ?? 0);
}

const entries = (n: Node, sizes: Sizes): number => n.axes.reduce((p, d) => p * sizes.length(d), 1);
