import type { Node } from '../expr/node.ts';
import { postorder } from '../expr/walk.ts';
import { atomText, type Dim, dimAtoms } from '../shape/dim.ts';
import { type Random, shuffled } from './random.ts';

/** Numbers for the names of dimensions: all different, or all equal. */
export type SizesMode = 'different' | 'equal';

/** Odd, so that neither n+1 nor 2n of one is another; distinct, so that 1/m is not 1/n. */
const PRIMES = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59] as const;

/** Equal sizes: nothing distinguishes Aᵀ from A by its shape. */
const EQUALS = [3, 4, 5] as const;

/** The names of all dimensions below the nodes, as text (`n`, `n[2]`), sorted. */
export function dimensionNames(nodes: readonly Node[]): string[] {
  const dims = new Set<Dim>();
  const names = new Set<string>();
  for (const node of postorder(nodes)) {
    for (const d of node.axes) dims.add(d);
    if (node.kind === 'contract') for (const d of node.extents) dims.add(d);
    if (node.kind === 'symbol') {
      for (const d of node.shape) dims.add(d);
      if (node.role === 'dimension') names.add(atomText(node.name, node.index));
    }
  }
  for (const d of dims) for (const a of dimAtoms(d)) names.add(atomText(a.name, a.index));
  return [...names].sort();
}

/** Sizes for the names. Primes repeat only where there are more names than primes. */
export function drawSizes(
  names: readonly string[],
  mode: SizesMode,
  source: Random,
): Map<string, number> {
  if (mode === 'equal') {
    const n = EQUALS[source.below(EQUALS.length)] as number;
    return new Map(names.map((name) => [name, n]));
  }
  const few = PRIMES.slice(0, Math.max(3, names.length));
  const order = shuffled(few, source);
  return new Map(names.map((name, k) => [name, order[k % order.length] as number]));
}
