import type { Node } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import type { NamedPart } from './derivation.ts';

/** For each root, which parts stand in it, by their place in the list. Time in proportion to the graph above the parts. */
export function partsIn(
  roots: readonly Node[],
  parts: readonly NamedPart[],
): readonly (readonly number[])[] {
  const place = new Map<Node, number>(parts.map((p, k) => [p.symbol, k]));
  const holds = new Set<Node>();
  for (const n of postorder(roots))
    if (place.has(n) || children(n).some((c) => holds.has(c))) holds.add(n);
  return roots.map((root) => {
    const found: number[] = [];
    const seen = new Set<Node>();
    const stack = [root];
    for (let n = stack.pop(); n; n = stack.pop()) {
      if (seen.has(n) || !holds.has(n)) continue;
      seen.add(n);
      const at = place.get(n);
      if (at === undefined) stack.push(...children(n));
      else found.push(at);
    }
    return found;
  });
}

/** The parts in an order in which definitions come before uses; where that leaves a choice, as they stand. */
export function inOrder(parts: readonly NamedPart[]): NamedPart[] {
  const needs = partsIn(
    parts.map((p) => p.node),
    parts,
  );
  const state = new Map<number, 'open' | 'done'>();
  const order: NamedPart[] = [];
  for (let start = 0; start < parts.length; start++) {
    const stack = [start];
    while (stack.length > 0) {
      const k = stack[stack.length - 1] as number;
      const part = parts[k];
      if (state.get(k) === undefined) {
        state.set(k, 'open');
        const before = (needs[k] ?? []).filter((j) => state.get(j) === undefined);
        stack.push(...before.sort((a, b) => b - a));
        continue;
      }
      stack.pop();
      if (state.get(k) === 'open' && part) order.push(part);
      state.set(k, 'done');
    }
  }
  return order;
}
