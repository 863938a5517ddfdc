import { type Rational, rational } from './rational.ts';

/**
 * Symbolic dimensions: sums of products of positive integers and names, as in `n`, `2n`, `n+1`, `m*n`, `n[l-1]`.
 *
 * A dimension is a polynomial with natural coefficients, kept in one canonical form and interned: equal
 * dimensions are the same object, and two different names are different numbers.
 */

/** A place in a family: `l-1` is {variable: 'l', offset: -1}; `0` is {variable: null, offset: 0}. */
export interface IndexExpr {
  readonly variable: string | null;
  readonly offset: number;
}

/** A name, possibly with an index: `n`, `n[l-1]`. */
export interface DimAtom {
  readonly name: string;
  readonly index: IndexExpr | null;
}

export interface DimTerm {
  readonly coefficient: number;
  /** Sorted by text; repeated for powers. */
  readonly atoms: readonly DimAtom[];
}

export interface Dim {
  readonly terms: readonly DimTerm[];
  /** Canonical text in ASCII (`n[l-1]`, `2*n+1`); equal dims have equal keys. */
  readonly key: string;
}

/** ASCII text of an index: `l-1`, `0`, `L`. */
export function indexText(index: IndexExpr): string {
  if (index.variable === null) return `${index.offset}`;
  if (index.offset === 0) return index.variable;
  return `${index.variable}${index.offset < 0 ? '-' : '+'}${Math.abs(index.offset)}`;
}

/** ASCII text of a name with an optional index: `n[l-1]`. */
export const atomText = (name: string, index: IndexExpr | null): string =>
  index ? `${name}[${indexText(index)}]` : name;

const interned = new Map<string, Dim>();

function termKey(t: DimTerm): string {
  const names = t.atoms.map((a) => atomText(a.name, a.index)).join('*');
  if (!names) return `${t.coefficient}`;
  return t.coefficient === 1 ? names : `${t.coefficient}*${names}`;
}

function intern(terms: DimTerm[]): Dim {
  const byAtoms = new Map<string, DimTerm>();
  for (const t of terms) {
    if (t.coefficient === 0) continue;
    const atoms = [...t.atoms].sort((a, b) =>
      atomText(a.name, a.index) < atomText(b.name, b.index) ? -1 : 1,
    );
    const k = atoms.map((a) => atomText(a.name, a.index)).join('*');
    const had = byAtoms.get(k);
    byAtoms.set(k, { coefficient: (had?.coefficient ?? 0) + t.coefficient, atoms });
  }
  const list = [...byAtoms]
    .sort(([a, x], [b, y]) => y.atoms.length - x.atoms.length || (a < b ? -1 : 1))
    .map(([, t]) => t)
    .filter((t) => t.coefficient !== 0);
  const key = list.map(termKey).join('+').replaceAll('+-', '-') || '0';
  let dim = interned.get(key);
  if (!dim) {
    dim = Object.freeze({ terms: list, key });
    interned.set(key, dim);
  }
  return dim;
}

/** The dimension that is the positive integer n. */
export const dimNumber = (n: number): Dim => intern([{ coefficient: n, atoms: [] }]);

/** The dimension that is a name: `n`, `n[l-1]`. */
export const dimName = (name: string, index: IndexExpr | null = null): Dim =>
  intern([{ coefficient: 1, atoms: [{ name, index }] }]);

export const addDim = (a: Dim, b: Dim): Dim => intern([...a.terms, ...b.terms]);

/** a - b as a polynomial: a dimension only where the result is positive. */
export const subDim = (a: Dim, b: Dim): Dim =>
  intern([...a.terms, ...b.terms.map((t) => ({ ...t, coefficient: -t.coefficient }))]);

export const mulDim = (a: Dim, b: Dim): Dim =>
  intern(
    a.terms.flatMap((s) =>
      b.terms.map((t) => ({
        coefficient: s.coefficient * t.coefficient,
        atoms: [...s.atoms, ...t.atoms],
      })),
    ),
  );

/** a/b for a product b that divides every term of a; undefined otherwise. */
export function divDim(a: Dim, b: Dim): Dim | undefined {
  const [divisor, ...more] = b.terms;
  if (!divisor || more.length > 0) return a === b ? DIM_ONE : undefined;
  const terms: DimTerm[] = [];
  for (const t of a.terms) {
    const atoms = [...t.atoms];
    for (const d of divisor.atoms) {
      const at = atoms.findIndex((x) => atomText(x.name, x.index) === atomText(d.name, d.index));
      if (at < 0) return undefined;
      atoms.splice(at, 1);
    }
    const coefficient = t.coefficient / divisor.coefficient;
    if (!Number.isInteger(coefficient)) return undefined;
    terms.push({ coefficient, atoms });
  }
  return intern(terms);
}

/** d/2, for a polynomial that is even at every whole number: n(n+1)/2. */
export const halfDim = (d: Dim): Dim =>
  intern(d.terms.map((t) => ({ ...t, coefficient: t.coefficient / 2 })));

/** 2d where d is half of a polynomial, and cannot be written without a division. */
export const twiceDim = (d: Dim): Dim | undefined =>
  d.terms.every((t) => Number.isInteger(t.coefficient)) ? undefined : addDim(d, d);

export const DIM_ONE: Dim = dimNumber(1);

/** The number, where the dimension is one. */
export function dimConstant(d: Dim): number | undefined {
  const [t, ...rest] = d.terms;
  if (!t) return 0;
  return rest.length === 0 && t.atoms.length === 0 ? t.coefficient : undefined;
}

/** The atom, where the dimension is a single name. */
export function dimAtom(d: Dim): DimAtom | undefined {
  const [t, ...rest] = d.terms;
  return t && rest.length === 0 && t.coefficient === 1 && t.atoms.length === 1
    ? t.atoms[0]
    : undefined;
}

/** All atoms of a dimension, by text. */
export function dimAtoms(d: Dim): readonly DimAtom[] {
  const seen = new Map<string, DimAtom>();
  for (const t of d.terms) for (const a of t.atoms) seen.set(atomText(a.name, a.index), a);
  return [...seen.values()];
}

/** Replaces every atom by a dimension. */
export function mapDim(d: Dim, f: (atom: DimAtom) => Dim): Dim {
  if (d.terms.every((t) => t.atoms.length === 0)) return d;
  let total = intern([]);
  for (const t of d.terms) {
    let product = dimNumber(t.coefficient);
    for (const a of t.atoms) product = mulDim(product, f(a));
    total = addDim(total, product);
  }
  return total;
}

/** `l+1` for the index `l` shifted by one; a fixed place stays. */
export function shiftIndex(index: IndexExpr, variable: string, by: IndexExpr): IndexExpr {
  if (index.variable !== variable) return index;
  return Object.freeze({ variable: by.variable, offset: index.offset + by.offset });
}

/** Replaces the index variable by another place, in every indexed name. */
export const substituteDimIndex = (d: Dim, variable: string, by: IndexExpr): Dim =>
  mapDim(d, (a) => dimName(a.name, a.index && shiftIndex(a.index, variable, by)));

/**
 * The number of a dimension, given numbers for its atoms (`n` or `n[2]`, as text).
 * @throws RangeError that names the atom without a number
 */
export function evalDim(d: Dim, sizes: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const t of d.terms) {
    let product = t.coefficient;
    for (const a of t.atoms) {
      const n = sizes.get(atomText(a.name, a.index));
      if (n === undefined) throw new RangeError(`no size for ${atomText(a.name, a.index)}`);
      product *= n;
    }
    total += product;
  }
  return total;
}

/** A dimension used as a scalar has exact coefficients. */
export const dimCoefficient = (t: DimTerm): Rational => rational(2 * t.coefficient, 2);
