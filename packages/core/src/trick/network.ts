import { contract, scale } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import { productKey } from './alike.ts';
import { type Allowance, arrangements, type Placement, placementKey } from './arrange.ts';
import type { Network } from './chain.ts';

/** An arrangement of a chain's factors, as a formula. */
export interface Candidate {
  readonly node: Node;
  readonly placement: Placement;
}

export interface Candidates {
  /** Distinct formulas, the plainest first. */
  readonly list: readonly Candidate[];
  /** The one whose places are those of the forward pass. */
  readonly own: Candidate;
  /** How many odder ones were counted and not written out. */
  readonly more: number;
}

export interface Limits {
  /** Partial products that the search may keep. */
  readonly states: number;
  /** Arrangements that are made into formulas; what is beyond is only counted, or refused. */
  readonly formulas: number;
  readonly beyond: 'counted' | 'refused';
}

const UNREACHED = 100;

/**
 * The arrangements of a chain's factors that have the variable's shape. They differ as formulas in normal form; whether two have
 * the same value for another reason is not known here.
 * @returns nothing where the search would go beyond its limits
 */
export function candidatesOf(network: Network, limits: Limits): Candidates | undefined {
  const pieces = network.links.map(({ factor }) => ({
    axes: factor.node.axes,
    identity: factor.node.kind === 'delta',
  }));
  const wanted = network.out.map((ix) => network.dims.get(ix)).filter((d) => d !== undefined);
  const forward = { factors: network.links.map((l) => l.indices), out: network.out };
  const key = placementKey(forward);
  const isForward = (p: Placement): boolean => placementKey(p) === key;
  const called = calledFor(network);
  let placements: Placement[] = [];
  for (const level of LEVELS) {
    const found = arrangements(pieces, wanted, { ...called, ...level }, limits.states);
    if (!found) return undefined;
    placements = found;
    if (placements.some(isForward)) break;
  }
  // what the forward pass does and matrix notation cannot say is one arrangement more
  const own = placements.find(isForward) ?? { ...forward, oddity: UNREACHED };
  const keyOf = productKey(network);
  const distinct = new Map<string, Placement>([[keyOf(own), own]]);
  for (const p of placements.sort((x, y) => x.oddity - y.oddity)) {
    const name = keyOf(p);
    if (!distinct.has(name)) distinct.set(name, p);
  }
  if (limits.beyond === 'refused' && distinct.size > limits.formulas) return undefined;
  const plainest = [...distinct.values()].slice(0, limits.formulas);
  const found = new Map<Node, Placement>();
  for (const p of plainest) {
    const node = formula(network, p);
    if (!found.has(node)) found.set(node, p);
  }
  const list = [...found]
    .map(([node, placement]) => ({ node, placement }))
    .sort((a, b) => a.placement.oddity - b.placement.oddity);
  const mine = list.find((c) => c.placement === own);
  if (!mine) throw new Error('an arrangement was lost');
  return { list, own: mine, more: distinct.size - plainest.length };
}

/** Ever more freedom, until what the forward pass does can be written: nobody tries more than it takes. */
const LEVELS: readonly Pick<Allowance, 'sumsLast' | 'scaling'>[] = [
  { sumsLast: true, scaling: 'none' },
  { sumsLast: true, scaling: 'factors' },
  { sumsLast: false, scaling: 'none' },
  { sumsLast: false, scaling: 'factors' },
  { sumsLast: false, scaling: 'any' },
];

/** Sums and repetitions that the forward pass calls for. */
function calledFor(network: Network): Pick<Allowance, 'sums' | 'repeats'> {
  const uses = new Map<number, number>();
  for (const { indices } of network.links)
    for (const ix of indices) uses.set(ix, (uses.get(ix) ?? 0) + 1);
  const sums: Dim[] = [];
  for (const [ix, d] of network.dims) {
    const count = network.out.includes(ix) ? 0 : (uses.get(ix) ?? 0);
    if (count === 1 || (count > 0 && network.repeated.has(ix))) sums.push(d);
  }
  const repeats = network.out.flatMap((ix) => (uses.has(ix) ? [] : (network.dims.get(ix) ?? [])));
  return { sums, repeats };
}

/** The lengths of the result's sides, for those that no factor has. */
export function extentsOf(network: Network, { out }: Placement): Map<number, Dim> {
  const extents = new Map<number, Dim>();
  out.forEach((ix, k) => {
    const d = network.dims.get(network.out[k] ?? -1);
    if (d) extents.set(ix, d);
  });
  return extents;
}

/** The product of the factors where an arrangement puts them, with all scalars. */
function formula(network: Network, placement: Placement): Node {
  const arrays = network.links.map(({ factor }, k) => ({
    node: factor.node,
    indices: placement.factors[k] ?? [],
  }));
  const extents = extentsOf(network, placement);
  const product = contract([...network.scalars, ...arrays], placement.out, extents);
  return scale(network.coefficient, product);
}
