import { isZero } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { postorder, substitute } from '../expr/walk.ts';
import { factorSums } from '../simplify/factor.ts';
import type { Derivation, Gradient, NamedPart } from './derivation.ts';
import { nameParts, type Typed } from './naming.ts';
import { inlineParts, reverse } from './reverse.ts';
import { inSpaceOf } from './space.ts';

export interface DeriveRequest {
  /** A scalar. */
  readonly value: Node;
  readonly variables: readonly Sym[];
  /** Equations that the user typed: where their right side occurs in a result, it is shown by its name. */
  readonly typed?: readonly Typed[];
  /** Names that no part may take. */
  readonly taken?: ReadonlySet<string>;
}

/**
 * The gradients of a scalar in the form in which they are shown: reverse mode once for all variables, common factors joined,
 * long parts named.
 */
export function deriveGradients(request: DeriveRequest): Derivation {
  const { value, variables } = request;
  const result = inlineParts(reverse(value, variables), () => false);
  const projected = variables.map((v, k) => inSpaceOf(v, result.gradients[k] as Node));
  const nodes = factorSums(projected.map((p) => p.node));
  const named = nameParts(nodes, request.typed ?? [], request.taken ?? new Set());
  const gradients = variables.map((variable, k): Gradient => {
    const node = nodes[k] as Node;
    return { variable, node, shown: named.shown[k] ?? node, note: projected[k]?.note ?? null };
  });
  return { value, gradients, parts: named.parts };
}

/** The parts that a formula needs, in the order of definition. */
export function partsOf(node: Node, parts: readonly NamedPart[]): NamedPart[] {
  const needed = new Set<Node>();
  const visit = (root: Node): void => {
    for (const n of postorder([root])) {
      const part = parts.find((p) => p.symbol === n);
      if (part && !needed.has(n)) {
        needed.add(n);
        visit(part.node);
      }
    }
  };
  visit(node);
  return parts.filter((p) => needed.has(p.symbol));
}

/** A formula with its parts put back. */
export function withoutParts(node: Node, parts: readonly NamedPart[]): Node {
  const by = new Map<Node, Node>();
  for (const p of parts) by.set(p.symbol, substitute([p.node], by)[0] ?? p.node);
  return by.size === 0 ? node : (substitute([node], by)[0] ?? node);
}

/** Whether the variable does not occur: a true zero, known from the graph and not from numbers. */
export const isTrueZero = (value: Node, variable: Sym, gradient: Node): boolean =>
  isZero(gradient) && !postorder([value]).includes(variable);
