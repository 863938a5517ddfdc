import { contract } from '../../expr/build.ts';
import type { Contract, Node, Operand } from '../../expr/node.ts';
import type { Dim } from '../../shape/dim.ts';
import { ONE } from '../../shape/rational.ts';

/**
 * A product of matrices in the order in which it is written: which stands beside which, which is transposed, what is multiplied
 * entry by entry. On it the mistakes of order are made: another order, a transpose too many, ⊙ for a product.
 */

/** A factor on the sides of its link: `l` left, `r` right; one letter for each axis. A diagonal has `l` for its one axis on both. */
interface Part {
  readonly node: Node;
  readonly exponent: Operand['exponent'];
  readonly sides: readonly ('l' | 'r')[];
}

/** One matrix (or several, entry by entry), a column (no right side), a row (no left side), or a vector as a diagonal. */
export interface Link {
  readonly parts: readonly Part[];
  readonly left: Dim | null;
  readonly right: Dim | null;
  readonly diagonal: boolean;
}

export interface Chain {
  readonly links: readonly Link[];
  readonly scalars: readonly Operand[];
  readonly axes: readonly Dim[];
}

interface Group {
  readonly indices: readonly number[];
  readonly operands: Operand[];
}

const keyOf = (indices: readonly number[]): string => [...indices].sort((a, b) => a - b).join();

/** Operands that are multiplied entry by entry, together. Nothing where one has more than two indices, or one twice. */
function groupsOf(operands: readonly Operand[]): Group[] | undefined {
  const groups = new Map<string, Group>();
  for (const o of operands) {
    if (o.indices.length === 0) continue;
    if (o.indices.length > 2 || o.indices[0] === o.indices[1]) return undefined;
    const key = keyOf(o.indices);
    const had = groups.get(key);
    if (had) had.operands.push(o);
    else groups.set(key, { indices: [...o.indices].sort((a, b) => a - b), operands: [o] });
  }
  return [...groups.values()];
}

/**
 * (AB) ⊙ C within a product: where an index joins two matrices beside a third that has their outer sides, the two become one factor
 * AB of it. What was written so was multiplied out when the graph was made.
 */
function condensed(node: Contract): Group[] | undefined {
  let groups = groupsOf(node.operands);
  for (let k = node.axes.length; groups && k < node.extents.length; k++) {
    const [a, b, more] = groups.filter((g) => g.indices.includes(k));
    if (!a || !b || more) continue;
    const [p, q] = [a, b].map((g) => g.indices.find((ix) => ix !== k));
    if (p === undefined || q === undefined || p === q) continue;
    const beside = groups.find((g) => keyOf(g.indices) === keyOf([p, q]));
    if (!beside) continue;
    const product = contract([...a.operands, ...b.operands], [p, q]);
    beside.operands.push({ node: product, exponent: ONE, indices: [p, q] });
    groups = groups.filter((g) => g !== a && g !== b);
    k = node.axes.length - 1;
  }
  return groups;
}

/** The product as a chain, where it is one: each index joins two neighbours, or a neighbour and an axis of the result. */
export function chainOf(node: Contract): Chain | undefined {
  const rank = node.axes.length;
  if (rank < 1 || rank > 2) return undefined;
  const groups = condensed(node);
  if (!groups) return undefined;
  const scalars = node.operands.filter((o) => o.indices.length === 0);
  const ends = node.extents.map((_, ix) => [
    ...(ix < rank ? [null] : []),
    ...groups.filter((g) => g.indices.includes(ix)),
  ]);
  const inner = (ix: number): boolean => ix >= rank && ends[ix]?.length === 0;
  // a vector on an index that two others share stands as a diagonal between them
  const diagonals = new Map<number, Group>();
  for (const [ix, list] of ends.entries()) {
    const vectors = list.filter((g) => g?.indices.length === 1);
    if (list.length === 3 && vectors[0]) diagonals.set(ix, vectors[0]);
    else if (list.length !== 2 && !inner(ix)) return undefined;
  }
  const used = new Set<Group>();
  const walk = (from: number): Link[] => {
    const links: Link[] = [];
    let at: number | undefined = from;
    while (at !== undefined) {
      const here: number = at;
      const diagonal = diagonals.get(here);
      if (diagonal && !used.has(diagonal)) {
        used.add(diagonal);
        links.push(linkOf(diagonal, here, node, true));
      }
      const next: Group | null | undefined = ends[here]?.find(
        (g) => g && !used.has(g) && g !== diagonal,
      );
      if (!next) break;
      used.add(next);
      links.push(linkOf(next, here, node, false));
      at = next.indices.find((ix) => ix !== here);
    }
    return links;
  };
  const first = walk(0);
  const last = rank === 2 ? walk(1).map(turned).reverse() : [];
  const links = [...first, ...last];
  return used.size === groups.length && links.length > 0
    ? { links, scalars, axes: node.axes }
    : undefined;
}

function linkOf(group: Group, left: number, node: Contract, diagonal: boolean): Link {
  const right = group.indices.find((ix) => ix !== left);
  return {
    parts: group.operands.map((o) => ({
      node: o.node,
      exponent: o.exponent,
      sides: o.indices.map((ix) => (ix === left ? 'l' : 'r')),
    })),
    left: node.extents[left] ?? null,
    right: diagonal
      ? (node.extents[left] ?? null)
      : right === undefined
        ? null
        : (node.extents[right] ?? null),
    diagonal,
  };
}

/** A link transposed: a matrix its transpose, a column a row. */
export const turned = (link: Link): Link =>
  link.diagonal
    ? link
    : {
        ...link,
        left: link.right,
        right: link.left,
        parts: link.parts.map((p) => ({
          ...p,
          sides: p.sides.map((s) => (s === 'l' ? 'r' : 'l')),
        })),
      };

/** The product of links in their order, where shapes allow it. */
export function productOf({ links, scalars, axes }: Chain): Node | undefined {
  const [rows, cols] = axes;
  const first = links[0];
  const last = links[links.length - 1];
  if (!first || !last || first.left !== rows || last.right !== (cols ?? null)) return undefined;
  const factors: Operand[] = [...scalars];
  let fresh = 2;
  let left = 0;
  for (const [k, link] of links.entries()) {
    const next = links[k + 1];
    if (next && link.right !== next.left) return undefined;
    const right = link.diagonal && next ? left : next && link.right ? fresh++ : 1;
    for (const p of link.parts)
      factors.push({
        node: p.node,
        exponent: p.exponent,
        indices: p.sides.map((s) => (s === 'l' ? left : link.diagonal ? left : right)),
      });
    // a diagonal at the very end: what came to it goes on
    if (link.diagonal && !next && cols) return closed(factors, left, axes);
    left = right;
  }
  return contract(factors, cols ? [0, 1] : [0]);
}

/** The product whose last index is not yet called 1. */
const closed = (
  factors: readonly Operand[],
  last: number,
  axes: readonly Dim[],
): Node | undefined =>
  last === 0
    ? undefined
    : contract(
        factors.map((f) => ({ ...f, indices: f.indices.map((ix) => (ix === last ? 1 : ix)) })),
        axes.map((_, i) => i),
      );
