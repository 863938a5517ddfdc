import type { Node, Sym } from '../expr/node.ts';
import { postorder, rewriter } from '../expr/walk.ts';
import { expandSums } from '../simplify/expand.ts';
import { factorSums } from '../simplify/factor.ts';
import { applyFacts, type Fact, type Simplified } from '../simplify/facts.ts';
import type { Derivation, NamedPart } from './derivation.ts';
import { nameParts, type Typed } from './naming.ts';
import { inlineParts, type Part, reverse } from './reverse.ts';
import { treeSizes } from './size.ts';
import { inSpaceOf } from './space.ts';
import { partsIn } from './uses.ts';

export interface DeriveRequest {
  /** A scalar. */
  readonly value: Node;
  readonly variables: readonly Sym[];
  /** Equations that the user typed: where their right side occurs in a result, it is shown by its name. */
  readonly typed?: readonly Typed[];
  /** Names that no part may take. */
  readonly taken?: ReadonlySet<string>;
  /** The convention for structured variables, see `inSpaceOf`. */
  readonly independentEntries?: boolean;
  /** What holds at the points at which the gradients are wanted, and makes them simpler. */
  readonly facts?: readonly Fact[];
}

/** With more cotangents than this each keeps a name: written out, the formulas of a deep network would grow without bound. */
const MANY = 8;

/**
 * A cotangent that is used more than once is named where it is larger than this; a smaller one is written out. Several variables
 * share it; within the formula of one, factors are better joined than named.
 */
const WORTH_A_NAME = { shared: 16, own: 60 };

/**
 * The gradients of a scalar in the form in which they are shown: reverse mode once for all variables, what several formulas use
 * computed once and named, common factors joined.
 */
export function deriveGradients(request: DeriveRequest): Derivation {
  const {
    value,
    variables,
    typed = [],
    taken = new Set(),
    independentEntries,
    facts = [],
  } = request;
  const backward = reverse(value, variables);
  const many = backward.parts.length > MANY;
  const worth = variables.length > 1 ? WORTH_A_NAME.shared : WORTH_A_NAME.own;
  const sizes = many ? new Map<Node, number>() : treeSizes(backward.parts);
  const { parts, gradients } = inlineParts(
    backward,
    (part, uses) => many || (uses > 1 && (sizes.get(part.symbol) ?? 0) > worth),
  );
  const projected = variables.map((v, k) => inSpaceOf(v, gradients[k] as Node, independentEntries));
  const typedNodes = new Set(postorder([value]));
  const plain = [...projected.map((p) => p.node), ...parts.map((p) => p.node)];
  const free = factorSums(expandSums(plain, typedNodes), typedNodes);
  const known = factsUsed(free, variables.length, parts, facts);
  const changed = known.used.some((u) => u.length > 0);
  const simple = changed ? factorSums(known.nodes, typedNodes) : free;
  const cotangents = known.parts.map((p, k) => ({
    symbol: p.symbol,
    node: simple[variables.length + k] as Node,
  }));
  const named = nameParts({
    value,
    gradients: simple.slice(0, variables.length),
    cotangents,
    typed,
    taken,
  });
  const definitions = parts.map((p, k) => ({
    symbol: p.symbol,
    node: free[variables.length + k] as Node,
  }));
  const ofParts = known.used.slice(variables.length).flat();
  return {
    value,
    gradients: variables.map((variable, k) => ({
      variable,
      shown: named.shown[k] as Node,
      note: projected[k]?.note ?? null,
      facts: [...new Set([...(known.used[k] ?? []), ...ofParts])],
      // rarely asked for, and to write it out takes time
      get free() {
        return withoutParts([free[k] as Node], definitions)[0] as Node;
      },
    })),
    parts: named.parts,
  };
}

/** Formulas larger than this, written out, keep their parts. */
const MAX_WHOLE = 400;

/**
 * Gradients, and behind them the parts that they use, with facts used. Where a fact reaches over the border of a part (Aᵀ G with
 * G = Ax − b and AᵀA = I) the parts are put back first, and none are left.
 */
function factsUsed(
  nodes: readonly Node[],
  count: number,
  parts: readonly Part[],
  facts: readonly Fact[],
): Simplified & { readonly parts: readonly Part[] } {
  const apart = { ...applyFacts(nodes, facts), parts };
  if (facts.length === 0 || parts.length === 0) return apart;
  const named = parts.map((p, k) => ({ symbol: p.symbol, node: nodes[count + k] as Node }));
  const gradients = nodes.slice(0, count);
  const sizes = treeSizes(named, gradients);
  if (gradients.some((g) => (sizes.get(g) ?? 0) > MAX_WHOLE)) return apart;
  const whole = applyFacts(withoutParts(gradients, named), facts);
  const before = new Set(apart.used.flat());
  return whole.used.flat().some((f) => !before.has(f)) ? { ...whole, parts: [] } : apart;
}

/** For each formula the parts that it needs, directly or through others, in the order of definition. */
export function partsOf(
  formulas: readonly Node[],
  parts: readonly NamedPart[],
): readonly (readonly NamedPart[])[] {
  const uses = partsIn([...parts.map((p) => p.node), ...formulas], parts);
  return formulas.map((_, f) => {
    const needed = new Set(uses[parts.length + f]);
    for (let k = parts.length - 1; k >= 0; k--)
      if (needed.has(k)) for (const j of uses[k] ?? []) needed.add(j);
    return parts.filter((_part, k) => needed.has(k));
  });
}

/** For each formula the parts that no formula before it needs, so that each part is named at one of them. */
export function newPartsOf(
  formulas: readonly Node[],
  parts: readonly NamedPart[],
): readonly (readonly NamedPart[])[] {
  const uses = partsIn([...parts.map((p) => p.node), ...formulas], parts);
  const seen = new Set<number>();
  return formulas.map((_, f) => {
    const fresh: number[] = [];
    const stack = [...(uses[parts.length + f] ?? [])];
    for (let k = stack.pop(); k !== undefined; k = stack.pop()) {
      if (seen.has(k)) continue;
      seen.add(k);
      fresh.push(k);
      stack.push(...(uses[k] ?? []));
    }
    return fresh.sort((a, b) => a - b).flatMap((k) => parts[k] ?? []);
  });
}

/** Formulas with their parts put back. Takes time in proportion to the graph. */
export function withoutParts(formulas: readonly Node[], parts: readonly NamedPart[]): Node[] {
  const by = new Map<Node, Node>();
  const rewrite = rewriter((node) => by.get(node) ?? node);
  for (const p of parts) by.set(p.symbol, rewrite([p.node])[0] ?? p.node);
  return rewrite(formulas);
}
