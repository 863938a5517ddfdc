import type { Node, Sym } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';

/** A step of a path: through one slot of a node to what stands there. */
export interface Edge {
  readonly node: Node;
  readonly slot: number;
}

/** From the value to the variable. */
export type Path = readonly Edge[];

export interface Paths {
  /** How many there are: exact up to 2⁵³, then a lower bound. */
  readonly count: number;
  /** All of them in order of the graph, or none where there are more than the limit. */
  readonly list: readonly Path[];
}

/** Whether a function's derivative through a slot is identically zero (a step, a sign). */
const isDead = (node: Node, slot: number): boolean =>
  node.kind === 'apply' &&
  node.op.mode === 'elementwise' &&
  node.op.partial(node, slot) === undefined;

/**
 * The paths along which the value depends on a variable. They are counted before they are listed: there may be exponentially many.
 * Time is linear in the graph and in what is listed; no call stack is used.
 */
export function pathsTo(value: Node, variable: Sym, limit: number): Paths {
  const counts = new Map<Node, number>();
  for (const node of postorder([value])) {
    let count = node === variable ? 1 : 0;
    children(node).forEach((child, slot) => {
      const below = counts.get(child) ?? 0;
      if (below > 0 && !isDead(node, slot)) count += below;
    });
    counts.set(node, Math.min(count, Number.MAX_SAFE_INTEGER));
  }
  const count = counts.get(value) ?? 0;
  return { count, list: count > limit ? [] : listed(value, variable, counts) };
}

/** A path under construction shares its beginning with others. */
interface Trail {
  readonly at: Node;
  readonly last: Edge | null;
  readonly before: Trail | null;
}

function listed(value: Node, variable: Sym, counts: ReadonlyMap<Node, number>): Path[] {
  const found: Path[] = [];
  const open: Trail[] = [{ at: value, last: null, before: null }];
  for (let trail = open.pop(); trail; trail = open.pop()) {
    const { at } = trail;
    if (at === variable) {
      const path: Edge[] = [];
      for (let t: Trail | null = trail; t?.last; t = t.before) path.push(t.last);
      found.push(path.reverse());
      continue;
    }
    const below = children(at);
    for (let slot = below.length - 1; slot >= 0; slot--) {
      const child = below[slot];
      if (child && (counts.get(child) ?? 0) > 0 && !isDead(at, slot))
        open.push({ at: child, last: { node: at, slot }, before: trail });
    }
  }
  return found;
}
