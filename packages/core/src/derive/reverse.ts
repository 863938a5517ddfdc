import {
  contract,
  delta,
  isZero,
  multiply,
  ones,
  scale,
  sum,
  symbol,
  total,
  zeros,
} from '../expr/build.ts';
import type { Apply, Contract, Node, Sym } from '../expr/node.ts';
import { children, postorder, rewriter } from '../expr/walk.ts';
import { addR, MINUS_ONE, ONE } from '../shape/rational.ts';

/**
 * Reverse mode on the graph: cotangents flow from the value to the variables, each node once (Linnainmaa 1970; Griewank and
 * Walther 2008, algorithm 3.2). Sums and products have one generic rule each; only functions bring their own.
 */

/** A cotangent that several places use, as a symbol with its definition. */
export interface Part {
  readonly symbol: Sym;
  /** In terms of the graph and of earlier parts. */
  readonly node: Node;
  /** The node whose cotangent it is. */
  readonly of: Node;
}

export interface ReverseResult {
  /** In the order of their definitions. */
  readonly parts: readonly Part[];
  /** For each variable, in terms of the graph and the parts. A variable that the value does not contain has zeros. */
  readonly gradients: readonly Node[];
}

/** What a node's cotangent contributes through one of its slots (a vector-Jacobian product). */
export function pullback(node: Node, slot: number, cotangent: Node): Node {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      throw new Error('a leaf has no children');
    case 'sum':
      return scale(node.terms[slot]?.coefficient ?? ONE, cotangent);
    case 'contract':
      return pullContract(node, slot, cotangent);
    case 'apply':
      return pullApply(node, slot, cotangent);
  }
}

/** ∂(Π xₖ^pₖ)/∂xₖ = pₖ xₖ^(pₖ−1) Π others: the cotangent takes the place of the factor, on the result's indices. */
function pullContract(node: Contract, slot: number, cotangent: Node): Node {
  const extents = new Map(node.extents.map((d, i) => [i, d]));
  const operand = node.operands[slot];
  if (!operand) throw new Error('no such factor');
  const factors = node.operands
    .map((o, k) => (k === slot ? { ...o, exponent: addR(o.exponent, MINUS_ONE) } : o))
    .filter((o) => o.exponent.num !== 0n)
    .map((o) => ({ ...o }));
  factors.push({ node: cotangent, exponent: ONE, indices: node.axes.map((_, i) => i) });
  // a diagonal (Aᵢᵢ) pulls back to a diagonal matrix
  const out: number[] = [];
  let fresh = node.extents.length;
  operand.indices.forEach((ix, a) => {
    const d = operand.node.axes[a];
    if (!out.includes(ix) || !d) {
      out.push(ix);
      return;
    }
    extents.set(fresh, d);
    factors.push({ node: delta(d), exponent: ONE, indices: [ix, fresh] });
    out.push(fresh++);
  });
  return scale(operand.exponent, contract(factors, out, extents));
}

function pullApply(node: Apply, slot: number, cotangent: Node): Node {
  if (node.op.mode === 'structured') return node.op.adjoint(node, cotangent, slot);
  const arg = node.args[slot];
  const partial = node.op.partial(node, slot);
  if (!arg || !partial) return zeros(arg?.axes ?? []);
  const product = multiply([cotangent, partial]);
  return arg.axes.length === 0 && node.axes.length > 0 ? total(product) : product;
}

/**
 * The gradients of a scalar with respect to variables.
 * @param seed the value's own cotangent, 1 unless given
 */
export function reverse(
  value: Node,
  variables: readonly Sym[],
  seed: Node = ones(value.axes),
): ReverseResult {
  const wanted = new Set<Node>(variables);
  const active = new Set<Node>();
  const order = postorder([value]);
  for (const node of order) {
    if (wanted.has(node) || children(node).some((c) => active.has(c))) active.add(node);
  }
  const incoming = new Map<Node, Node[]>([[value, [seed]]]);
  const parts: Part[] = [];
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    if (!node || !active.has(node)) continue;
    const list = incoming.get(node);
    if (!list) continue;
    let cotangent = sumOf(list);
    if (wanted.has(node)) {
      incoming.set(node, [cotangent]);
      continue;
    }
    const through = children(node)
      .map((c, k) => [c, k] as const)
      .filter(([c]) => active.has(c));
    if (isZero(cotangent)) continue;
    if (through.length > 1 && !isPlain(cotangent)) {
      const part = symbol(`#${parts.length}`, cotangent.axes, { role: 'part' });
      parts.push({ symbol: part, node: cotangent, of: node });
      cotangent = part;
    }
    for (const [child, slot] of through) {
      const more = pullback(node, slot, cotangent);
      const had = incoming.get(child);
      if (had) had.push(more);
      else incoming.set(child, [more]);
    }
    incoming.delete(node);
  }
  const gradients = variables.map((v) => {
    const list = incoming.get(v);
    return list && list.length > 0 ? sumOf(list) : zeros(v.axes);
  });
  return { parts, gradients };
}

function sumOf(nodes: readonly Node[]): Node {
  const [only, ...rest] = nodes;
  return only && rest.length === 0
    ? only
    : sum(
        nodes.map((node) => ({ coefficient: ONE, node })),
        only?.axes ?? [],
      );
}

const isPlain = (n: Node): boolean =>
  n.kind === 'literal' || n.kind === 'symbol' || (n.kind === 'contract' && n.operands.length === 0);

/**
 * Puts the definitions of parts back where `keep` does not want a name. Definitions come before uses.
 * @param keep gets the part and the number of places where it is used
 */
export function inlineParts(
  result: ReverseResult,
  keep: (part: Part, uses: number) => boolean,
): ReverseResult {
  const uses = countUses([...result.parts.map((p) => p.node), ...result.gradients]);
  const by = new Map<Node, Node>();
  const rewrite = rewriter((node) => by.get(node) ?? node);
  const kept: Part[] = [];
  for (const part of result.parts) {
    const [node = part.node] = rewrite([part.node]);
    const here = { ...part, node };
    // what cancels needs no name, and what it would be multiplied with is gone
    if (!isZero(node) && keep(here, uses.get(part.symbol) ?? 0)) kept.push(here);
    else by.set(part.symbol, node);
  }
  return { parts: kept, gradients: rewrite(result.gradients) };
}

/** How many nodes and roots have a part's symbol directly below them. */
function countUses(roots: readonly Node[]): Map<Node, number> {
  const uses = new Map<Node, number>();
  const count = (n: Node): void => {
    if (n.kind === 'symbol' && n.role === 'part') uses.set(n, (uses.get(n) ?? 0) + 1);
  };
  for (const root of roots) count(root);
  for (const node of postorder(roots)) for (const c of children(node)) count(c);
  return uses;
}
