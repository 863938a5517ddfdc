import type { FamilyEquation } from '../elaborate/problem.ts';
import type { Node } from '../expr/node.ts';
import { children, substitute, symbolsOf } from '../expr/walk.ts';
import { factorSums } from '../simplify/factor.ts';
import type { Pulled } from './pull.ts';

/** A derivative written through what the function returned: tanh′ = 1 − tanh². */
export interface ThroughOutput {
  readonly equation: FamilyEquation;
  /** `tanh`. */
  readonly name: string;
  /** The argument, which need not be kept for it: `Z[l−1] W[l]`. */
  readonly argument: Node;
  /** The derivative in terms of the member: `1 − Z[l]²`. */
  readonly slope: Node;
  /** What takes whose place in the source's formulas. */
  readonly by: ReadonlyMap<Node, Node>;
}

/**
 * The law for a step `Z[l] = f(A)` whose derivative follows from its value: f′(A) contains A only through f(A) (tanh, sigmoid, exp),
 * or f's record says how (relu). undefined where the derivative needs A.
 */
export function throughOutput(equation: FamilyEquation): ThroughOutput | undefined {
  const { node, member } = equation;
  const argument = node.kind === 'apply' ? node.args[0] : undefined;
  if (node.kind !== 'apply' || !argument || node.args.length !== 1) return undefined;
  if (node.op.mode === 'structured') return undefined;
  const partial = node.op.partial(node, 0);
  if (!partial) return undefined;
  const stated = node.op.slopeOfOutput?.(member);
  const by = new Map<Node, Node>([[node, member]]);
  if (stated) by.set(partial, stated);
  const slope = stated ?? substitute([partial], by)[0] ?? partial;
  const others = symbolsOf([slope]).filter((s) => s.role === 'variable' && s !== member);
  if (others.length > 0) return undefined;
  return { equation, name: node.op.name, argument, slope, by };
}

/** A source's formulas with some nodes replaced by others of the same value. */
export function replaced(pulled: Pulled, by: ReadonlyMap<Node, Node>): Pulled {
  const go = (node: Node): Node => factorSums(substitute([node], by))[0] ?? node;
  return {
    source: pulled.source,
    parts: pulled.parts.map((p) => ({ ...p, node: go(p.node) })),
    contributions: pulled.contributions.map((c) => ({ ...c, node: go(c.node) })),
  };
}

/**
 * A right side that is no function entry by entry is its member: where its own derivative uses it (softmax does), the member stands
 * for it, whichever way derivatives of functions are written.
 */
export const ownValue = ({ node, member }: FamilyEquation): ReadonlyMap<Node, Node> =>
  new Map(
    isLeaf(node) || (node.kind === 'apply' && node.op.mode === 'elementwise')
      ? []
      : [[node, member]],
  );

const isLeaf = (n: Node): boolean => children(n).length === 0;
