import { isOneR, mulR, negR, ONE, type Rational, signR, ZERO } from '../shape/rational.ts';
import type { Entry, EntryTerm, Letter } from './entry.ts';

/** The makers of entries, which keep them short: products and sums flat, numbers in front, nothing multiplied by 0. */

export const numberOf = (value: Rational): Entry => ({ kind: 'number', value });

/** δ with equal letters is 1. */
export const deltaOf = (a: Letter, b: Letter): Entry =>
  a === b ? numberOf(ONE) : { kind: 'delta', letters: [a, b] };

const isNumber = (e: Entry, n: number): boolean =>
  e.kind === 'number' && e.value.den === 1n && e.value.num === BigInt(n);

/** Products flat, numbers in front, nothing where a factor is 0. */
export function productOf(factors: readonly Entry[]): Entry {
  let number = ONE;
  const rest: Entry[] = [];
  const take = (e: Entry): void => {
    if (e.kind === 'product') e.factors.forEach(take);
    else if (e.kind === 'number') number = mulR(number, e.value);
    else if (e.kind === 'sum' && e.terms.length === 1 && e.terms[0]) {
      number = mulR(number, e.terms[0].coefficient);
      take(e.terms[0].of);
    } else rest.push(e);
  };
  factors.forEach(take);
  if (number.num === 0n) return numberOf(ZERO);
  const [only, ...more] = rest;
  const core: Entry =
    only && more.length === 0
      ? only
      : rest.length === 0
        ? numberOf(ONE)
        : { kind: 'product', factors: rest };
  if (isOneR(number)) return core;
  return core.kind === 'number'
    ? numberOf(number)
    : { kind: 'sum', terms: [{ coefficient: number, of: core }] };
}

/** Sums flat; a number times a sum of one is one term. */
export function sumOf(terms: readonly EntryTerm[]): Entry {
  const flat = terms.flatMap(({ coefficient, of }): EntryTerm[] => {
    if (of.kind === 'sum')
      return of.terms.map((t) => ({ ...t, coefficient: mulR(coefficient, t.coefficient) }));
    if (of.kind === 'number')
      return of.value.num === 0n
        ? []
        : [{ coefficient: mulR(coefficient, of.value), of: numberOf(ONE) }];
    return [{ coefficient, of }];
  });
  const [only, ...more] = flat;
  if (!only) return numberOf(ZERO);
  if (more.length > 0) return { kind: 'sum', terms: flat };
  if (only.of.kind === 'number') return numberOf(mulR(only.coefficient, only.of.value));
  return isOneR(only.coefficient) ? only.of : { kind: 'sum', terms: flat };
}

/** Σ of nothing falls away, numbers go in front, and Σ Σ is one Σ. */
export function totalOf(over: readonly Letter[], of: Entry): Entry {
  if (over.length === 0 || isNumber(of, 0)) return of;
  if (of.kind === 'sum' && of.terms.length === 1 && of.terms[0]) {
    const { coefficient, of: inner } = of.terms[0];
    return sumOf([{ coefficient, of: totalOf(over, inner) }]);
  }
  if (of.kind === 'total') return { kind: 'total', over: [...over, ...of.over], of: of.of };
  if (of.kind !== 'product') return { kind: 'total', over, of };
  // what has none of the letters stands before the Σ
  const outside = of.factors.filter((f) => lettersOf(f).size === 0);
  return outside.length === 0 || outside.length === of.factors.length
    ? { kind: 'total', over, of }
    : productOf([
        ...outside,
        totalOf(over, productOf(of.factors.filter((f) => !outside.includes(f)))),
      ]);
}

export function powerOf(base: Entry, exponent: Rational): Entry {
  return isOneR(exponent) || isNumber(base, 1) ? base : { kind: 'power', base, exponent };
}

/** A product summed over letters, read as a chain: what has no letters stands in front. */
export function productOver(
  over: readonly Letter[],
  factors: readonly Entry[],
  start: Letter | undefined,
): Entry {
  const lettered = factors.map((f) => [f, lettersOf(f)] as const);
  // aᵢ Xᵢⱼ bⱼ begins with a vector
  const [vector] = lettered.find(([f, l]) => f.kind === 'entry' && l.size === 1) ?? [];
  const [first] = vector ? lettersOf(vector) : [];
  return totalOf(over, productOf(chained(lettered, start ?? first, start ? undefined : vector)));
}

/** Numbers first; then entries in the order of a chain, each after one that it shares a letter with; brackets last. */
function chained(
  factors: readonly (readonly [Entry, ReadonlySet<Letter>])[],
  start: Letter | undefined,
  head: Entry | undefined,
): Entry[] {
  const rank = ([f, l]: (typeof factors)[number]): number =>
    l.size === 0
      ? 0
      : f === head
        ? 0.5
        : f.kind === 'entry' || f.kind === 'delta'
          ? 1
          : f.kind === 'total'
            ? 3
            : 2;
  const open = [...factors].sort((a, b) => rank(a) - rank(b));
  const found: Entry[] = [];
  let at = start;
  while (open.length > 0) {
    const next = open.findIndex((x) => rank(x) === rank(open[0] as typeof x) && at && x[1].has(at));
    const [taken] = open.splice(Math.max(0, next), 1);
    if (!taken) break;
    found.push(taken[0]);
    const others = [...taken[1]].filter((l) => l !== at);
    at = others.find((l) => open.some((x) => x[1].has(l))) ?? at;
  }
  return found;
}

/** The letters that an entry depends on. */
export function lettersOf(e: Entry): Set<Letter> {
  switch (e.kind) {
    case 'number':
      return new Set();
    case 'entry':
    case 'delta':
      return new Set(e.letters);
    case 'total': {
      const inner = lettersOf(e.of);
      for (const l of e.over) inner.delete(l);
      return inner;
    }
    case 'product':
      return new Set(e.factors.flatMap((f) => [...lettersOf(f)]));
    case 'sum':
      return new Set(e.terms.flatMap((t) => [...lettersOf(t.of)]));
    case 'power':
      return lettersOf(e.base);
    case 'apply':
      return new Set(e.args.flatMap((a) => [...lettersOf(a)]));
    case 'derivative':
      return new Set([...lettersOf(e.of), ...e.at]);
  }
}

/** −A (b − c) = A (c − b): the sign goes into a factor that has both signs. */
export function withSign(t: EntryTerm): EntryTerm {
  if (!isMinus(t)) return t;
  const flipped = flip(t.of);
  return flipped ? { coefficient: negR(t.coefficient), of: flipped } : t;
}

function flip(e: Entry): Entry | undefined {
  switch (e.kind) {
    case 'sum':
      return e.terms.some(isMinus) && e.terms.length > 1
        ? { ...e, terms: e.terms.map((t) => ({ ...t, coefficient: negR(t.coefficient) })) }
        : undefined;
    case 'total': {
      const of = flip(e.of);
      return of && { ...e, of };
    }
    case 'product': {
      const flipped = e.factors.map(flip);
      const at = flipped.findIndex((f) => f !== undefined);
      return at < 0 ? undefined : { ...e, factors: e.factors.with(at, flipped[at] as Entry) };
    }
    default:
      return undefined;
  }
}

/** Whether a term of a sum is subtracted. */
export const isMinus = (t: EntryTerm): boolean => signR(t.coefficient) < 0;
