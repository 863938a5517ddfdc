import type { Dim } from '../shape/dim.ts';
import { formatR } from '../shape/rational.ts';
import type { Node, Operand } from './node.ts';
import { compareNodes } from './order.ts';

/**
 * Canonical names for the indices of a product. Operands and indices form a coloured hypergraph; equal products are isomorphic
 * graphs. Colours are refined by their surroundings (Weisfeiler–Leman) and remaining ties are tried one by one, keeping the least
 * encoding (individualisation and refinement, McKay 1981). Products are small, and ties are rare.
 */
export interface Labelled {
  readonly operands: readonly Operand[];
  readonly extents: readonly Dim[];
}

/** Beyond this many tries the best encoding so far is taken; only products of many equal factors reach it. */
const MAX_TRIES = 120;

interface Draft {
  readonly node: Node;
  readonly exponent: Operand['exponent'];
  readonly indices: readonly number[];
  readonly symmetric: boolean;
}

/** @param symmetric whether the axes of a node may be swapped */
export function labelContract(
  operands: readonly Operand[],
  out: readonly number[],
  extents: ReadonlyMap<number, Dim>,
  symmetric: (n: Node) => boolean,
): Labelled {
  const drafts: Draft[] = operands.map((o) => ({
    ...o,
    symmetric: o.indices.length === 2 && symmetric(o.node),
  }));
  const fast = labelDistinct(drafts, out);
  if (fast) return finish(fast.order, fast.names, extents);
  return search(drafts, out, extents);
}

const compareOperands = (a: Draft, b: Draft): number =>
  compareNodes(a.node, b.node) ||
  (a.exponent.num * b.exponent.den < b.exponent.num * a.exponent.den
    ? -1
    : Number(a.exponent.num * b.exponent.den > b.exponent.num * a.exponent.den));

/** All operands differ: their own order names the indices, unless a symmetric one leaves its two open. */
function labelDistinct(
  drafts: readonly Draft[],
  out: readonly number[],
): { order: Draft[]; names: Map<number, number> } | undefined {
  const order = [...drafts].sort(compareOperands);
  for (let i = 1; i < order.length; i++) {
    const a = order[i - 1];
    const b = order[i];
    if (a && b && a.indices.length > 0 && compareOperands(a, b) === 0) return undefined;
  }
  const names = new Map<number, number>(out.map((ix, i) => [ix, i]));
  for (const d of order) {
    const fresh = new Set(d.indices.filter((ix) => !names.has(ix)));
    if (d.symmetric && fresh.size === 2) return undefined;
    for (const ix of d.indices) if (!names.has(ix)) names.set(ix, names.size);
  }
  return { order, names };
}

function search(
  drafts: readonly Draft[],
  out: readonly number[],
  extents: ReadonlyMap<number, Dim>,
): Labelled {
  const all = [...extents.keys()];
  const start = new Map<number, string>(all.map((ix) => [ix, `s${extents.get(ix)?.key}`]));
  out.forEach((ix, i) => {
    start.set(ix, `o${String(i).padStart(4, '0')}`);
  });
  let best: { text: string; order: Draft[]; names: Map<number, number> } | undefined;
  let tries = 0;
  const visit = (colours: Map<number, string>): void => {
    if (tries >= MAX_TRIES) return;
    const refined = refine(drafts, colours);
    const classes = new Map<string, number[]>();
    for (const [ix, c] of refined) classes.set(c, [...(classes.get(c) ?? []), ix]);
    const tie = [...classes]
      .filter(([, list]) => list.length > 1)
      .sort(([a], [b]) => (a < b ? -1 : 1))[0];
    if (tie) {
      for (const ix of tie[1]) visit(new Map(refined).set(ix, `${tie[0]}!`));
      return;
    }
    tries++;
    const names = new Map<number, number>(out.map((ix, i) => [ix, i]));
    const rest = [...refined]
      .filter(([ix]) => !names.has(ix))
      .sort(([, a], [, b]) => (a < b ? -1 : 1));
    for (const [ix] of rest) names.set(ix, names.size);
    const keyed = drafts.map((d) => ({ d, key: placed(d, names).join(',') }));
    keyed.sort((a, b) => compareOperands(a.d, b.d) || (a.key < b.key ? -1 : Number(a.key > b.key)));
    const text = keyed.map((k) => k.key).join(';');
    if (!best || text < best.text) best = { text, order: keyed.map((k) => k.d), names };
  };
  visit(start);
  if (!best) throw new Error('no labelling');
  return finish(best.order, best.names, extents);
}

/** The indices of an operand under new names; those of a symmetric one ascending. */
function placed(d: Draft, names: ReadonlyMap<number, number>): number[] {
  const list = d.indices.map((ix) => names.get(ix) ?? -1);
  return d.symmetric ? list.sort((a, b) => a - b) : list;
}

/** Gives each index the colours of its surroundings until no class splits any more. */
function refine(
  drafts: readonly Draft[],
  colours: ReadonlyMap<number, string>,
): Map<number, string> {
  let current = new Map(colours);
  let classes = new Set(current.values()).size;
  for (;;) {
    const seen = new Map<number, string[]>([...current.keys()].map((ix) => [ix, []]));
    for (const d of drafts) {
      const around = d.indices.map((ix) => current.get(ix) ?? '');
      const others = d.symmetric ? [...around].sort() : around;
      d.indices.forEach((ix, i) => {
        seen
          .get(ix)
          ?.push(
            `${d.node.hash}^${formatR(d.exponent)}@${d.symmetric ? '*' : i}(${others.join(',')})`,
          );
      });
    }
    const texts = new Map(
      [...current].map(([ix, c]) => [ix, `${c}|${(seen.get(ix) ?? []).sort().join(';')}`]),
    );
    const ranks = new Map(
      [...new Set(texts.values())].sort().map((t, i) => [t, String(i).padStart(4, '0')]),
    );
    current = new Map([...texts].map(([ix, t]) => [ix, ranks.get(t) ?? '']));
    if (ranks.size === classes) return current;
    classes = ranks.size;
  }
}

function finish(
  order: readonly Draft[],
  names: ReadonlyMap<number, number>,
  extents: ReadonlyMap<number, Dim>,
): Labelled {
  const list: Dim[] = [];
  for (const [ix, name] of names) {
    const dim = extents.get(ix);
    if (dim) list[name] = dim;
  }
  return {
    operands: order.map((d) =>
      Object.freeze({ node: d.node, exponent: d.exponent, indices: placed(d, names) }),
    ),
    extents: list,
  };
}
