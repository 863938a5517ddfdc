import type { Node } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE, mulDim } from '../shape/dim.ts';

/** A quantity of the forward pass that the backward pass uses again. */
export interface Cached {
  readonly node: Node;
  /** How many numbers it has. */
  readonly size: Dim;
}

/** Number of entries of a node, as a product of dimensions. */
export const entriesOf = (node: Node): Dim => node.axes.reduce(mulDim, DIM_ONE);

/**
 * What a reverse pass has to keep of the forward pass: the largest parts that the value and its gradients have in common, inputs
 * and constants aside (Griewank and Walther 2008, chapter 4: the values that adjoint statements read).
 * @param withValue whether the value itself may be kept
 */
export function cacheOf(value: Node, gradients: readonly Node[], withValue = false): Cached[] {
  const forward = new Map<Node, boolean>();
  for (const n of postorder([value]))
    forward.set(n, isGiven(n) || children(n).some((c) => forward.get(c)));
  const found: Cached[] = [];
  const seen = new Set<Node>();
  const stack = [...gradients].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const leaf = children(node).length === 0;
    if (!leaf && (withValue || node !== value) && forward.has(node) && !isTurned(node)) {
      if (forward.get(node)) found.push({ node, size: entriesOf(node) });
      continue;
    }
    stack.push(...[...children(node)].reverse());
  }
  return found;
}

/** A transpose, or a factor of dimensions alone, is nothing that was computed. */
const isTurned = (n: Node): boolean => n.kind === 'contract' && n.operands.length === 1;

/** What comes from outside: of sizes and numbers nothing has to be kept. */
const isGiven = (n: Node): boolean =>
  n.kind === 'symbol' && n.role !== 'dimension' && n.role !== 'constant';
