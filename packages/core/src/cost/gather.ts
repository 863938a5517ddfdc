import { contract, sum } from '../expr/build.ts';
import type { Node, Operand, Sum, Term } from '../expr/node.ts';
import type { Factors } from '../expr/plan.ts';
import { transform } from '../expr/walk.ts';
import type { Dim } from '../shape/dim.ts';
import { eqR } from '../shape/rational.ts';
import { opened } from './open.ts';

/**
 * Distributivity read backwards for arrays of more than two axes: a factor that all terms have, and that has an axis of the result for
 * itself, is multiplied with their sum. xᵦ x_d A_ac − xᵦ x_d v_a v_c is xᵦ x_d (A − vvᵀ)_ac: the large array is gone over once.
 */
export const gatherSums = (roots: readonly Node[]): Node[] =>
  transform(roots, (node) => (node.kind === 'sum' && node.axes.length > 2 ? gathered(node) : node));

/** Longer sums stay as they are. */
const MAX_TERMS = 64;

function gathered(node: Sum): Node {
  const [first, ...others] = node.terms;
  if (!first || others.length === 0 || node.terms.length > MAX_TERMS) return node;
  const products = node.terms.flatMap((t) => productOf(t.node) ?? []);
  const [model, ...rest] = products;
  if (!model || products.length < node.terms.length) return node;
  const common = commonFactors(model, rest);
  if (common.pulled.length === 0) return node;
  const axes = node.axes.map((_, ix) => ix);
  const own = new Set(common.axes);
  const inner = [...new Set(common.pulled.flatMap((o) => [...o.indices]))].filter(
    (ix) => ix >= model.rank,
  );
  const open = [...axes.filter((ix) => !own.has(ix)), ...inner];
  const remainders = products.map((p, k): Term | undefined => {
    const there = common.places[k] ?? new Map<number, number>();
    const out = open.map((ix) => there.get(ix) ?? ix);
    const left = p.operands.filter((o) => !common.taken.has(o));
    if (out.some((ix) => !left.some((o) => o.indices.includes(ix)))) return undefined;
    const extents = new Map(out.map((ix) => [ix, p.extents[ix] as Dim]));
    return {
      coefficient: node.terms[k]?.coefficient ?? first.coefficient,
      node: contract(left, out, extents),
    };
  });
  const kept = remainders.filter((t) => t !== undefined);
  if (kept.length < products.length) return node;
  const within = sum(
    kept,
    open.map((ix) => model.extents[ix] as Dim),
  );
  return contract(
    [
      ...common.pulled,
      {
        node: within.kind === 'sum' && within.axes.length > 2 ? gathered(within) : within,
        indices: open,
      },
    ],
    axes,
  );
}

const productOf = (node: Node): Factors | undefined =>
  node.kind === 'contract' ? opened(node, () => true) : undefined;

interface Common {
  /** Factors that all terms have, on the indices of the first. */
  readonly pulled: readonly Operand[];
  /** Axes of the result that these alone have. */
  readonly axes: readonly number[];
  /** The same factors in the terms. */
  readonly taken: ReadonlySet<Operand>;
  /** For each term what the summed indices of the first are called there. */
  readonly places: readonly ReadonlyMap<number, number>[];
}

function commonFactors(model: Factors, others: readonly Factors[]): Common {
  const pulled: Operand[] = [];
  const axes: number[] = [];
  const taken = new Set<Operand>();
  const places = [model, ...others].map(() => new Map<number, number>());
  for (let axis = 0; axis < model.rank; axis++) {
    const [mine, ...more] = model.operands.filter((o) => o.indices.includes(axis));
    if (!mine || more.length > 0) continue;
    const found = others.map((p, k) => alone(p, mine, axis, places[k + 1] ?? new Map()));
    if (found.some((f) => f === undefined)) continue;
    axes.push(axis);
    if (taken.has(mine)) continue;
    pulled.push(mine);
    for (const o of [mine, ...found.flatMap((f) => f?.operand ?? [])]) taken.add(o);
    found.forEach((f, k) => {
      for (const [a, b] of f?.places ?? []) places[k + 1]?.set(a, b);
    });
  }
  return { pulled, axes, taken, places };
}

/** The one factor of a product on an axis, where it is alike and its summed indices go with those that are known. */
function alone(
  product: Factors,
  model: Operand,
  axis: number,
  known: ReadonlyMap<number, number>,
): { operand: Operand; places: ReadonlyMap<number, number> } | undefined {
  const [operand, ...more] = product.operands.filter((o) => o.indices.includes(axis));
  if (!operand || more.length > 0) return undefined;
  if (operand.node !== model.node || !eqR(operand.exponent, model.exponent)) return undefined;
  const places = new Map(known);
  for (const [k, ix] of model.indices.entries()) {
    const here = operand.indices[k] ?? -1;
    if (ix < product.rank ? here !== ix : here < product.rank) return undefined;
    if (ix < product.rank) continue;
    const had = places.get(ix);
    if (had === undefined && ![...places.values()].includes(here)) places.set(ix, here);
    else if (had !== here) return undefined;
  }
  return { operand, places };
}
