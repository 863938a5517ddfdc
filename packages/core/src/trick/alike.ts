import { isSymmetric } from '../expr/build.ts';
import { type Placement, placementKey } from './arrange.ts';
import type { Network } from './chain.ts';

/**
 * Arrangements that are one product for a reason that can be told from the factors: an identity multiplied with anything is gone,
 * a symmetric matrix may be turned, two equal factors may change places.
 */

type Places = Pick<Placement, 'factors' | 'out'>;

/** Without the identities that vanish; those that tie two sides of the result stay. A vanished one has no indices. */
export function withoutIdentities<P extends Places>(network: Network, placement: P): P {
  let { factors } = placement;
  network.links.forEach(({ factor }, k) => {
    const [p, q] = factors[k] ?? [];
    if (factor.node.kind !== 'delta' || p === undefined || q === undefined) return;
    if (placement.out.includes(p) && placement.out.includes(q)) return;
    const [from, to] = placement.out.includes(p) ? [q, p] : [p, q];
    factors = factors.map((f, j) => (j === k ? [] : f.map((ix) => (ix === from ? to : ix))));
  });
  return { ...placement, factors };
}

/** Where there are more ways to write the same than this, not all are recognised. */
const MAX_VARIANTS = 64;

/** A name for placements that is the same for those that are one product. */
export function productKey(network: Network): (placement: Places) => string {
  const nodes = network.links.map(({ factor }) => factor.node);
  let orders: (readonly number[])[] = [nodes.map((_, k) => k)];
  nodes.forEach((node, k) => {
    const twins = nodes.flatMap((other, j) => (j > k && other === node ? [j] : []));
    const swapped = twins.flatMap((j) => orders.map((order) => swap(order, k, j)));
    if (orders.length + swapped.length <= MAX_VARIANTS) orders = [...orders, ...swapped];
  });
  const turning = nodes.flatMap((node, k) => (isSymmetric(node) ? [k] : []));
  const turns = turning.length > 4 ? [[]] : subsets(turning);
  return (placement) => {
    const { factors, out } = withoutIdentities(network, placement);
    let least: string | undefined;
    for (const order of orders)
      for (const turned of turns) {
        const key = placementKey({
          factors: order.map((j, k) => {
            const at = factors[j] ?? [];
            return turned.includes(k) ? [...at].reverse() : at;
          }),
          out,
        });
        if (least === undefined || key < least) least = key;
      }
    return least ?? '';
  };
}

const swap = (order: readonly number[], a: number, b: number): number[] =>
  order.map((k) => (k === a ? b : k === b ? a : k));

const subsets = (list: readonly number[]): number[][] =>
  list.reduce<number[][]>((all, k) => [...all, ...all.map((s) => [...s, k])], [[]]);
