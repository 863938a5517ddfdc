import { dimConstant } from '../shape/dim.ts';
import type { Node } from './node.ts';
import { NOMINAL, planContract } from './plan.ts';
import { postorder } from './walk.ts';

/**
 * Multiplications and additions for all nodes below the roots, each once, with every symbolic size taken as `NOMINAL`:
 * for comparing two ways to write the same, not for telling a time. An expression without a plan counts as endless.
 */
export function nominalCost(roots: readonly Node[]): number {
  let total = 0;
  for (const node of postorder(roots)) {
    const size = node.axes.reduce((p, d) => p * (dimConstant(d) ?? NOMINAL), 1);
    switch (node.kind) {
      case 'literal':
      case 'symbol':
      case 'delta':
        break;
      case 'sum':
        total += size * node.terms.length;
        break;
      case 'apply':
        total += node.op.mode === 'elementwise' || node.axes.length < 2 ? size : size * NOMINAL;
        break;
      case 'contract':
        total += node.operands.some((o) => o.indices.length > 0)
          ? (planContract(node)?.cost ?? Number.POSITIVE_INFINITY)
          : 0;
        break;
    }
  }
  return total;
}
