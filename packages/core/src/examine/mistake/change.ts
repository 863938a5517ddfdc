import { contract, reapply, sum } from '../../expr/build.ts';
import type { Apply, Node } from '../../expr/node.ts';
import { children, postorder } from '../../expr/walk.ts';
import type { MistakeClass } from '../examination.ts';

/** One small change of a node, as people make them by mistake, or undo them. */
export interface Change {
  /** What it is called where it spoils a right formula. */
  readonly class: MistakeClass;
  /** What it repairs where it sets a wrong formula right. */
  readonly amends: MistakeClass;
  /** How unlikely it is: about one for the mistakes that everyone makes. */
  readonly cost: number;
  /** How unlikely the mistake is that it repairs. */
  readonly amendsCost: number;
  readonly to: Node;
  /** What is left out: a term, a factor. */
  readonly part?: Node;
}

/** A change somewhere in a formula. */
export interface Edit extends Omit<Change, 'to'> {
  /** The part that is changed, and what becomes of it. */
  readonly before: Node;
  readonly after: Node;
  /** The whole formula after the change. */
  readonly node: Node;
}

const OPPOSITE: Partial<Record<MistakeClass, MistakeClass>> = {
  'missing-term': 'extra-term',
  'extra-term': 'missing-term',
  'hadamard-for-product': 'product-for-hadamard',
  'product-for-hadamard': 'hadamard-for-product',
  'missing-derivative': 'extra-derivative',
  'extra-derivative': 'missing-derivative',
  'sum-for-mean': 'mean-for-sum',
  'mean-for-sum': 'sum-for-mean',
  'missing-symmetrisation': 'extra-term',
};

export const change = (
  name: MistakeClass,
  cost: number,
  to: Node,
  amends: MistakeClass = OPPOSITE[name] ?? name,
  amendsCost = cost,
): Change => ({ class: name, amends, cost, amendsCost, to });

/** The same where something is left out. */
export const omission = (name: MistakeClass, cost: number, to: Node, part: Node): Change => ({
  ...change(name, cost, to),
  part,
});

/** What stands around a formula: from it wrong parts are replaced by right ones. */
export interface Pool {
  /** Everything below the value, the gradient and the claim, each once. */
  readonly nodes: readonly Node[];
  /** The nodes of the value that are computed on the way forward. */
  readonly forward: ReadonlySet<Node>;
  /** Named scalars and dimensions. */
  readonly scalars: readonly Node[];
  /** Derivatives, and second ones, of functions of the value, entry by entry, with the function. */
  readonly slopes: ReadonlyMap<Node, Apply>;
}

export function poolOf(value: Node, others: readonly Node[]): Pool {
  const below = postorder([value]);
  const nodes = postorder([value, ...others]);
  const slopes = new Map<Node, Apply>();
  for (const node of below) {
    const slope = node.kind === 'apply' ? slopeOf(node) : undefined;
    if (!slope || node.kind !== 'apply') continue;
    slopes.set(slope, node);
    const again = slope.kind === 'apply' ? slopeOf(slope) : undefined;
    if (again && slope.kind === 'apply') slopes.set(again, slope);
  }
  return {
    nodes,
    forward: new Set(below),
    scalars: nodes.filter(
      (n) => n.kind === 'symbol' && n.axes.length === 0 && n.role !== 'constant',
    ),
    slopes,
  };
}

/** f′(x) of a function of one argument entry by entry. */
export const slopeOf = (node: Apply): Node | undefined =>
  node.op.mode === 'elementwise' && node.args.length === 1 ? node.op.partial(node, 0) : undefined;

export const sameAxes = (a: Node, b: Node): boolean =>
  a.axes.length === b.axes.length && a.axes.every((d, i) => d === b.axes[i]);

/** A place in a formula read as a tree, and how the whole is made again with another node there. */
export interface Position {
  readonly node: Node;
  readonly depth: number;
  /** Whether the path from the root leads through sums and products only. */
  readonly linear: boolean;
  readonly put: (node: Node) => Node;
}

/** Formulas larger than this are searched in their upper part only. */
const MAX_POSITIONS = 120;

/** The places of a formula, the upper ones first. */
export function positionsOf(root: Node): Position[] {
  const found: Position[] = [{ node: root, depth: 0, linear: true, put: (n) => n }];
  for (let k = 0; k < found.length && found.length < MAX_POSITIONS; k++) {
    const { node, depth, linear, put } = found[k] as Position;
    children(node).forEach((child, slot) => {
      found.push({
        node: child,
        depth: depth + 1,
        linear: linear && node.kind !== 'apply',
        put: (by) => put(withChild(node, slot, by)),
      });
    });
  }
  return found.slice(0, MAX_POSITIONS);
}

/** A node with another child of the same axes in one slot. */
function withChild(node: Node, slot: number, by: Node): Node {
  const swap = <T extends { readonly node: Node }>(x: T, k: number): T =>
    k === slot ? { ...x, node: by } : x;
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return node;
    case 'sum':
      return sum(node.terms.map(swap), node.axes);
    case 'contract':
      return contract(
        node.operands.map(swap),
        node.axes.map((_, i) => i),
        new Map(node.extents.map((d, i) => [i, d])),
      );
    case 'apply':
      return reapply(
        node,
        node.args.map((a, k) => (k === slot ? by : a)),
      );
  }
}
