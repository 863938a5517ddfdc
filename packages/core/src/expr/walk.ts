import { contract, reapply, sum } from './build.ts';
import type { Node } from './node.ts';

/** The nodes directly below. */
export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return [];
    case 'sum':
      return node.terms.map((t) => t.node);
    case 'contract':
      return node.operands.map((o) => o.node);
    case 'apply':
      return node.args;
  }
}

/**
 * Every node below the roots once, children before parents. Uses no call stack: graphs may be thousands of nodes deep.
 * @param known nodes that are passed over, with all that is below them
 */
export function postorder(roots: readonly Node[], known?: ReadonlyMap<Node, unknown>): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 1 | 2>();
  const stack = [...roots].reverse().filter((r) => !known?.has(r));
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    if (!node) break;
    const seen = state.get(node);
    if (seen === undefined) {
      state.set(node, 1);
      const below = children(node);
      for (let i = below.length - 1; i >= 0; i--) {
        const child = below[i];
        if (child && !state.has(child) && !known?.has(child)) stack.push(child);
      }
    } else {
      stack.pop();
      if (seen === 1) {
        state.set(node, 2);
        order.push(node);
      }
    }
  }
  return order;
}

/** The same node over other children, in normal form. */
export function rebuild(node: Node, of: (child: Node) => Node): Node {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return node;
    case 'sum':
      return sum(
        node.terms.map((t) => ({ coefficient: t.coefficient, node: of(t.node) })),
        node.axes,
      );
    case 'contract': {
      const extents = new Map(node.extents.map((d, i) => [i, d]));
      return contract(
        node.operands.map((o) => ({ ...o, node: of(o.node) })),
        node.axes.map((_, i) => i),
        extents,
      );
    }
    case 'apply':
      return reapply(node, node.args.map(of));
  }
}

/**
 * Rewrites bottom-up: `visit` sees each node once, over children that are already rewritten. Nodes that nothing changed stay the same.
 */
export function transform(
  roots: readonly Node[],
  visit: (node: Node, original: Node) => Node,
): Node[] {
  const rewrite = rewriter(visit);
  return rewrite(roots);
}

/** The same for roots that come one after the other: what they share is visited once. */
export function rewriter(
  visit: (node: Node, original: Node) => Node,
): (roots: readonly Node[]) => Node[] {
  const done = new Map<Node, Node>();
  return (roots) => {
    for (const node of postorder(roots, done)) {
      const fresh = children(node).some((c) => done.get(c) !== c)
        ? rebuild(node, (c) => done.get(c) ?? c)
        : node;
      done.set(node, visit(fresh, node));
    }
    return roots.map((r) => done.get(r) ?? r);
  };
}

/** Replaces nodes by others of the same axes. */
export function substitute(roots: readonly Node[], by: ReadonlyMap<Node, Node>): Node[] {
  return transform(roots, (node, original) => by.get(original) ?? by.get(node) ?? node);
}

/** All symbols below, in order of first appearance. */
export function symbolsOf(roots: readonly Node[]): Extract<Node, { kind: 'symbol' }>[] {
  return postorder(roots).filter((n) => n.kind === 'symbol');
}

/** Whether a node depends on another. */
export const dependsOn = (node: Node, on: Node): boolean => postorder([node]).includes(on);
