import type { Node } from '../../expr/node.ts';
import { postorder } from '../../expr/walk.ts';
import { compile } from '../../verify/evaluate.ts';
import { dot } from '../../verify/linear.ts';
import { Places } from '../../verify/place.ts';
import type { Inputs } from '../../verify/point.ts';
import { random, shuffled } from '../../verify/random.ts';
import { dimensionNames, type SizesMode } from '../../verify/sizes.ts';
import { termsOf } from './terms.ts';

/** Sizes and inputs at which the value, the gradient and the claim are defined. */
export interface Spot {
  readonly sizes: ReadonlyMap<string, number>;
  readonly inputs: Inputs;
  /** Size of the largest entry of the gradient's terms: what rounding leaves where they cancel is compared with it. */
  readonly largest: number;
}

/** Where a mistake is looked for, and then where it is confirmed: other sizes, all different and all equal. */
const MODES: readonly SizesMode[] = ['different', 'different', 'equal', 'different'];
/** Where functions have kinks: a sign or a step that is 1 at all places would pass for 1. */
const MODES_AT_KINKS: readonly SizesMode[] = [...MODES, ...MODES, ...MODES];
const TRIES = 6;
const LEAST_SIZE = 3;

/** Places for the gradient and other formulas, the first for finding. Fewer than two: nothing can be confirmed. */
export function spotsFor(gradient: Node, others: readonly Node[], seed: number): Spot[] {
  const terms = termsOf(gradient);
  const roots = [gradient, ...others, ...terms];
  const places = new Places(roots);
  const names = dimensionNames(roots);
  const count = names.length + 2;
  const kinks = postorder(roots).some(
    (n) => n.kind === 'apply' && n.op.mode === 'elementwise' && n.op.kinks !== undefined,
  );
  return (kinks ? MODES_AT_KINKS : MODES).flatMap((mode, k): Spot[] => {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const source = random(seed, TRIES * k + attempt);
      // each name has another size at each place, so that no size passes for a number; small, for many formulas are evaluated
      const order = attempt === 0 ? names : shuffled(names, source);
      const sizes = new Map(order.map((name, i) => [name, LEAST_SIZE + ((i + 2 * k) % count)]));
      const place = places.draw(mode, source, attempt, mode === 'different' ? sizes : undefined);
      if ('reason' in place) continue;
      return [
        {
          sizes: place.program.sizes,
          inputs: place.inputs,
          largest: Math.max(...terms.map((n) => largest(place.program.buffer(n)))),
        },
      ];
    }
    return [];
  });
}

/** Arrays that all candidates together may take. */
const MAX_NUMBERS = 4e6;

/** The values of formulas at a spot; of those that cannot be evaluated there none. */
export function valuesAt(
  nodes: readonly Node[],
  { sizes, inputs }: Spot,
): (node: Node) => Float64Array | undefined {
  try {
    const program = compile(nodes, sizes, MAX_NUMBERS);
    program.load(inputs);
    return (node) => {
      const x = program.buffer(node);
      return x.every(Number.isFinite) ? x : undefined;
    };
  } catch (error) {
    if (error instanceof RangeError) return () => undefined;
    throw error;
  }
}

/** Rounding leaves less than this, relative to the largest entry, also beside an inverse that is not well conditioned. */
export const ROUNDING = 1e-8;

export const isOne = (x: number): boolean => Math.abs(x - 1) <= ROUNDING;

const largest = (x: Float64Array): number => x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

/** Where everything cancels rounding leaves this, relative to the largest number in it. */
const RESIDUE = 1e-12;

/** Whether a formula's value at a spot is more than what rounding leaves of nothing. */
export const tells = (x: Float64Array, spot: Spot): boolean =>
  largest(x) * ROUNDING > RESIDUE * spot.largest;

/** @param spot where they were evaluated: what cancels there is compared by what it came from */
export function isClose(a: Float64Array, b: Float64Array, spot?: Spot): boolean {
  const size = ROUNDING * Math.max(largest(a), largest(b));
  const bound = Math.max(size, RESIDUE * (spot?.largest ?? 0));
  return a.length === b.length && a.every((v, i) => Math.abs(v - (b[i] as number)) <= bound);
}

/** The c for which b = c·a, where there is one. */
export function ratio(a: Float64Array, b: Float64Array): number | undefined {
  const square = dot(a, a);
  if (square === 0) return undefined;
  const c = dot(a, b) / square;
  const size = largest(b);
  return b.every((v, i) => Math.abs(v - c * (a[i] as number)) <= ROUNDING * size) ? c : undefined;
}

/** A number that is the same for all multiples of an array and, but for chance, for no other; NaN for zeros. */
export function fingerprint(x: Float64Array): number {
  let along = 0;
  // the golden ratio spreads weights evenly: no two of them are alike
  for (let i = 0; i < x.length; i++) along += (x[i] as number) * (0.5 + ((i * 0.6180339887) % 1));
  return Math.abs(along) / Math.sqrt(dot(x, x));
}

/**
 * The coefficients c with Σ cₖ basisₖ = target, where they exist and are unique: normal equations with pivoting, tried on the
 * target itself.
 */
export function coefficients(
  basis: readonly Float64Array[],
  target: Float64Array,
): number[] | undefined {
  const n = basis.length;
  const sizes = basis.map((b) => Math.sqrt(dot(b, b)));
  if (n > target.length || sizes.some((s) => s === 0)) return undefined;
  const rows = basis.map((b, i) => [
    ...basis.map((c, j) => dot(b, c) / ((sizes[i] as number) * (sizes[j] as number))),
    dot(b, target) / (sizes[i] as number),
  ]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(rows[i]?.[k] ?? 0) > Math.abs(rows[best]?.[k] ?? 0)) best = i;
    [rows[k], rows[best]] = [rows[best] as number[], rows[k] as number[]];
    const pivot = rows[k] as number[];
    if (Math.abs(pivot[k] ?? 0) < 1e-6) return undefined;
    for (let i = 0; i < n; i++) {
      const row = rows[i] as number[];
      const f = (row[k] ?? 0) / (pivot[k] ?? 1);
      if (i !== k) for (let j = k; j <= n; j++) row[j] = (row[j] ?? 0) - f * (pivot[j] ?? 0);
    }
  }
  const c = rows.map((row, k) => (row[n] ?? 0) / (row[k] ?? 1) / (sizes[k] as number));
  const made = target.map((_, i) => c.reduce((s, v, k) => s + v * (basis[k]?.[i] ?? 0), 0));
  return isClose(made, target) ? c : undefined;
}
