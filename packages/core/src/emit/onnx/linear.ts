import type { Value } from './graph.ts';
import type { Operators } from './operators.ts';

/**
 * Linear algebra, which ONNX lacks but for `Det`, for which ONNX Runtime has no kernel in double precision: as loops over columns.
 */

/** Column k of what is eliminated, with its entry of largest size, from row k on, brought to row k (partial pivoting). */
function pivoted(
  o: Operators,
  m: Value,
  k: Value,
  rows: Value,
): { swapped: Value; place: Value; column: Value } {
  const sizes = o.call('Abs', o.gather(m, k, 1));
  const open = o.where(o.less(rows, k), o.real(-1), sizes);
  const place = o.operation('ArgMax', [open], { type: 'int', rank: 0 }, [
    ['axis', 0],
    ['keepdims', 0],
  ]);
  const order = o.where(o.equal(rows, k), place, o.where(o.equal(rows, place), k, rows));
  const swapped = o.gather(m, order, 0);
  return { swapped, place, column: o.gather(swapped, k, 1) };
}

/** A⁻¹ B by elimination of Gauss and Jordan. B may be a vector; without it, the inverse. */
export function solve(o: Operators, a: Value, b?: Value): Value {
  const n = o.side(a, 0);
  const rows = o.range(n);
  const right = b ? (b.rank === 1 ? o.column(b) : b) : o.identity(n);
  const [done] = o.graph.loop(n, [o.concat([a, right], 1)], (k, [m]) => {
    const { swapped, column } = pivoted(o, m as Value, k, rows);
    const row = o.div(o.gather(swapped, k, 0), o.gather(column, k, 0));
    const less = o.sub(swapped, o.mul(o.column(column), row));
    return { state: [o.where(o.column(o.equal(rows, k)), row, less)] };
  });
  const x = o.slice(done as Value, n, o.int(Number.MAX_SAFE_INTEGER), 1);
  return b?.rank === 1 ? o.squeeze(x, [1]) : x;
}

/** The pivots of elimination, negative where rows were exchanged: their product is the determinant. */
function pivots(o: Operators, a: Value): Value {
  const n = o.side(a, 0);
  const rows = o.range(n);
  const [, found] = o.graph.loop(n, [a], (k, [m]) => {
    const { swapped, place, column } = pivoted(o, m as Value, k, rows);
    const pivot = o.gather(column, k, 0);
    const one = o.real(1);
    const divisor = o.where(o.equal(pivot, o.real(0)), one, pivot);
    const factors = o.where(o.less(k, rows), o.div(column, divisor), o.real(0));
    const row = o.gather(swapped, k, 0);
    const sign = o.where(o.equal(place, k), one, o.real(-1));
    return {
      state: [o.sub(swapped, o.mul(o.column(factors), row))],
      stacked: [o.mul(sign, pivot)],
    };
  });
  return found as Value;
}

export const determinant = (o: Operators, a: Value): Value => o.reduce('ReduceProd', pivots(o, a));

/** Its logarithm, from the pivots', so that nothing overflows; NaN where it is negative. */
export function logDeterminant(o: Operators, a: Value): Value {
  const found = pivots(o, a);
  const sign = o.reduce('ReduceProd', o.call('Sign', found));
  const size = o.total(o.call('Log', o.call('Abs', found)));
  return o.where(o.less(sign, o.real(0)), o.real(Number.NaN), size);
}

/** The lower triangular L with L Lᵀ = A; NaN where A is not positive definite. */
export function cholesky(o: Operators, a: Value): Value {
  const n = o.side(a, 0);
  const rows = o.range(n);
  const [, columns] = o.graph.loop(n, [a], (k, [m]) => {
    const column = o.gather(m as Value, k, 1);
    const below = o.where(o.less(rows, k), o.real(0), column);
    const scaled = o.div(below, o.call('Sqrt', o.gather(column, k, 0)));
    const less = o.sub(m as Value, o.mul(o.column(scaled), scaled));
    return { state: [less], stacked: [scaled] };
  });
  return o.transpose(columns as Value);
}

const norm = (o: Operators, a: Value): Value => o.reduce('ReduceL2', a);

/** exp(A) = exp(A/2ˢ)^(2ˢ), with Taylor's series for ‖A/2ˢ‖ ≤ ½. */
export function exponential(o: Operators, a: Value): Value {
  const one = o.identity(o.side(a, 0));
  const size = o.call('Max', norm(o, a), o.real(0.25));
  const doublings = o.add(o.call('Ceil', o.div(o.call('Log', size), o.real(Math.LN2))), o.real(1));
  const small = o.div(a, o.call('Pow', o.real(2), doublings));
  let total = one;
  for (let k = 14; k > 0; k--) total = o.add(one, o.mul(o.matmul(small, total), o.real(1 / k)));
  const [whole] = o.graph.loop(o.asInt(doublings), [total], (_, [m]) => ({
    state: [o.matmul(m as Value, m as Value)],
  }));
  return whole as Value;
}

/** Steps of an iteration that squares its error; what has not settled by then is ill-conditioned beyond use. */
const STEPS = 100;

/**
 * Runs an iteration until it changes its state by no more than rounding, or as little as before.
 * @returns the first of the state
 */
function settled(
  o: Operators,
  state: readonly Value[],
  step: (state: readonly Value[]) => readonly Value[],
): Value {
  const last = o.real(Number.MAX_VALUE);
  const [done] = o.graph.loop(o.int(STEPS), [...state, last], (_, all) => {
    const before = all.slice(0, -1);
    const had = all.at(-1) as Value;
    const after = step(before);
    const [x, y] = [before[0] as Value, after[0] as Value];
    const change = o.div(norm(o, o.sub(y, x)), norm(o, y));
    const far = o.less(o.real(1e-3), change);
    const falls = o.call('And', o.less(change, had), o.less(o.real(1e-17), change));
    return { state: [...after, change], goes: o.call('Or', far, falls) };
  });
  return done as Value;
}

/** X ← X (2 I − A X), which doubles the digits; the first X is Aᵀ, scaled (Ben-Israel and Cohen 1966). */
export function pseudoInverse(o: Operators, a: Value): Value {
  const sizes = o.call('Abs', a);
  const widest = (axis: number): Value =>
    o.reduce('ReduceMax', o.reduce('ReduceSum', sizes, [axis]));
  const start = o.div(o.transpose(a), o.mul(widest(0), widest(1)));
  return settled(o, [start], ([x]) => {
    const back = o.matmul(o.matmul(x as Value, a), x as Value);
    return [o.sub(o.mul(o.real(2), x as Value), back)];
  });
}

/** U Vᵀ of A = U diag(s) Vᵀ: X ← ½ X (3 I − Xᵀ X), for an A of full rank (Björck and Bowie 1971). */
export function polarFactor(o: Operators, a: Value): Value {
  return settled(o, [o.div(a, norm(o, a))], ([x]) => {
    const cube = o.matmul(o.matmul(x as Value, o.transpose(x as Value)), x as Value);
    return [o.sub(o.mul(o.real(1.5), x as Value), o.mul(o.real(0.5), cube))];
  });
}

/** The principal square root (Denman and Beavers 1976). */
export function squareRoot(o: Operators, a: Value): Value {
  const mean = (x: Value, y: Value): Value => o.mul(o.real(0.5), o.add(x, y));
  return settled(o, [a, o.identity(o.side(a, 0))], ([y, z]) => [
    mean(y as Value, solve(o, z as Value)),
    mean(z as Value, solve(o, y as Value)),
  ]);
}

/** The principal logarithm: roots until A is near I, then 2 artanh((A − I)(A + I)⁻¹) as a series. */
export function logarithm(o: Operators, a: Value): Value {
  const one = o.identity(o.side(a, 0));
  const away = (m: Value): Value => o.less(o.real(0.3), norm(o, o.sub(m, one)));
  // a loop looks before its first round too: an A near I has no roots taken
  const rounds = o.where(away(a), o.int(60), o.int(0));
  const [root, size] = o.graph.loop(rounds, [a, o.real(2)], (_, [m, s]) => {
    const next = squareRoot(o, m as Value);
    return { state: [next, o.mul(s as Value, o.real(2))], goes: away(next) };
  });
  const near = root as Value;
  const z = o.matmul(o.sub(near, one), solve(o, o.add(near, one)));
  const squared = o.matmul(z, z);
  let total = o.mul(one, o.real(1 / 23));
  for (let k = 21; k > 0; k -= 2)
    total = o.add(o.mul(one, o.real(1 / k)), o.matmul(squared, total));
  return o.mul(size as Value, o.matmul(z, total));
}

/**
 * A function of a matrix, or its derivative along directions: the upper right corner of f([A E; 0 A]), and so on (Higham and Relton
 * 2014). Linear in each direction, so that they are scaled to the size of one.
 */
export function along(
  o: Operators,
  f: (o: Operators, a: Value) => Value,
  [a, ...directions]: readonly Value[],
): Value {
  if (!a) throw new Error('a function has an argument');
  const n = o.side(a, 0);
  let [whole, size] = [a, o.real(1)];
  let copies = 1;
  for (const e of directions) {
    const length = norm(o, e);
    const scaled = o.div(e, o.where(o.equal(length, o.real(0)), o.real(1), length));
    const empty = o.mul(whole, o.real(0));
    const side = blocks(o, scaled, copies);
    whole = o.concat([o.concat([whole, side], 1), o.concat([empty, whole], 1)], 0);
    size = o.mul(size, length);
    copies *= 2;
  }
  const image = f(o, whole);
  if (directions.length === 0) return image;
  const corner = o.slice(image, o.int(0), n, 0);
  return o.mul(size, o.slice(corner, o.neg(n), o.int(Number.MAX_SAFE_INTEGER), 1));
}

/** A matrix so many times along the diagonal. */
function blocks(o: Operators, e: Value, copies: number): Value {
  const zero = o.mul(e, o.real(0));
  const places = Array.from({ length: copies }, (_, k) => k);
  const band = (k: number): Value =>
    o.concat(
      places.map((j) => (j === k ? e : zero)),
      1,
    );
  return o.concat(places.map(band), 0);
}
