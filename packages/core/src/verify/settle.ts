import { gradientsBy, innerSum } from '../derive/products.ts';
import { subtract, symbol } from '../expr/build.ts';
import type { Node, Property, Sym } from '../expr/node.ts';
import { type Tensor, tensor } from '../expr/tensor.ts';
import { symbolsOf } from '../expr/walk.ts';
import type { Fact } from '../simplify/facts.ts';
import { compile, type Program } from './evaluate.ts';
import { intoSpace } from './inputs.ts';

/** Steps of Newton's method at the most, and how far the sides may be apart in the end. */
const STEPS = 60;
const CLOSE = 1e-14;
/** So many steps without coming nearer end it: the equations have no solution here, or rounding is reached. */
const STALLED = 8;
/** Equations that follow from others (AᵀA = I has each of its entries twice) leave the system singular; this keeps it solvable. */
const DAMPING = 1e-11;
/** More equations or entries than this are not solved. */
const MAX_EQUATIONS = 700;
const MAX_ENTRIES = 5000;

/** Properties under which entries may be moved freely, within the space of the matrix. */
const MOVABLE: readonly Property[] = [
  'symmetric',
  'skew',
  'diagonal',
  'lower',
  'upper',
  'invertible',
  'positive',
  'nonnegative',
  'constant',
];

type Values = ReadonlyMap<Sym, Tensor>;

const isMovable = (s: Sym): boolean =>
  s.role === 'variable' && s.properties.every((p) => MOVABLE.includes(p));

/** One fact whose side is a symbol: it is given the value of the other side. */
interface Assignment {
  readonly symbol: Sym;
  readonly value: Node;
}

/**
 * Moves random inputs to where equations hold. Where a side is a symbol by itself that nothing else has (`A*1 = b`), it is given the value of
 * the other side. The rest is solved by Gauss and Newton's method: each step is the shortest one that makes the equations true to first
 * order, so that the inputs stay as random as the equations allow. Positive entries are moved in proportion to themselves, structured
 * matrices within their space.
 */
export class Settler {
  readonly facts: readonly Fact[];
  private readonly assignments: readonly Assignment[];
  private readonly residuals: readonly Node[];
  private readonly weights: readonly Sym[];
  private readonly moved: readonly Sym[];
  /** The gradients of ⟨weights, residuals⟩, from which rows of the Jacobian are read. */
  private readonly pulled: readonly Node[];
  private readonly program: Program;

  /** @throws RangeError where the equations are too many for their sizes */
  constructor(facts: readonly Fact[], sizes: ReadonlyMap<string, number>) {
    this.facts = facts;
    this.assignments = assignmentsOf(facts);
    const assigned = new Set<Node>(this.assignments.map((a) => a.symbol));
    const open = facts.filter((f) => !assigned.has(f.left) && !assigned.has(f.right));
    this.residuals = open.map((f) => subtract(f.left, f.right));
    this.weights = this.residuals.map((r, k) => symbol(`w·${k}`, r.axes, { role: 'part' }));
    this.moved = symbolsOf(this.residuals).filter(isMovable);
    const scalar = innerSum(this.weights, this.residuals);
    this.pulled = gradientsBy(scalar, this.moved);
    const sides = facts.flatMap((f) => [f.left, f.right]);
    this.program = compile([...sides, ...this.residuals, ...this.pulled], sizes);
  }

  /** Inputs at which the equations hold; undefined where none were found. */
  settle(inputs: Values): Values | undefined {
    const found = new Map(inputs);
    if (!this.solve(found)) return undefined;
    for (const { symbol: s, value } of this.assignments) {
      this.load(found);
      const data = this.program.buffer(value).slice();
      if (s.properties.some((p) => p === 'positive') && data.some((v) => v <= 0)) return undefined;
      found.set(s, tensor(this.program.dims(s), intoSpace(s, this.program.dims(s), data)));
    }
    this.load(found);
    const largest = this.program.nodes.reduce(
      (m, n) => this.program.buffer(n).reduce((x, v) => Math.max(x, Math.abs(v)), m),
      0,
    );
    const close = this.facts.every(
      (f) => this.apart(f.left, f.right) <= 1e2 * CLOSE * Math.max(1, largest),
    );
    return close ? found : undefined;
  }

  private load(inputs: Values): void {
    const { program, weights } = this;
    const own = program.symbols.map((s): [Sym, Tensor] => [
      s,
      weights.includes(s) ? tensor(program.dims(s)) : (inputs.get(s) ?? tensor(program.dims(s))),
    ]);
    program.load(new Map(own));
  }

  /** How far two sides are from each other. */
  private apart(left: Node, right: Node): number {
    const b = this.program.buffer(right);
    return this.program
      .buffer(left)
      .reduce((m, v, k) => Math.max(m, Math.abs(v - (b[k] as number))), 0);
  }

  private solve(found: Map<Sym, Tensor>): boolean {
    const { program, residuals, moved } = this;
    if (residuals.length === 0) return true;
    const count = residuals.reduce((n, r) => n + program.buffer(r).length, 0);
    const entries = moved.reduce((n, s) => n + program.buffer(s).length, 0);
    if (entries === 0 || count > MAX_EQUATIONS || entries > MAX_ENTRIES) return false;
    let best = Number.POSITIVE_INFINITY;
    let since = 0;
    for (let step = 0; step < STEPS && since < STALLED; step++) {
      this.load(found);
      const r = Float64Array.from(residuals.flatMap((n) => [...program.buffer(n)]));
      const size = residuals.reduce((m, n) => Math.max(m, ...program.buffer(n).map(Math.abs)), 0);
      if (!Number.isFinite(size)) return false;
      if (size <= CLOSE) return true;
      since = size < 0.7 * best ? 0 : since + 1;
      best = Math.min(best, size);
      const rows = this.jacobian(found, count, entries);
      const multipliers = solveNormal(rows, r);
      let at = 0;
      for (const s of moved) {
        const start = found.get(s) as Tensor;
        const n = start.data.length;
        const change = new Float64Array(n);
        for (let e = 0; e < count; e++) {
          const m = multipliers[e] as number;
          const row = rows[e] as Float64Array;
          for (let k = 0; k < n; k++)
            change[k] = (change[k] as number) + m * (row[at + k] as number);
        }
        const positive = isPositive(s);
        const data = start.data.map((v, k) => {
          const d = change[k] as number;
          return positive ? v * Math.exp(-Math.max(-2, Math.min(2, d))) : v - d;
        });
        found.set(s, tensor(start.dims, data));
        at += n;
      }
    }
    this.load(found);
    return residuals.every((n) => program.buffer(n).every((v) => Math.abs(v) <= 1e2 * CLOSE));
  }

  /** One row for each entry of the residuals, in the space in which each symbol moves. */
  private jacobian(inputs: Values, count: number, entries: number): Float64Array[] {
    const { program, weights, moved, pulled } = this;
    const rows = Array.from({ length: count }, () => new Float64Array(entries));
    const zero = weights.map((w) => tensor(program.dims(w)));
    const all = new Map<Sym, Tensor>(
      program.symbols.map((s) => [s, inputs.get(s) ?? tensor(program.dims(s))]),
    );
    let e = 0;
    weights.forEach((w, k) => {
      const unit = zero[k] as Tensor;
      for (let i = 0; i < unit.data.length; i++) {
        unit.data[i] = 1;
        weights.forEach((x, j) => void all.set(x, zero[j] as Tensor));
        program.load(all);
        unit.data[i] = 0;
        let at = 0;
        moved.forEach((s, j) => {
          const data = intoSpace(s, program.dims(s), program.buffer(pulled[j] as Node).slice());
          const x = (inputs.get(s) as Tensor).data;
          const positive = isPositive(s);
          for (let n = 0; n < data.length; n++)
            (rows[e] as Float64Array)[at + n] =
              (data[n] as number) * (positive ? (x[n] as number) : 1);
          at += data.length;
        });
        e += 1;
      }
    });
    return rows;
  }
}

const isPositive = (s: Sym): boolean =>
  s.properties.some((p) => p === 'positive' || p === 'nonnegative');

/** Symbols that are a side of one fact and stand nowhere else. */
function assignmentsOf(facts: readonly Fact[]): Assignment[] {
  const uses = (s: Node): number =>
    facts.filter((f) => symbolsOf([f.left, f.right]).includes(s as Sym)).length;
  return facts.flatMap(({ left, right }) => {
    for (const [side, value] of [
      [right, left],
      [left, right],
    ] as const)
      if (
        side.kind === 'symbol' &&
        isMovable(side) &&
        uses(side) === 1 &&
        !symbolsOf([value]).includes(side)
      )
        return [{ symbol: side, value }];
    return [];
  });
}

/** λ with (J Jᵀ + μI) λ = r, by Cholesky's factorisation. */
function solveNormal(rows: readonly Float64Array[], r: Float64Array): Float64Array {
  const m = rows.length;
  const a = rows.map((row, i) =>
    Float64Array.from({ length: i + 1 }, (_, j) => {
      const other = rows[j] as Float64Array;
      let total = 0;
      for (let k = 0; k < row.length; k++) total += (row[k] as number) * (other[k] as number);
      return total;
    }),
  );
  const get = (i: number, j: number): number => (a[i] as Float64Array)[j] as number;
  const trace = a.reduce((t, _, i) => t + get(i, i), 0);
  const floor = (DAMPING * trace) / m || 1;
  const x = r.slice();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let total = get(i, j) + (i === j ? floor : 0);
      for (let k = 0; k < j; k++) total -= get(i, k) * get(j, k);
      (a[i] as Float64Array)[j] = i === j ? Math.sqrt(Math.max(total, floor)) : total / get(j, j);
    }
  }
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - get(i, k) * (x[k] as number);
    x[i] = (x[i] as number) / get(i, i);
  }
  for (let i = m - 1; i >= 0; i--) {
    for (let k = i + 1; k < m; k++) x[i] = (x[i] as number) - get(k, i) * (x[k] as number);
    x[i] = (x[i] as number) / get(i, i);
  }
  return x;
}

/** Facts that say something of symbols below some nodes, and those that say something of the symbols of these. */
export function factsFor(nodes: readonly Node[], facts: readonly Fact[]): Fact[] {
  const known = new Set<Node>(symbolsOf(nodes));
  const found = new Set<Fact>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const f of facts) {
      const inside = symbolsOf([f.left, f.right]).filter((s) => s.role === 'variable');
      if (found.has(f) || !inside.some((s) => known.has(s))) continue;
      found.add(f);
      for (const s of inside) known.add(s);
    }
  }
  return facts.filter((f) => found.has(f));
}
