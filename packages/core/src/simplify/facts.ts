import { contract, scale, sum, transpose, zeros } from '../expr/build.ts';
import type { Contract, Node, Sum, Sym, Term } from '../expr/node.ts';
import { compareNodes } from '../expr/order.ts';
import { children, postorder, symbolsOf, transform } from '../expr/walk.ts';
import { addR, eqR, invR, isOneR, mulR, negR, type Rational } from '../shape/rational.ts';
import { replaceIn } from './match.ts';

/**
 * What is known to hold besides the laws of algebra: equations that the user assumes, and what a declared property says of products.
 * They hold at the points at which a derivative is wanted, and not beside these; so they simplify what was derived, never what is
 * differentiated: of xᵀx with x = 1/‖x‖ the gradient is 2x, and not 0.
 */
export interface Fact {
  /** What takes no place in results any more. */
  readonly left: Node;
  /** What stands in its place; of the same axes. */
  readonly right: Node;
  readonly source: FactSource;
}

export type FactSource =
  /** `assume AᵀA = I`: the equation, as typed. */
  | { readonly kind: 'assumed'; readonly text: string }
  /** `Q is orthogonal`. */
  | { readonly kind: 'declared'; readonly of: Sym; readonly property: string };

/** The size of a formula written out. */
function weight(root: Node): number {
  const sizes = new Map<Node, number>();
  for (const n of postorder([root])) {
    const below = children(n).reduce((s, c) => s + (sizes.get(c) ?? 0), 0);
    const own = n.kind === 'contract' ? n.extents.length : 0;
    sizes.set(n, Math.min(1e9, 1 + below + own));
  }
  return sizes.get(root) ?? 1;
}

/**
 * An equation as a rewriting: the larger side by the smaller one; of sides of equal size by the order of terms, so that nothing is
 * rewritten back and forth. A number before the left side goes to the right.
 * @returns undefined where both sides are one formula, and nothing is said
 */
export function oriented(a: Node, b: Node, source: FactSource): Fact | undefined {
  if (a === b) return undefined;
  const heavier = weight(a) - weight(b) || compareNodes(b, a);
  const [left, right] = heavier > 0 ? [a, b] : [b, a];
  const [only, ...more] = left.kind === 'sum' ? left.terms : [];
  if (!only || more.length > 0) return { left, right, source };
  return { left: only.node, right: scale(invR(only.coefficient), right), source };
}

export interface Simplified {
  readonly nodes: readonly Node[];
  /** For each node the facts that changed it. */
  readonly used: readonly (readonly Fact[])[];
}

/** A node is rewritten so often at the most; facts that go in a circle end there. */
const MAX_REWRITES = 64;

/** Nodes with facts used wherever they apply. Each is gone through by itself, so that it is known what changed it. */
export function applyFacts(nodes: readonly Node[], facts: readonly Fact[]): Simplified {
  const known = facts.map((fact) => ({ fact, symbols: symbolsOf([fact.left]) }));
  const found = nodes.map((node) => {
    const used = new Set<Fact>();
    const inside = facts.length > 0 ? new Set<Node>(symbolsOf([node])) : new Set<Node>();
    const here = known.flatMap(({ fact, symbols }) =>
      symbols.every((s) => inside.has(s)) ? [fact] : [],
    );
    if (here.length === 0) return { current: node, used: [] };
    let current = node;
    for (let k = 0; k < MAX_REWRITES; k++) {
      const [next = current] = transform([current], (n) => rewritten(n, here, used));
      if (next === current) break;
      current = next;
    }
    return { current, used: [...used] };
  });
  return { nodes: found.map((f) => f.current), used: found.map((f) => f.used) };
}

/** Sums within sums are multiplied out so deep at the most. */
const MAX_DEPTH = 3;

function rewritten(node: Node, facts: readonly Fact[], used: Set<Fact>, depth = 0): Node {
  let current = node;
  for (let k = 0; k < MAX_REWRITES; k++) {
    const next = once(current, facts, used, depth);
    if (!next || next === current) return current;
    current = next;
  }
  return current;
}

/** One use of a fact at the root of a node. */
function once(
  node: Node,
  facts: readonly Fact[],
  used: Set<Fact>,
  depth: number,
): Node | undefined {
  for (const fact of facts) {
    const next = useOf(node, fact);
    if (next && next !== node) {
      used.add(fact);
      return next;
    }
  }
  return node.kind === 'contract' && depth < MAX_DEPTH
    ? multipliedOut(node, facts, used, depth)
    : undefined;
}

function useOf(node: Node, { left, right, source }: Fact): Node | undefined {
  if (node === left) return right;
  if (source.kind === 'declared' && source.property === 'skew') return withoutSkew(node, source.of);
  switch (node.kind) {
    case 'contract':
      return replaceIn(node, left, right);
    case 'sum':
      return inSum(node, left, right) ?? inSum(node, transpose(left), transpose(right));
    case 'literal':
    case 'symbol':
    case 'delta':
    case 'apply':
      return undefined;
  }
}

/** Terms that are together a multiple of the left side: of A + B + C with A + B = D is left D + C. */
function inSum(node: Sum, left: Node, right: Node): Node | undefined {
  if (left.kind !== 'sum' || left.terms.length < 2) return undefined;
  let ratio: Rational | undefined;
  for (const t of left.terms) {
    const here = node.terms.find((x) => x.node === t.node);
    if (!here) return undefined;
    const r = mulR(here.coefficient, invR(t.coefficient));
    if (ratio && !eqR(ratio, r)) return undefined;
    ratio = r;
  }
  if (!ratio) return undefined;
  const rest = node.terms.filter((t) => left.terms.every((x) => x.node !== t.node));
  return sum([...rest, { coefficient: ratio, node: right }], node.axes);
}

/** Aᵀ = −A: what is its own negative is 0 (xᵀAx), and A and Aᵀ in two terms of a sum are joined. */
function withoutSkew(node: Node, skew: Sym): Node | undefined {
  if (node.kind === 'contract') return turned(node, skew) === node ? zeros(node.axes) : undefined;
  if (node.kind !== 'sum') return undefined;
  for (const [k, t] of node.terms.entries()) {
    const opposite = t.node.kind === 'contract' ? turned(t.node, skew) : undefined;
    const other = opposite ?? (t.node === skew ? transpose(skew) : undefined);
    const at = node.terms.findIndex((x, j) => j > k && x.node === other);
    const twin = node.terms[at];
    if (!twin) continue;
    const rest = node.terms.filter((_, j) => j !== k && j !== at);
    const joined: Term = { coefficient: addR(t.coefficient, negR(twin.coefficient)), node: t.node };
    return sum([...rest, joined], node.axes);
  }
  return undefined;
}

/** A product with its one factor A transposed; undefined where there is not just one. */
function turned(node: Contract, skew: Sym): Node | undefined {
  const [only, ...more] = node.operands.filter((o) => o.node === skew);
  if (!only || more.length > 0 || !isOneR(only.exponent)) return undefined;
  return contract(
    node.operands.map((o) => (o === only ? { ...o, indices: [...o.indices].reverse() } : o)),
    node.axes.map((_, ix) => ix),
    new Map(node.extents.map((d, ix) => [ix, d])),
  );
}

/** A sum of more terms is not multiplied out. */
const MAX_TERMS = 8;

/** Aᵀ(Ax − b) with AᵀA = I is x − Aᵀb: a sum among the factors is multiplied out where a fact makes the whole shorter by that. */
function multipliedOut(
  node: Contract,
  facts: readonly Fact[],
  used: Set<Fact>,
  depth: number,
): Node | undefined {
  for (const o of node.operands) {
    if (o.node.kind !== 'sum' || !isOneR(o.exponent) || o.node.terms.length > MAX_TERMS) continue;
    const out = node.axes.map((_, ix) => ix);
    const extents = new Map(node.extents.map((d, ix) => [ix, d]));
    const here = new Set<Fact>();
    const terms = o.node.terms.map((t) => ({
      coefficient: t.coefficient,
      node: rewritten(
        contract(
          node.operands.map((x) => (x === o ? { ...x, node: t.node } : x)),
          out,
          extents,
        ),
        facts.filter((f) => f.left.kind === 'contract' || f.source.kind === 'declared'),
        here,
        depth + 1,
      ),
    }));
    if (here.size === 0) continue;
    const whole = sum(terms, node.axes);
    if (weight(whole) > weight(node)) continue;
    for (const f of here) used.add(f);
    return whole;
  }
  return undefined;
}
