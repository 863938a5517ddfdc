import type { Dim } from '../shape/dim.ts';
import { dimConstant } from '../shape/dim.ts';
import type { Contract, Operand } from './node.ts';

/**
 * The order in which a product over indices is worked off, two factors at a time, so that every intermediate is a scalar, a vector
 * or a matrix and the number of operations is least (the matrix-chain problem, for any network of matrices: dynamic programming over
 * subsets). Sizes that are names count as equal and large; what that leaves open is decided for the shorter formula, read from the left.
 */
export type Plan = PlanOperand | PlanOnes | PlanPair;

interface PlanBase {
  /** Indices that are still open, in ascending order. */
  readonly indices: readonly number[];
  /** Multiplications. */
  readonly cost: number;
  /** The tie-break: how many brackets and sums the formula needs, or how many numbers are read and written. */
  readonly clutter: number;
}

/** A factor as it stands; `summed` indices are its own alone and are added up; a repeated index takes the diagonal. */
export interface PlanOperand extends PlanBase {
  readonly kind: 'operand';
  readonly operand: Operand;
  readonly summed: readonly number[];
}

/** Repetition along an index of the result. */
export interface PlanOnes extends PlanBase {
  readonly kind: 'ones';
  readonly extent: Dim;
}

/** Two parts multiplied; `summed` are the shared indices that end here. */
export interface PlanPair extends PlanBase {
  readonly kind: 'pair';
  readonly left: Plan;
  readonly right: Plan;
  readonly summed: readonly number[];
  /** What each index counts as. */
  readonly sizes: ReadonlyMap<number, number>;
}

/** What a size that is only a name counts as. */
export const NOMINAL = 64;
/** Exact search up to this many factors, index by index beyond. */
const EXACT = 8;

/** What lengths are taken to be, and how many entries an intermediate may have where there is a way around more. */
export interface Sizes {
  readonly length: (d: Dim) => number;
  readonly most: number;
}

/** All names equal and large. */
export const NOMINAL_SIZES: Sizes = {
  length: (d) => dimConstant(d) ?? NOMINAL * Math.max(1, d.terms.length),
  most: Number.POSITIVE_INFINITY,
};

const plans = new WeakMap<Contract, { readonly plan: Plan | undefined }>();

/** The plan for a product without its scalar factors; undefined where some intermediate must have more than two axes. */
export function planContract(node: Contract): Plan | undefined {
  const had = plans.get(node);
  if (had) return had.plan;
  const plan = search(node, NOMINAL_SIZES, 2);
  plans.set(node, { plan });
  return plan;
}

/** The plan whatever it takes: where `planContract` finds none, intermediates have as many axes as are needed. */
export const planLoops = (node: Contract): Plan | undefined =>
  planContract(node) ?? search(node, NOMINAL_SIZES, Number.POSITIVE_INFINITY);

/** A product to be planned: its indices below `rank` stay open. */
export interface Factors {
  readonly operands: readonly Operand[];
  readonly extents: readonly Dim[];
  readonly rank: number;
}

/** The cheapest plan for given sizes, whatever axes it takes; none of its intermediates is larger than `most` where that can be. */
export const planSized = (product: Factors, sizes: Sizes): Plan | undefined =>
  sized(product, sizes, Number.POSITIVE_INFINITY) ??
  sized(product, { ...sizes, most: Number.POSITIVE_INFINITY }, Number.POSITIVE_INFINITY);

/** Multiplications of a plan for other sizes than it was made for. */
export function priceOf(plan: Plan, product: Factors, sizes: Sizes): number {
  const entries = (indices: Iterable<number>): number => entriesOf(indices, product, sizes);
  switch (plan.kind) {
    case 'ones':
      return 0;
    case 'operand':
      return plan.summed.length > 0 ? entries(new Set(plan.operand.indices)) : 0;
    case 'pair': {
      const union = new Set([...plan.left.indices, ...plan.right.indices]);
      const below = priceOf(plan.left, product, sizes) + priceOf(plan.right, product, sizes);
      return below + entries(union);
    }
  }
}

/** The largest intermediate of a plan, the result aside, in entries. */
export function largestOf(plan: Plan, product: Factors, sizes: Sizes, isWhole = true): number {
  if (plan.kind !== 'pair') return 0;
  const own = isWhole ? 0 : entriesOf(plan.indices, product, sizes);
  return Math.max(
    own,
    largestOf(plan.left, product, sizes, false),
    largestOf(plan.right, product, sizes, false),
  );
}

function entriesOf(indices: Iterable<number>, { extents }: Factors, sizes: Sizes): number {
  let n = 1;
  for (const ix of indices) {
    const d = extents[ix];
    if (d) n *= sizes.length(d);
  }
  return n;
}

const search = (node: Contract, sizes: Sizes, axes: number): Plan | undefined =>
  sized(
    { operands: node.operands, extents: node.extents, rank: node.axes.length },
    sizes,
    axes,
    true,
  );

/** @param axes of an intermediate, at most */
function sized(
  { operands, extents, rank }: Factors,
  given: Sizes,
  axes: number,
  shorter = false,
): Plan | undefined {
  const leaves: Plan[] = [];
  const uses = new Map<number, number>();
  const sizes = new Map(extents.map((d, ix) => [ix, given.length(d)]));
  const factors = operands.filter((o) => o.indices.length > 0);
  for (const o of factors)
    for (const ix of new Set(o.indices)) uses.set(ix, (uses.get(ix) ?? 0) + 1);
  for (const o of factors) {
    const distinct = [...new Set(o.indices)];
    const summed = distinct.filter((ix) => ix >= rank && uses.get(ix) === 1);
    const indices = distinct.filter((ix) => !summed.includes(ix)).sort((a, b) => a - b);
    const repeated = distinct.length < o.indices.length;
    if (o.indices.length > axes) return undefined;
    leaves.push({
      kind: 'operand',
      operand: o,
      summed,
      indices,
      cost: summed.length > 0 ? distinct.reduce((c, ix) => c * (sizes.get(ix) ?? 1), 1) : 0,
      clutter: summed.length + Number(repeated),
    });
  }
  for (let ix = 0; ix < rank; ix++) {
    const extent = extents[ix];
    if (extent && !uses.has(ix))
      leaves.push({ kind: 'ones', indices: [ix], cost: 0, clutter: 1, extent });
  }
  if (leaves.length === 0) return undefined;
  const terms: Terms = { sizes, rank, axes, most: given.most, shorter };
  return leaves.length <= EXACT ? exact(leaves, terms) : eliminated(leaves, terms);
}

/** What a search has to keep to: what each index counts as, how many are the result's, how many axes and entries an intermediate may have. */
interface Terms {
  readonly sizes: ReadonlyMap<number, number>;
  readonly rank: number;
  readonly axes: number;
  readonly most: number;
  /** Whether ties are decided for the shorter formula, else for the smaller intermediates. */
  readonly shorter: boolean;
}

/** Multiplies two parts; indices in neither the result nor `elsewhere` end here. */
function pair(
  a: Plan,
  b: Plan,
  { sizes, rank, axes, most, shorter }: Terms,
  isOpen: (ix: number) => boolean,
): PlanPair | undefined {
  const union = [...new Set([...a.indices, ...b.indices])].sort((p, q) => p - q);
  const summed = union.filter((ix) => !isOpen(ix));
  const indices = union.filter(isOpen);
  if (indices.length > axes) return undefined;
  const entries = (list: readonly number[]): number =>
    list.reduce((c, ix) => c * (sizes.get(ix) ?? 1), 1);
  if (Number.isFinite(most)) {
    const isWhole = indices.length === rank && indices.every((ix) => ix < rank);
    if (!isWhole && entries(indices) > most) return undefined;
  }
  const work = entries(union);
  const isScaling =
    union.length === 2 && summed.length === 0 && a.indices.length + b.indices.length === 3;
  // rows and columns of a matrix are scaled, rather than all products of the factors made
  const isOuter = !a.indices.some((ix) => b.indices.includes(ix));
  const traffic = entries(a.indices) + entries(b.indices) + (isOuter ? 3 : 1) * entries(indices);
  return {
    kind: 'pair',
    left: a,
    right: b,
    summed,
    indices,
    sizes,
    cost: a.cost + b.cost + work,
    clutter: a.clutter + b.clutter + (shorter ? Number(isScaling) : traffic),
  };
}

const better = (a: Plan, b: Plan | undefined): boolean =>
  !b || a.cost < b.cost || (a.cost === b.cost && a.clutter < b.clutter);

/** @param outside the indices that factors elsewhere have */
function exact(
  leaves: readonly Plan[],
  terms: Terms,
  outside: ReadonlySet<number> = new Set(),
): Plan | undefined {
  const { rank } = terms;
  const n = leaves.length;
  const full = (1 << n) - 1;
  const mask = new Map<number, number>();
  leaves.forEach((l, i) => {
    for (const ix of l.indices) mask.set(ix, (mask.get(ix) ?? 0) | (1 << i));
  });
  const best: (Plan | undefined)[] = [];
  for (let s = 1; s <= full; s++) {
    if ((s & (s - 1)) === 0) {
      best[s] = leaves[31 - Math.clz32(s)];
      continue;
    }
    const isOpen = (ix: number): boolean =>
      ix < rank || outside.has(ix) || ((mask.get(ix) ?? 0) & ~s) !== 0;
    const low = s & -s;
    for (let a = (s - 1) & s; a > 0; a = (a - 1) & s) {
      if ((a & low) === 0) continue;
      const left = best[a];
      const right = best[s ^ a];
      if (!left || !right) continue;
      const p = pair(left, right, terms, isOpen);
      if (p && better(p, best[s])) best[s] = p;
    }
  }
  return best[full];
}

/**
 * Summed indices one after the other, each time the one whose factors are multiplied with the least work (variable elimination, Dechter
 * 1999), in the best order among these few; what is left in the end, and all of it where that finds no way, the cheapest pair first.
 */
function eliminated(leaves: readonly Plan[], terms: Terms): Plan | undefined {
  let parts = [...leaves];
  for (;;) {
    const holders = new Map<number, Plan[]>();
    for (const p of parts)
      for (const ix of p.indices)
        if (ix >= terms.rank) holders.set(ix, [...(holders.get(ix) ?? []), p]);
    if (holders.size === 0) break;
    let found: { plan: Plan; of: readonly Plan[]; work: number; traffic: number } | undefined;
    for (const of of holders.values()) {
      const plan = merged(of, parts, terms);
      if (!plan) continue;
      const work = of.reduce((w, p) => w - p.cost, plan.cost);
      const traffic = of.reduce((w, p) => w - p.clutter, plan.clutter);
      if (!found || work < found.work || (work === found.work && traffic < found.traffic))
        found = { plan, of, work, traffic };
    }
    if (!found) return greedy(leaves, terms);
    const { plan, of } = found;
    parts = [...parts.filter((p) => !of.includes(p)), plan];
  }
  return parts.length <= EXACT ? exact(parts, terms) : greedy(parts, terms);
}

/** Some parts of a product multiplied; undefined where they are too many, or their product too large. */
function merged(some: readonly Plan[], parts: readonly Plan[], terms: Terms): Plan | undefined {
  if (some.length > EXACT) return undefined;
  const elsewhere = parts.filter((p) => !some.includes(p)).flatMap((p) => [...p.indices]);
  return exact(some, terms, new Set(elsewhere));
}

/**
 * The cheapest pair first. Parts that share no index are only joined where nothing else is left; how many parts have an index says
 * whether it ends in a pair.
 */
function greedy(leaves: readonly Plan[], terms: Terms): Plan | undefined {
  const { rank } = terms;
  const parts = [...leaves];
  const holders = new Map<number, number>();
  const count = (p: Plan, by: number): void => {
    for (const ix of p.indices) holders.set(ix, (holders.get(ix) ?? 0) + by);
  };
  for (const p of parts) count(p, 1);
  const join = (a: Plan, b: Plan): PlanPair | undefined =>
    pair(a, b, terms, (ix) => {
      const own = Number(a.indices.includes(ix)) + Number(b.indices.includes(ix));
      return ix < rank || (holders.get(ix) ?? 0) > own;
    });
  while (parts.length > 1) {
    let found: { p: PlanPair; i: number; j: number; gain: number } | undefined;
    for (const isShared of [true, false]) {
      for (let i = 0; i < parts.length; i++) {
        for (let j = i + 1; j < parts.length; j++) {
          const a = parts[i];
          const b = parts[j];
          if (!a || !b || isShared !== a.indices.some((ix) => b.indices.includes(ix))) continue;
          const p = join(a, b);
          if (!p) continue;
          const gain = p.cost - a.cost - b.cost;
          if (!found || gain < found.gain) found = { p, i, j, gain };
        }
      }
      if (found) break;
    }
    if (!found) return undefined;
    const { p, i, j } = found;
    count(p.left, -1);
    count(p.right, -1);
    count(p, 1);
    parts.splice(j, 1);
    parts.splice(i, 1, p);
  }
  return parts[0];
}
