import { contract, type Factor, isSymmetric } from '../expr/build.ts';
import type { Contract, Node, Operand } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import { eqR, isIntegerR, ONE, signR, toNumber } from '../shape/rational.ts';

/** Powers higher than this are not taken apart into factors, and products of more factors are not searched. */
const MAX_POWER = 8;
const MAX_FACTORS = 24;

/** A product taken apart: whole powers are so many equal factors, and a square of a product of matrices is two of them. */
interface Apart {
  readonly factors: readonly Operand[];
  readonly extents: ReadonlyMap<number, Dim>;
}

function takeApart(node: Contract, squares: boolean): Apart {
  const extents = new Map(node.extents.map((d, ix) => [ix, d]));
  const factors: Operand[] = [];
  let next = node.extents.length;
  for (const o of node.operands) {
    const power = isIntegerR(o.exponent) && signR(o.exponent) > 0 ? toNumber(o.exponent) : 0;
    if (power < 1 || power > MAX_POWER) {
      factors.push(o);
      continue;
    }
    const inner = squares && power > 1 && o.node.kind === 'contract' ? o.node : null;
    for (let k = 0; k < power; k++) {
      if (!inner) {
        factors.push({ ...o, exponent: ONE });
        continue;
      }
      const rank = inner.axes.length;
      const names = inner.extents.map((d, ix) => {
        if (ix < rank) return o.indices[ix] ?? -1;
        extents.set(next, d);
        return next++;
      });
      for (const x of inner.operands)
        factors.push({ ...x, indices: x.indices.map((ix) => names[ix] ?? -1) });
    }
  }
  return { factors, extents };
}

/** Where the factors of a pattern stand in a product. */
interface Found {
  /** Of each index of the pattern the index of the product. */
  readonly names: ReadonlyMap<number, number>;
  readonly used: ReadonlySet<number>;
}

/**
 * A product in which a pattern, itself a product, is replaced by another array of its axes: with AᵀA = I the product B AᵀA C is B C. The
 * pattern's factors may stand anywhere among others and either way round; what it sums over has to be summed there and to touch nothing else.
 * @returns undefined where the pattern does not occur
 */
export function replaceIn(node: Contract, pattern: Node, by: Node): Node | undefined {
  if (pattern.kind !== 'contract' || pattern.operands.length === 0) return undefined;
  const wanted = takeApart(pattern, false);
  for (const squares of [false, true]) {
    const given = takeApart(node, squares);
    if (given.factors.length > MAX_FACTORS) continue;
    const found = search(
      wanted.factors,
      0,
      { names: new Map(), used: new Set() },
      given,
      node,
      pattern,
    );
    if (!found) continue;
    const rest: Factor[] = given.factors.filter((_, k) => !found.used.has(k));
    const place = pattern.axes.map((_, ix) => found.names.get(ix) ?? -1);
    return contract(
      [...rest, { node: by, indices: by.axes.length === 0 ? [] : place }],
      node.axes.map((_, ix) => ix),
      given.extents,
    );
  }
  return undefined;
}

function search(
  wanted: readonly Operand[],
  at: number,
  so: Found,
  given: Apart,
  node: Contract,
  pattern: Contract,
): Found | undefined {
  const p = wanted[at];
  if (!p) return isClosed(so, given, node, pattern) ? so : undefined;
  for (const [k, o] of given.factors.entries()) {
    if (so.used.has(k) || o.node !== p.node || !eqR(o.exponent, p.exponent)) continue;
    for (const indices of placements(o)) {
      const names = new Map(so.names);
      const fits = p.indices.every((ix, a) => {
        const known = names.get(ix);
        const here = indices[a] ?? -1;
        if (known === undefined) names.set(ix, here);
        return known === undefined || known === here;
      });
      if (!fits) continue;
      const used = new Set(so.used).add(k);
      const found = search(wanted, at + 1, { names, used }, given, node, pattern);
      if (found) return found;
    }
  }
  return undefined;
}

/** A symmetric matrix stands either way round. */
const placements = ({ node, indices }: Operand): readonly (readonly number[])[] =>
  indices.length === 2 && indices[0] !== indices[1] && isSymmetric(node)
    ? [indices, [...indices].reverse()]
    : [indices];

/** What the pattern sums over is summed in the product, over indices of their own, and touches no other factor. */
function isClosed(
  { names, used }: Found,
  { factors }: Apart,
  node: Contract,
  pattern: Contract,
): boolean {
  const open = new Set(pattern.axes.map((_, ix) => names.get(ix)));
  const summed = pattern.extents.map((_, ix) => names.get(ix)).slice(pattern.axes.length);
  return (
    // an axis of mere repetition has no place
    !open.has(undefined) &&
    new Set(summed).size === summed.length &&
    summed.every(
      (ix) =>
        ix !== undefined &&
        ix >= node.axes.length &&
        !open.has(ix) &&
        factors.every((o, k) => used.has(k) || !o.indices.includes(ix)),
    )
  );
}
