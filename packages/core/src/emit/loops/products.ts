import { isOneR, ONE, type Rational, ZERO } from '../../shape/rational.ts';
import { type Entry, type Index, indicesOf, type Power, readsOf, type Scaled } from './ir.ts';

/** Products as entries, and the loops that suit them. */

/** Factors, multiplied and summed over indices. */
export interface Product {
  readonly factors: readonly Power[];
  readonly over: readonly Index[];
}

export const number = (value: Rational): Entry => ({ kind: 'number', value });
export const distinct = <T>(list: readonly T[]): T[] => [...new Set(list)];

export function productOf(factors: readonly Power[]): Entry {
  const [only, ...more] = factors;
  if (!only) return number(ONE);
  return more.length === 0 && isOneR(only.exponent) ? only.entry : { kind: 'product', factors };
}

export function sumOf(terms: readonly Scaled[]): Entry {
  const [only, ...more] = terms;
  if (!only) return number(ZERO);
  return more.length === 0 && isOneR(only.coefficient) ? only.entry : { kind: 'sum', terms };
}

export const scaled = (c: Rational, { factors, over }: Product): Product => ({
  factors: isOneR(c) ? factors : [{ entry: number(c), exponent: ONE }, ...factors],
  over,
});

/** A product whose sum runs in loops of its own; what does not depend on them stands outside. */
export function entryOf({ factors, over }: Product): Entry {
  if (over.length === 0) return productOf(factors);
  const own = new Set(over);
  const moves = (f: Power): boolean => [...indicesOf(f.entry)].some((i) => own.has(i));
  const inside = factors.filter(moves);
  const outside = factors.filter((f) => !moves(f));
  const total: Entry = { kind: 'total', over: orderOf(over, inside), entry: productOf(inside) };
  return productOf([...outside, { entry: total, exponent: ONE }]);
}

/** How well each index suits the innermost loop: how much memory it runs along without a jump. */
export function votes(at: readonly Index[], factors: readonly Power[]): Map<Index, number> {
  const count = new Map<Index, number>();
  const vote = (list: readonly Index[]): void => {
    const last = list.at(-1);
    if (last && list.indexOf(last) === list.length - 1)
      count.set(last, (count.get(last) ?? 0) + list.length);
  };
  vote(at);
  for (const f of factors) for (const r of readsOf(f.entry)) vote(r.at);
  return count;
}

/** Summed indices, the one that suits the innermost loop last. */
export function orderOf(over: readonly Index[], factors: readonly Power[]): Index[] {
  const count = votes([], factors);
  return [...over].sort((a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0));
}

/** The index of the result along which a sum is accumulated in memory; undefined where a number adds up. */
export function innermost(at: readonly Index[], { factors, over }: Product): Index | undefined {
  if (over.length === 0) return undefined;
  const count = votes(at, factors);
  const best = (list: readonly Index[]): Index | undefined =>
    list.reduce<Index | undefined>(
      (a, b) => ((count.get(b) ?? 0) > (a ? (count.get(a) ?? 0) : 0) ? b : a),
      undefined,
    );
  const out = best(distinct(at));
  const inner = best(over);
  return out && (count.get(out) ?? 0) > (inner ? (count.get(inner) ?? 0) : 0) ? out : undefined;
}
