import type { Node } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import type { NamedPart } from './derivation.ts';

/** Sizes beyond this are all alike. */
const HUGE = 1e9;

/**
 * How large the nodes below some roots are when written out: shared parts count at every use. A part counts as what it stands
 * for.
 */
export function treeSizes(
  parts: readonly NamedPart[],
  roots: readonly Node[] = [],
): Map<Node, number> {
  const found = new Map<Node, number>();
  const measure = (root: Node): void => {
    for (const n of postorder([root], found)) {
      const below = children(n).reduce((t, c) => t + (found.get(c) ?? 0), 0);
      found.set(n, Math.min(HUGE, 1 + below));
    }
  };
  for (const p of parts) {
    measure(p.node);
    found.set(p.symbol, found.get(p.node) ?? 1);
  }
  for (const r of roots) measure(r);
  return found;
}
