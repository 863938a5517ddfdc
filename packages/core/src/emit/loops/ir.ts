import type { Apply } from '../../expr/node.ts';
import type { Dim } from '../../shape/dim.ts';
import type { Rational } from '../../shape/rational.ts';

/**
 * Work on arrays as loops over indices, whatever the language: what stands between the graph and the text of C or JavaScript.
 * Arrays lie row by row. A unit fills one store; units run one after the other.
 */

/** The variable of a loop: it runs from 0 to its extent. */
export interface Index {
  readonly extent: Dim;
}

/** Where values are kept. */
export interface Store {
  /** `number`: a variable. The others are arrays: an argument, a result of the function, or room to work in. */
  readonly kind: 'number' | 'argument' | 'result' | 'work';
  readonly dims: readonly Dim[];
  /** As the user named it; null for what has no name. */
  readonly name: string | null;
  /** The formula, for a comment. */
  readonly about: string | null;
  /** The store of which this one is the same memory with other axes. */
  readonly base: Store | null;
}

/** Room for an array, or a variable for a number. */
export const storeOf = (
  kind: Store['kind'],
  dims: readonly Dim[],
  more: { readonly name?: string | null; readonly about?: string | null } = {},
): Store => ({ kind, dims, name: more.name ?? null, about: more.about ?? null, base: null });

/** The memory itself. */
export const memoryOf = (store: Store): Store => store.base ?? store;

/** One entry of an array, as a formula of loop indices. */
export type Entry =
  | { readonly kind: 'number'; readonly value: Rational }
  /** A dimension as a number. */
  | { readonly kind: 'size'; readonly dim: Dim }
  | { readonly kind: 'constant'; readonly name: 'pi' | 'inf' }
  | Read
  /** 1 where two indices are equal, else 0. */
  | { readonly kind: 'same'; readonly a: Index; readonly b: Index }
  | { readonly kind: 'sum'; readonly terms: readonly Scaled[] }
  | { readonly kind: 'product'; readonly factors: readonly Power[] }
  /** A function of numbers; `node` says which. */
  | { readonly kind: 'call'; readonly node: Apply; readonly args: readonly Entry[] }
  | Total;

export interface Read {
  readonly kind: 'read';
  readonly from: Store;
  readonly at: readonly Index[];
}

export interface Scaled {
  readonly coefficient: Rational;
  readonly entry: Entry;
}

export interface Power {
  readonly entry: Entry;
  readonly exponent: Rational;
}

/** A sum over indices of its own: a loop of its own, with a number that adds up. */
export interface Total {
  readonly kind: 'total';
  readonly over: readonly Index[];
  readonly entry: Entry;
}

export type Unit = Fill | Accumulate | Routine;

/** Every entry at `at` is computed by itself, in loops over `loops`; a number has no loops. */
export interface Fill {
  readonly kind: 'fill';
  readonly to: Store;
  readonly at: readonly Index[];
  readonly loops: readonly Index[];
  readonly entry: Entry;
  /** The entry is added to what is there. */
  readonly adds: boolean;
}

/** Entries add up in memory: out[at] += entry for all values of `over`, where the innermost loop runs along the result. */
export interface Accumulate {
  readonly kind: 'accumulate';
  readonly to: Store;
  readonly at: readonly Index[];
  /** Loops of the result that stand outside those of `over`. */
  readonly outer: readonly Index[];
  readonly over: readonly Index[];
  readonly inner: Index;
  readonly entry: Entry;
  /** What the entries begin with; null where they go on from what is there. */
  readonly begin: Entry | null;
  /** What becomes of each entry when its sum is complete; null where it stays. */
  readonly finish: Entry | null;
}

/** A routine of the library, or a function of the caller, that works on whole arrays. */
export interface Routine {
  readonly kind: 'routine';
  readonly node: Apply | 'solve';
  readonly to: Store;
  /** Null for what the routine does not look at. */
  readonly args: readonly (Store | null)[];
  /** Room to work in, or null. */
  readonly room: Store | null;
}

/** What an entry is made of, directly. */
export function below(e: Entry): readonly Entry[] {
  switch (e.kind) {
    case 'number':
    case 'size':
    case 'constant':
    case 'read':
    case 'same':
      return [];
    case 'sum':
      return e.terms.map((t) => t.entry);
    case 'product':
      return e.factors.map((f) => f.entry);
    case 'call':
      return e.args;
    case 'total':
      return [e.entry];
  }
}

/** The functions of numbers and of arrays in a unit. */
export function appliedIn(u: Unit): Apply[] {
  const found: Apply[] = [];
  const visit = (e: Entry): void => {
    if (e.kind === 'call') found.push(e.node);
    below(e).forEach(visit);
  };
  if (u.kind === 'routine') return u.node === 'solve' ? [] : [u.node];
  visit(u.entry);
  if (u.kind === 'accumulate') for (const e of [u.begin, u.finish]) if (e) visit(e);
  return found;
}

/** Everything that an entry reads. */
export function readsOf(e: Entry): Read[] {
  return e.kind === 'read' ? [e] : below(e).flatMap(readsOf);
}

/** The indices on which an entry depends; those of its own inner loops are not among them. */
export function indicesOf(e: Entry): ReadonlySet<Index> {
  const found = new Set<Index>();
  const visit = (x: Entry): void => {
    if (x.kind === 'read') for (const i of x.at) found.add(i);
    else if (x.kind === 'same') found.add(x.a).add(x.b);
    else for (const b of below(x)) visit(b);
    if (x.kind === 'total') for (const i of x.over) found.delete(i);
  };
  visit(e);
  return found;
}

/** x and x². */
export const isSmall = ({ num, den }: Rational): boolean =>
  den === 1n && (num === 1n || num === 2n);

/** Whether an entry is there already, or costs next to nothing to compute again. */
export function isCheap(e: Entry): boolean {
  switch (e.kind) {
    case 'number':
    case 'size':
    case 'constant':
    case 'read':
    case 'same':
      return true;
    case 'sum': {
      const [only, ...more] = e.terms;
      return more.length === 0 && only !== undefined && isCheap(only.entry);
    }
    case 'product': {
      const [only, ...more] = e.factors;
      return (
        more.length === 0 && only !== undefined && isSmall(only.exponent) && isCheap(only.entry)
      );
    }
    case 'call':
    case 'total':
      return false;
  }
}
