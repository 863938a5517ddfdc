import type { Contract, Node } from '../expr/node.ts';

/**
 * Which formulas show how long their sides are. `I` and a repeated number take their size from what stands beside them; where
 * nothing does (`softmax(λI)`, `sum(I + 1)`), a reader could not tell, and `eye(n)` is written.
 */

const known = new WeakMap<Node, boolean>();

/** Whether a formula of one or two axes, by itself, tells their lengths. */
export function showsSize(node: Node): boolean {
  const had = known.get(node);
  if (had !== undefined) return had;
  const found = ((): boolean => {
    switch (node.kind) {
      case 'literal':
      case 'delta':
        return false;
      case 'symbol':
        return node.axes.length > 0;
      case 'sum':
        return node.terms.some((t) => showsSize(t.node));
      case 'contract':
        return node.operands.some((o) => o.indices.length > 0 && showsSize(o.node));
      case 'apply':
        return node.axes.length > 0 && node.args.some(showsSize);
    }
  })();
  known.set(node, found);
  return found;
}

/**
 * Whether an identity among the factors of a product has to bring its size.
 * @param open whether nothing around the product shows it
 */
export const opensFactors = (node: Contract, open: boolean): boolean =>
  !node.operands.some((o) => o.indices.length > 0 && showsSize(o.node)) &&
  (open || node.extents.length > node.axes.length || node.axes.length === 1);
