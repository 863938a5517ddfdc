import { dimExpr } from '../notation/surface.ts';
import type { Dim, DimAtom, DimTerm, IndexExpr } from '../shape/dim.ts';
import { atomText, dimName, evalDim, indexText, shiftIndex } from '../shape/dim.ts';
import { minus, name, num, plus, power, tight, times } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import type { Interval } from './places.ts';

/** How many numbers arrays over runs of places have: a formula in the dimensions, and its value for given sizes. */
export interface Count {
  readonly terms: readonly CountTerm[];
}

/** coefficient · Π constant · Σ_{letter = from..to} Π varying; without places no sum. */
interface CountTerm {
  readonly coefficient: number;
  readonly constant: readonly DimAtom[];
  readonly varying: readonly DimAtom[];
  readonly letter: string;
  readonly run: Interval | null;
}

const atomKey = (a: DimAtom): string => atomText(a.name, a.index);
/** Terms with equal keys have equal values: of places that all count alike only the number matters. */
const termKey = (t: CountTerm): string =>
  [
    t.constant.map(atomKey).join('*'),
    t.varying.map((a) => atomKey(at(a, t.letter, 'l'))).join('*'),
    runKey(t),
  ].join('|');

function runKey({ run, varying }: CountTerm): string {
  if (!run) return '';
  return varying.length > 0
    ? `${indexText(run.from)}..${indexText(run.to)}`
    : indexText(lengthOf(run));
}

const at = (a: DimAtom, letter: string, by: string | IndexExpr): DimAtom => ({
  name: a.name,
  index:
    a.index &&
    shiftIndex(a.index, letter, typeof by === 'string' ? { variable: by, offset: 0 } : by),
});

/** The count of arrays of `size` numbers (in terms of the letter), one at each place of a run; null: one array. */
export function countOf(size: Dim, letter: string, run: Interval | null): Count {
  return addCounts(size.terms.map((t) => ({ terms: [countTerm(t, letter, run)] })));
}

function countTerm(t: DimTerm, letter: string, run: Interval | null): CountTerm {
  const varies = (a: DimAtom): boolean => run !== null && a.index?.variable === letter;
  return {
    coefficient: t.coefficient,
    constant: t.atoms.filter((a) => !varies(a)),
    varying: t.atoms.filter(varies),
    letter,
    run,
  };
}

export function addCounts(counts: readonly Count[]): Count {
  const found = new Map<string, CountTerm>();
  for (const t of counts.flatMap((c) => c.terms)) {
    const key = termKey(t);
    const had = found.get(key);
    found.set(key, had ? { ...had, coefficient: had.coefficient + t.coefficient } : t);
  }
  return { terms: [...found.values()] };
}

/** `m (n[1] + … + n[L])`; `L m n` where nothing depends on the place. */
export function countExpr(count: Count): Expr {
  const [first = num(0), ...rest] = count.terms.map(termExpr);
  return plus(first, ...rest);
}

/** Sums over this many places or fewer are written out. */
const WRITTEN_OUT = 3;

function termExpr(t: CountTerm): Expr {
  let { coefficient } = t;
  const factors: Expr[] = powers(t.constant);
  if (t.run) {
    if (t.varying.length > 0) {
      factors.push(series(t, t.run));
    } else if (lengthOf(t.run).variable === null) {
      coefficient *= Math.max(0, lengthOf(t.run).offset);
    } else {
      factors.unshift(lengthExpr(t.run));
    }
  }
  const [first, ...rest] = factors;
  if (!first) return num(coefficient);
  if (coefficient === 1) return times(first, ...rest);
  const head = first.kind === 'name' ? tight(coefficient, first) : times(num(coefficient), first);
  return times(head, ...rest);
}

/** Names as factors, what stands several times as a power: `m n²`. */
const powers = (atoms: readonly DimAtom[]): Expr[] =>
  [...new Set(atoms.map(atomKey))].flatMap((key) => {
    const [first, ...more] = atoms.filter((a) => atomKey(a) === key);
    if (!first) return [];
    const one = atomExpr(first);
    return [more.length === 0 ? one : power(one, num(more.length + 1))];
  });

const atomExpr = (a: DimAtom): Expr => dimExpr(dimName(a.name, a.index));

/** How many places a run has: `L`, `L+1`, `3`. */
const lengthOf = ({ from, to }: Interval): IndexExpr => ({
  variable: to.variable === from.variable ? null : to.variable,
  offset: to.offset - from.offset + 1,
});

function lengthExpr(run: Interval): Expr {
  const { variable, offset } = lengthOf(run);
  const l = name(variable ?? '');
  if (offset === 0) return l;
  return offset > 0 ? plus(l, num(offset)) : minus(l, num(-offset));
}

function series(t: CountTerm, run: Interval): Expr {
  const one = (p: IndexExpr): Expr => {
    const [first = num(1), ...rest] = powers(t.varying.map((a) => at(a, t.letter, p)));
    return times(first, ...rest);
  };
  const { variable, offset } = lengthOf(run);
  if (variable === null && offset <= WRITTEN_OUT) {
    const all = Array.from({ length: Math.max(0, offset) }, (_, k) =>
      one({ variable: run.from.variable, offset: run.from.offset + k }),
    );
    const [first = num(0), ...rest] = all;
    return plus(first, ...rest);
  }
  return plus(one(run.from), name('…'), one(run.to));
}

/**
 * The number, for sizes of all dimensions (`m`, `n[0]`, `L`).
 * @throws RangeError that names a size that is missing
 */
export function countNumber(count: Count, sizes: ReadonlyMap<string, number>): number {
  const value = ({ name: n, index }: DimAtom): number => {
    const known = index !== null && index.variable !== null && sizes.has(index.variable);
    const there = known ? { variable: null, offset: placeNumber(index, sizes) } : index;
    return evalDim(dimName(n, there), sizes);
  };
  let total = 0;
  for (const t of count.terms) {
    const constant = t.constant.reduce((p, a) => p * value(a), t.coefficient);
    if (!t.run) {
      total += constant;
      continue;
    }
    const [from, to] = [placeNumber(t.run.from, sizes), placeNumber(t.run.to, sizes)];
    if (t.varying.length === 0) {
      total += constant * Math.max(0, to - from + 1);
      continue;
    }
    for (let l = from; l <= to; l++) {
      const here = { variable: null, offset: l };
      total += t.varying.reduce((p, a) => p * value(at(a, t.letter, here)), constant);
    }
  }
  return total;
}

/** A place as a number. @throws RangeError */
export function placeNumber(p: IndexExpr, sizes: ReadonlyMap<string, number>): number {
  if (p.variable === null) return p.offset;
  const n = sizes.get(p.variable);
  if (n === undefined) throw new RangeError(`no size for ${p.variable}`);
  return n + p.offset;
}
