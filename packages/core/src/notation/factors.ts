import { contract, ones } from '../expr/build.ts';
import type { Contract, Node, Operand } from '../expr/node.ts';
import type { Plan, PlanPair } from '../expr/plan.ts';
import { dimAtom } from '../shape/dim.ts';
import { eqR, isOneR, MINUS_ONE } from '../shape/rational.ts';
import type { ScalarFactor } from './algebra.ts';

/** What the factors of a product are, for the reading of it. */

/** Where a factor stands in a product entry by entry. */
export function entryRank(p: Plan): number {
  if (p.kind !== 'operand') return 0;
  const { node } = p.operand;
  if (node.kind === 'symbol') return node.role === 'part' ? 1 : 2;
  return node.kind === 'apply' ? 3 : 4;
}

/** A factor of a chain, with its rows and columns. */
export interface Link {
  readonly plan: Plan;
  readonly i: number | null;
  readonly j: number | null;
}

/** Matrix product (one index shared, and summed) or outer product (none shared). */
export function isProduct(p: PlanPair): boolean {
  const shared = p.left.indices.filter((ix) => p.right.indices.includes(ix));
  return shared.length === p.summed.length && shared.length < 2;
}

export const contains = (whole: Plan, part: Plan): boolean =>
  whole === part ||
  (whole.kind === 'pair' && (contains(whole.left, part) || contains(whole.right, part)));

/** A dimension or a name joins the leading fraction; anything else stands by itself. */
export function simplicity(node: Node): ScalarFactor<never>['simple'] {
  if (node.kind === 'symbol') return node.role === 'dimension' ? 'dimension' : 'name';
  if (
    node.kind === 'sum' &&
    node.terms.every((t) => simplicity(t.node) === 'dimension' || t.node.kind === 'literal')
  )
    return 'dimension';
  return null;
}

/** The small array that a repeated one repeats. */
export function smaller(x: Contract): Node {
  const used = new Set(x.operands.flatMap((o) => o.indices));
  const out = x.axes.map((_, i) => i).filter((i) => used.has(i));
  if (x.operands.length === 0) return ones([]);
  return contractOf(x, out);
}

const contractOf = (x: Contract, out: readonly number[]): Node =>
  contract(
    x.operands,
    out,
    new Map(
      x.extents
        .map((d, i) => [i, d] as const)
        .filter(([i]) => out.includes(i) || i >= x.axes.length),
    ),
  );

/** The dimension that a scalar factor divides by. */
const divisor = (o: Operand): Node | undefined =>
  o.node.kind === 'symbol' && o.node.role === 'dimension' && eqR(o.exponent, MINUS_ONE)
    ? o.node
    : undefined;

/** A sum over one index of one factor, divided by as many as it has: a mean. Gives the factor that divides. */
export function meanDivisor(x: Contract, scalars: readonly Operand[]): Operand | undefined {
  const [only, ...more] = x.operands.filter((o) => o.indices.length > 0);
  const summed = x.extents.slice(x.axes.length);
  const [side] = summed;
  if (!only || more.length > 0 || !isOneR(only.exponent) || summed.length !== 1) return undefined;
  const atom = side && dimAtom(side);
  if (!atom || new Set(only.indices).size < only.indices.length) return undefined;
  return scalars.find((o) => {
    const n = divisor(o);
    return n?.kind === 'symbol' && n.name === atom.name && n.index === null && atom.index === null;
  });
}
