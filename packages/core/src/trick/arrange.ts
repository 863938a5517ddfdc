import type { Dim } from '../shape/dim.ts';

/**
 * All arrangements of given factors whose shape is the wanted one.
 *
 * An arrangement is what a person can write with each factor exactly once: transposes, matrix products (of matrices, rows and
 * columns: inner and outer ones too), products entry by entry of equal shapes, traces as scalars beside the rest. On indices it
 * puts every axis of a factor on an index; axes on one index have equal lengths. Each step of writing
 *
 * - a matrix product ties one open index of each side and sums over it;
 * - an entrywise product ties all open indices, which stay open; summed over at once it is an inner product;
 * - a trace ties the two sides of a product of matrices and sums.
 *
 * Never more than two indices are open, which is what matrix notation can say; two sides of the result are never tied. Beyond this
 * only what the forward pass calls for: a sum over one side where it repeated along it, a repetition (ones) where it summed, a
 * vector beside a matrix as a diagonal scaling where it scaled a matrix so. As the scalars among the factors never matter for
 * the places, they are not given. Two ways to write one product over indices are one arrangement: it does not matter how products
 * associate, nor that (AB)ᵀ is BᵀAᵀ.
 */
export interface Placement {
  /** One index for each axis of each factor. */
  readonly factors: readonly (readonly number[])[];
  /** One for each axis of the result, distinct; an index that no factor has repeats. */
  readonly out: readonly number[];
  /** How far it is from a plain product of matrices. */
  readonly oddity: number;
}

export interface Piece {
  readonly axes: readonly Dim[];
  /** Its trace is a number that nobody writes as a factor. */
  readonly identity: boolean;
}

/** What the forward pass calls for beside products; a length stands as often as it may be used. */
export interface Allowance {
  readonly sums: readonly Dim[];
  readonly repeats: readonly Dim[];
  /** Sums only where no factor that is still to come has a side of that length. */
  readonly sumsLast: boolean;
  /** Whether a vector may scale a matrix: one that is a factor, or any. */
  readonly scaling: 'none' | 'factors' | 'any';
}

/** A part of the factors in one product. An index is named by the first axis that is on it, counted over all factors. */
interface State {
  readonly at: readonly number[];
  readonly open: readonly number[];
  readonly sums: readonly Dim[];
  readonly oddity: number;
}

const ODDITY = { hadamard: 1, scaling: 2, inner: 2, sum: 2, trace: 3 } as const;
const NOWHERE = -1;

/** @returns nothing where there are more than `limit` states to keep */
export function arrangements(
  pieces: readonly Piece[],
  wanted: readonly Dim[],
  allowed: Allowance,
  limit: number,
): Placement[] | undefined {
  const search = new Search(pieces, allowed, limit);
  const states = search.run();
  return states && search.placements(states, wanted);
}

/** The name of a placement: the same for two ways to say the same. */
export function placementKey(p: Pick<Placement, 'factors' | 'out'>): string {
  const names = new Map<number, number>();
  const name = (ix: number): number => {
    const had = names.get(ix);
    if (had !== undefined) return had;
    names.set(ix, names.size);
    return names.size - 1;
  };
  const factors = p.factors.map((f) => f.map(name).join()).join('|');
  return `${factors}>${p.out.map(name).join()}`;
}

const isWithin = (used: readonly Dim[], allowed: readonly Dim[]): boolean => {
  const left = [...allowed];
  return used.every((d) => {
    const at = left.indexOf(d);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
};

class Search {
  private readonly lengths: readonly Dim[];
  private readonly owners: readonly number[];
  private kept = 0;
  private readonly pieces: readonly Piece[];
  private readonly allowed: Allowance;
  private readonly limit: number;

  constructor(pieces: readonly Piece[], allowed: Allowance, limit: number) {
    this.pieces = pieces;
    this.allowed = allowed;
    this.limit = limit;
    this.lengths = pieces.flatMap((p) => p.axes);
    this.owners = pieces.flatMap((p, k) => p.axes.map(() => k));
  }

  /** The products of all factors, from those of ever larger parts of them. */
  run(): Iterable<State> | undefined {
    const n = this.pieces.length;
    if (n === 0) return [{ at: [], open: [], sums: [], oddity: 0 }];
    const full = 2 ** n - 1;
    const tables: Map<string, State>[] = [];
    for (let part = 1; part <= full; part++) {
      const table = new Map<string, State>();
      tables[part] = table;
      const lowest = part & -part;
      if (lowest === part) this.keep(table, this.single(31 - Math.clz32(part)));
      for (let a = (part - 1) & part; a > 0; a = (a - 1) & part) {
        if ((a & lowest) === 0) continue;
        for (const left of tables[a]?.values() ?? []) {
          for (const right of tables[part ^ a]?.values() ?? []) this.join(table, left, right);
          if (this.kept > this.limit) return undefined;
        }
      }
    }
    return tables[full]?.values() ?? [];
  }

  private single(piece: number): State {
    const at = this.owners.map((owner, axis) => (owner === piece ? axis : NOWHERE));
    return { at, open: at.filter((ix) => ix !== NOWHERE), sums: [], oddity: 0 };
  }

  /** Keeps a product, and its traces and sums. */
  private keep(table: Map<string, State>, state: State): void {
    if (state.open.length > 2) return;
    const key = `${state.at.join()}|${[...state.open].sort((a, b) => a - b).join()}`;
    const had = table.get(key);
    if (had && had.oddity <= state.oddity) return;
    if (!had) this.kept++;
    table.set(key, state);
    const [p, q] = state.open;
    if (p !== undefined && q !== undefined && this.hasTrace(state, p, q))
      this.keep(table, this.tie(state, p, q, [], ODDITY.trace));
    for (const ix of state.open) {
      const length = this.lengths[ix];
      if (length === undefined || !this.allowed.sums.includes(length)) continue;
      const sums = [...state.sums, length];
      const waits = (at: number, axis: number): boolean =>
        at === NOWHERE && this.lengths[axis] === length;
      if (this.allowed.sumsLast && state.at.some(waits)) continue;
      if (isWithin(sums, this.allowed.sums)) {
        const open = state.open.filter((i) => i !== ix);
        this.keep(table, { ...state, open, sums, oddity: state.oddity + ODDITY.sum });
      }
    }
  }

  private hasTrace(state: State, p: number, q: number): boolean {
    if (this.lengths[p] !== this.lengths[q]) return false;
    const ends = state.at.flatMap((ix, axis) => (ix === p || ix === q ? [axis] : []));
    return (
      ends.length === 2 && ends.every((axis) => !this.pieces[this.owners[axis] ?? 0]?.identity)
    );
  }

  /** The state with two of its indices made one. */
  private tie(state: State, p: number, q: number, open: readonly number[], odd: number): State {
    const [to, from] = [Math.min(p, q), Math.max(p, q)];
    return {
      ...state,
      at: state.at.map((ix) => (ix === from ? to : ix)),
      open: open.map((ix) => (ix === from ? to : ix)),
      oddity: state.oddity + odd,
    };
  }

  /** All products of two parts. */
  private join(table: Map<string, State>, a: State, b: State): void {
    const sums = a.sums.length === 0 ? b.sums : [...a.sums, ...b.sums];
    if (a.sums.length > 0 && b.sums.length > 0 && !isWithin(sums, this.allowed.sums)) return;
    const side: State = {
      at: a.at.map((ix, axis) => (ix === NOWHERE ? (b.at[axis] ?? NOWHERE) : ix)),
      open: [...a.open, ...b.open],
      sums,
      oddity: a.oddity + b.oddity,
    };
    // a scalar beside anything, column times row
    if (side.open.length <= 2 && (a.open.length !== b.open.length || a.open.length <= 1))
      this.keep(table, side);
    for (const p of a.open) {
      for (const q of b.open) {
        if (this.lengths[p] !== this.lengths[q]) continue;
        const rest = side.open.filter((ix) => ix !== p && ix !== q);
        this.keep(table, this.tie(side, p, q, rest, 0));
        if (rest.length === 0) this.keep(table, this.tie(side, p, q, [p], ODDITY.hadamard));
        if (rest.length === 1 && this.mayScale(a.open.length === 1 ? a : b))
          this.keep(table, this.tie(side, p, q, [p, ...rest], ODDITY.scaling));
      }
    }
    const [p, r] = a.open;
    if (p === undefined || r === undefined || b.open.length !== 2) return;
    for (const [q = NOWHERE, s = NOWHERE] of [b.open, [...b.open].reverse()]) {
      if (this.lengths[p] !== this.lengths[q] || this.lengths[r] !== this.lengths[s]) continue;
      const first = this.tie(side, p, q, [Math.min(p, q)], 0);
      this.keep(table, this.tie(first, r, s, [...first.open, r], ODDITY.hadamard));
      this.keep(table, this.tie(first, r, s, [], ODDITY.inner));
    }
  }

  private mayScale(vector: State): boolean {
    const { scaling } = this.allowed;
    const isFactor = (ix: number, axis: number): boolean =>
      ix === NOWHERE || this.pieces[this.owners[axis] ?? 0]?.axes.length === 1;
    return scaling === 'any' || (scaling === 'factors' && vector.at.every(isFactor));
  }

  /** The states that have the wanted axes, in every way in which they do. */
  placements(states: Iterable<State>, wanted: readonly Dim[]): Placement[] {
    const found: Placement[] = [];
    for (const state of states) {
      const repeats = wanted.length - state.open.length;
      if (repeats < 0 || repeats > this.allowed.repeats.length) continue;
      for (const out of this.outs(state.open, wanted)) found.push(this.placement(state, out));
    }
    return found;
  }

  /** Which axis of the result each open index becomes; the others are repetitions. */
  private outs(open: readonly number[], wanted: readonly Dim[]): (number | null)[][] {
    let ways: (number | null)[][] = [wanted.map(() => null)];
    for (const ix of open)
      ways = ways.flatMap((way) =>
        wanted.flatMap((d, axis) =>
          way[axis] === null && d === this.lengths[ix]
            ? [way.map((w, a) => (a === axis ? ix : w))]
            : [],
        ),
      );
    return ways.filter((way) =>
      isWithin(
        wanted.filter((_, axis) => way[axis] === null),
        this.allowed.repeats,
      ),
    );
  }

  private placement(state: State, out: readonly (number | null)[]): Placement {
    const factors: number[][] = this.pieces.map(() => []);
    state.at.forEach((ix, axis) => {
      factors[this.owners[axis] ?? 0]?.push(ix);
    });
    const beyond = this.lengths.length;
    return { factors, out: out.map((ix, k) => ix ?? beyond + k), oddity: state.oddity };
  }
}
