import type { Apply, Contract, Node, Sym } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import { isOneR, mulR, negR, ONE, type Rational, signR, ZERO } from '../shape/rational.ts';
import type { Expr } from '../syntax/tree.ts';

/**
 * Index notation: one entry of an array, written with the entries of other arrays, sums over indices and Kronecker's δ. Every node of
 * the graph has such a form, whatever its order, since the graph lives on indices (Ricci and Levi-Civita 1900).
 */
export type Entry =
  | { readonly kind: 'number'; readonly value: Rational }
  /** `A[i,j]`, `softmax(Z)[i,j]`; a scalar where there are no letters. */
  | {
      readonly kind: 'entry';
      readonly node: Node;
      readonly expr: Expr;
      readonly letters: readonly Letter[];
    }
  /** 1 where both are equal, else 0. */
  | { readonly kind: 'delta'; readonly letters: readonly [Letter, Letter] }
  /** Σ over letters. */
  | { readonly kind: 'total'; readonly over: readonly Letter[]; readonly of: Entry }
  | { readonly kind: 'product'; readonly factors: readonly Entry[] }
  | { readonly kind: 'sum'; readonly terms: readonly EntryTerm[] }
  | { readonly kind: 'power'; readonly base: Entry; readonly exponent: Rational }
  /** A function of numbers: of entries of `node`'s arguments, at letters for its axes. */
  | {
      readonly kind: 'apply';
      readonly node: Apply;
      readonly args: readonly Entry[];
      readonly letters: readonly Letter[];
    }
  /** `∂(…)/∂X[p,q]`. */
  | {
      readonly kind: 'derivative';
      readonly of: Entry;
      readonly by: Sym;
      readonly at: readonly Letter[];
    };

export interface EntryTerm {
  readonly coefficient: Rational;
  readonly of: Entry;
}

/** An index with its range. Letters are told apart by identity; within the reach of one no other has its name. */
export interface Letter {
  readonly name: string;
  readonly dim: Dim;
}

/** How nodes without an index form of their own are written. */
export interface EntryWriter {
  /** A name for a node, where it has one. */
  named(node: Node): { readonly node: Node; readonly expr: Expr } | undefined;
  /** A symbol, or a function of arrays, as a surface tree. @throws where it has none */
  written(node: Node): Expr;
}

const POOL = 'ijklrstuvabcehopqxyz';

/** Names for letters. */
export class Letters {
  readonly #taken: ReadonlySet<string>;

  /** @param taken names that mean something else */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** A letter that is none of those in reach. @param liked names to be tried first */
  fresh(dim: Dim, reach: readonly Letter[], liked = ''): Letter {
    const used = (name: string): boolean => reach.some((l) => l.name === name);
    const free = (liked + POOL).split('').find((c) => !this.#taken.has(c) && !used(c));
    if (free !== undefined) return { name: free, dim };
    for (let k = 1; ; k++) if (!used(`i${k}`)) return { name: `i${k}`, dim };
  }

  /** Letters for axes, none of them twice. */
  all(axes: readonly Dim[], reach: readonly Letter[], liked = ''): Letter[] {
    const found: Letter[] = [];
    for (const d of axes) found.push(this.fresh(d, [...reach, ...found], liked));
    return found;
  }
}

/** Reads nodes of the graph as entries. */
export class Entries {
  readonly letters: Letters;
  readonly #writer: EntryWriter;

  constructor(letters: Letters, writer: EntryWriter) {
    this.letters = letters;
    this.#writer = writer;
  }

  /** The entry of a node at letters, one for each axis. @param reach further letters that are in use around it */
  of(node: Node, at: readonly Letter[], reach: readonly Letter[] = []): Entry {
    const named = this.#writer.named(node);
    if (named) return { kind: 'entry', ...named, letters: at };
    return this.inside(node, at, reach);
  }

  /** The same, with the node itself written out where it has a name. */
  inside(node: Node, at: readonly Letter[], reach: readonly Letter[] = []): Entry {
    switch (node.kind) {
      case 'literal':
        return numberOf(node.value);
      case 'symbol':
        return { kind: 'entry', node, expr: this.#writer.written(node), letters: at };
      case 'delta':
        return deltaOf(at[0] as Letter, at[1] as Letter);
      case 'sum':
        return sumOf(
          node.terms.map((t) =>
            withSign({ coefficient: t.coefficient, of: this.of(t.node, at, reach) }),
          ),
        );
      case 'contract': {
        const { all, summed } = this.indices(node, at, reach);
        const around = [...reach, ...all];
        const factors = node.operands.map((o) => {
          const places = o.indices.map((ix) => all[ix] as Letter);
          return powerOf(this.of(o.node, places, around), o.exponent);
        });
        return productOver(summed, factors, all[0]);
      }
      case 'apply':
        if (node.op.mode === 'structured')
          return { kind: 'entry', node, expr: this.#writer.written(node), letters: at };
        return {
          kind: 'apply',
          node,
          args: node.args.map((a) => this.of(a, a.axes.length === 0 ? [] : at, reach)),
          letters: at,
        };
    }
  }

  /** Letters for all indices of a product: those of its axes as given, new ones for those that are summed. */
  indices(
    node: Contract,
    at: readonly Letter[],
    reach: readonly Letter[],
  ): { readonly all: readonly Letter[]; readonly summed: readonly Letter[] } {
    const summed = this.letters.all(node.extents.slice(node.axes.length), [...reach, ...at]);
    return { all: [...at, ...summed], summed };
  }
}

// ---------------------------------------------------------------- makers

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

/** The entry at other letters. */
export function renamed(e: Entry, from: Letter, to: Letter): Entry {
  const letter = (l: Letter): Letter => (l === from ? to : l);
  const go = (x: Entry): Entry => renamed(x, from, to);
  switch (e.kind) {
    case 'number':
      return e;
    case 'entry':
      return { ...e, letters: e.letters.map(letter) };
    case 'delta':
      return deltaOf(letter(e.letters[0]), letter(e.letters[1]));
    case 'total':
      return { ...e, of: go(e.of) };
    case 'product':
      return productOf(e.factors.map(go));
    case 'sum':
      return sumOf(e.terms.map((t) => ({ ...t, of: go(t.of) })));
    case 'power':
      return { ...e, base: go(e.base) };
    case 'apply':
      return { ...e, args: e.args.map(go), letters: e.letters.map(letter) };
    case 'derivative':
      return { ...e, of: go(e.of), at: e.at.map(letter) };
  }
}

/** The entry with its parts replaced. */
export function mapEntry(e: Entry, f: (x: Entry) => Entry): Entry {
  switch (e.kind) {
    case 'number':
    case 'entry':
    case 'delta':
    case 'derivative':
      return e;
    case 'total':
      return totalOf(e.over, f(e.of));
    case 'product':
      return productOf(e.factors.map(f));
    case 'sum':
      return sumOf(e.terms.map((t) => ({ ...t, of: f(t.of) })));
    case 'power':
      return powerOf(f(e.base), e.exponent);
    case 'apply':
      return { ...e, args: e.args.map(f) };
  }
}

/** Σⱼ δ[j,p] a[j] = a[p], wherever the letter of a δ is summed. Sums with a δ in one of their terms are multiplied out for it. */
export function withoutDeltas(e: Entry): Entry {
  const inner = mapEntry(e, withoutDeltas);
  if (inner.kind !== 'total') return inner;
  const { over, of } = inner;
  const factors = of.kind === 'product' ? of.factors : [of];
  for (const d of factors) {
    if (d.kind !== 'delta') continue;
    const [a, b] = d.letters;
    const [from, to] = over.includes(a) ? [a, b] : [b, a];
    if (!over.includes(from)) continue;
    const rest = productOf(factors.filter((f) => f !== d).map((f) => renamed(f, from, to)));
    return withoutDeltas(
      totalOf(
        over.filter((l) => l !== from),
        rest,
      ),
    );
  }
  const open = factors.find((f) => f.kind === 'sum' && f.terms.some((t) => hasDelta(t.of, over)));
  if (open?.kind !== 'sum') return inner;
  const others = factors.filter((f) => f !== open);
  return sumOf(
    open.terms.map((t) => ({
      coefficient: t.coefficient,
      of: withoutDeltas(totalOf(over, productOf([...others, t.of]))),
    })),
  );
}

const hasDelta = (e: Entry, over: readonly Letter[]): boolean =>
  (e.kind === 'product' ? e.factors : [e]).some(
    (f) => f.kind === 'delta' && f.letters.some((l) => over.includes(l)),
  );

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

/** How many signs an entry takes: what is too long is not shown. */
export function sizeOfEntry(e: Entry): number {
  switch (e.kind) {
    case 'number':
    case 'entry':
    case 'delta':
      return 1;
    case 'total':
      return 1 + sizeOfEntry(e.of);
    case 'product':
      return e.factors.reduce((n, f) => n + sizeOfEntry(f), 0);
    case 'sum':
      return e.terms.reduce((n, t) => n + sizeOfEntry(t.of), 0);
    case 'power':
      return 1 + sizeOfEntry(e.base);
    case 'apply':
      return e.args.reduce((n, a) => n + sizeOfEntry(a), 1);
    case 'derivative':
      return 1 + sizeOfEntry(e.of);
  }
}

/** Over how many letters an entry sums at once, where it sums over the most. */
export function widestSum(e: Entry): number {
  switch (e.kind) {
    case 'number':
    case 'entry':
    case 'delta':
      return 0;
    case 'total':
      return e.over.length + widestSum(e.of);
    case 'product':
      return Math.max(0, ...e.factors.map(widestSum));
    case 'sum':
      return Math.max(0, ...e.terms.map((t) => widestSum(t.of)));
    case 'power':
      return widestSum(e.base);
    case 'apply':
      return Math.max(0, ...e.args.map(widestSum));
    case 'derivative':
      return widestSum(e.of);
  }
}

/** Whether a term of a sum is subtracted. */
export const isMinus = (t: EntryTerm): boolean => signR(t.coefficient) < 0;
