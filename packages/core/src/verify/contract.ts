/**
 * Kernels for products over indices, and the order in which many factors are multiplied.
 *
 * Every kernel is a closure over its arrays and over small tables of offsets, made once; running it allocates nothing.
 * More than two factors are multiplied two at a time, the cheapest pair first, and an index is summed as soon as only
 * one factor has it: never one loop over all indices at once.
 */

/** An array, row by row, and the index that stands at each of its axes. An index that stands twice takes the diagonal. */
export interface Factor {
  readonly data: Float64Array;
  readonly indices: readonly number[];
}

export type Step = () => void;

/** Where the arrays between the steps come from; it may refuse. */
export type Allocate = (length: number) => Float64Array;

/** Lengths of the indices. */
type Extents = readonly number[];

const product = (indices: readonly number[], extents: Extents): number => {
  let n = 1;
  for (const i of indices) n *= extents[i] as number;
  return n;
};

/** Each index once, in order of first appearance. */
const distinct = (indices: readonly number[]): readonly number[] =>
  indices.every((i, k) => indices.indexOf(i) === k)
    ? indices
    : indices.filter((i, k) => indices.indexOf(i) === k);

/** How far apart the entries are that follow each other along each index; 0 along an index that the array lacks. */
function stridesOf(indices: readonly number[], extents: Extents): number[] {
  const strides = extents.map(() => 0);
  let step = 1;
  for (let k = indices.length - 1; k >= 0; k--) {
    const i = indices[k] as number;
    strides[i] = (strides[i] as number) + step;
    step *= extents[i] as number;
  }
  return strides;
}

/** The offset of each entry when `loop` runs, its last index fastest. */
function offsets(
  loop: readonly number[],
  strides: readonly number[],
  extents: Extents,
): Int32Array {
  const table = new Int32Array(product(loop, extents));
  let filled = 1;
  for (const i of loop) {
    const n = extents[i] as number;
    const stride = strides[i] as number;
    for (let k = filled - 1; k >= 0; k--) {
      const base = table[k] as number;
      for (let v = n - 1; v >= 0; v--) table[k * n + v] = base + v * stride;
    }
    filled *= n;
  }
  return table;
}

/** The constant distance between the offsets of a table, where there is one. */
function strideOf(table: Int32Array): number | undefined {
  const step = table.length > 1 ? (table[1] as number) : 1;
  for (let k = 0; k < table.length; k++) if (table[k] !== k * step) return undefined;
  return step;
}

/** One factor: transposed, summed over what the result lacks, repeated along what the factor lacks. */
function unary(a: Factor, out: Factor, extents: Extents): Step {
  const [x, z] = [a.data, out.data];
  const sa = stridesOf(a.indices, extents);
  const so = stridesOf(out.indices, extents);
  const has = (i: number): boolean => a.indices.includes(i);
  const kept = out.indices.filter(has);
  const summed = distinct(a.indices).filter((i) => !out.indices.includes(i));
  const repeated = out.indices.filter((i) => !has(i));
  const [xk, zk] = [offsets(kept, sa, extents), offsets(kept, so, extents)];
  const [xs, zr] = [offsets(summed, sa, extents), offsets(repeated, so, extents)];
  const [nk, ns, nr] = [xk.length, xs.length, zr.length];
  if (ns === 1 && nr === 1) {
    return () => {
      for (let k = 0; k < nk; k++) z[k] = x[xk[k] as number] as number;
    };
  }
  if (nk === 1 && nr === 1 && strideOf(xs) === 1) {
    return () => {
      let total = 0;
      for (let s = 0; s < ns; s++) total += x[s] as number;
      z[0] = total;
    };
  }
  return () => {
    for (let k = 0; k < nk; k++) {
      const from = xk[k] as number;
      let total = 0;
      for (let s = 0; s < ns; s++) total += x[from + (xs[s] as number)] as number;
      const to = zk[k] as number;
      for (let r = 0; r < nr; r++) z[to + (zr[r] as number)] = total;
    }
  };
}

/**
 * Two factors. Every index of theirs is of one of four kinds: in both and the result (`h`), in one and the result
 * (`i` of the first, `j` of the second), or in both and summed (`k`).
 */
function binary(a: Factor, b: Factor, out: Factor, extents: Extents): Step {
  const [x, y, z] = [a.data, b.data, out.data];
  const sa = stridesOf(a.indices, extents);
  const sb = stridesOf(b.indices, extents);
  const so = stridesOf(out.indices, extents);
  const inFirst = (i: number): boolean => a.indices.includes(i);
  const inSecond = (i: number): boolean => b.indices.includes(i);
  const both = out.indices.filter((i) => inFirst(i) && inSecond(i));
  const first = out.indices.filter((i) => inFirst(i) && !inSecond(i));
  const second = out.indices.filter((i) => !inFirst(i) && inSecond(i));
  const summed = distinct(a.indices.toReversed()).filter((i) => !out.indices.includes(i));
  const [xh, yh, zh] = [sa, sb, so].map((s) => offsets(both, s, extents)) as Tables;
  const [xi, zi] = [offsets(first, sa, extents), offsets(first, so, extents)];
  const [yj, zj] = [offsets(second, sb, extents), offsets(second, so, extents)];
  const [xk, yk] = [offsets(summed, sa, extents), offsets(summed, sb, extents)];
  const [nh, ni, nj, nk] = [xh.length, xi.length, yj.length, xk.length];

  if (ni === 1 && nj === 1 && nk === 1 && strideOf(xh) === 1 && strideOf(yh) === 1) {
    return () => {
      for (let h = 0; h < nh; h++) z[h] = (x[h] as number) * (y[h] as number);
    };
  }
  if (nk === 1) {
    return () => {
      for (let h = 0; h < nh; h++) {
        const xa = xh[h] as number;
        const ya = yh[h] as number;
        const za = zh[h] as number;
        for (let i = 0; i < ni; i++) {
          const left = x[xa + (xi[i] as number)] as number;
          const to = za + (zi[i] as number);
          for (let j = 0; j < nj; j++)
            z[to + (zj[j] as number)] = left * (y[ya + (yj[j] as number)] as number);
        }
      }
    };
  }
  const dx = strideOf(xk);
  const dy = strideOf(yk);
  if (dx !== undefined && dy !== undefined) {
    return () => {
      for (let h = 0; h < nh; h++) {
        const xa = xh[h] as number;
        const ya = yh[h] as number;
        const za = zh[h] as number;
        for (let i = 0; i < ni; i++) {
          const xb = xa + (xi[i] as number);
          const to = za + (zi[i] as number);
          for (let j = 0; j < nj; j++) {
            let p = xb;
            let q = ya + (yj[j] as number);
            let total = 0;
            for (let k = 0; k < nk; k++) {
              total += (x[p] as number) * (y[q] as number);
              p += dx;
              q += dy;
            }
            z[to + (zj[j] as number)] = total;
          }
        }
      }
    };
  }
  return () => {
    for (let h = 0; h < nh; h++) {
      for (let i = 0; i < ni; i++) {
        const xb = (xh[h] as number) + (xi[i] as number);
        const to = (zh[h] as number) + (zi[i] as number);
        for (let j = 0; j < nj; j++) {
          const yb = (yh[h] as number) + (yj[j] as number);
          let total = 0;
          for (let k = 0; k < nk; k++)
            total += (x[xb + (xk[k] as number)] as number) * (y[yb + (yk[k] as number)] as number);
          z[to + (zj[j] as number)] = total;
        }
      }
    }
  };
}

type Tables = [Int32Array, Int32Array, Int32Array];

/** With more factors than this, only pairs that stand near each other are weighed, so that planning stays quick. */
const MANY = 24;

/** How many of two factors have an index. */
const ownersOf = (index: number, a: Factor, b: Factor): number =>
  Number(a.indices.includes(index)) + Number(b.indices.includes(index));

/**
 * The pair of factors whose product takes the fewest multiplications; among equals the smallest product.
 * @param holders how many factors have each index, the result counted as one
 */
function cheapestPair(
  factors: readonly Factor[],
  holders: readonly number[],
  extents: Extents,
): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  let [bestWork, bestSize] = [Infinity, Infinity];
  for (let i = 0; i < factors.length; i++) {
    const a = factors[i] as Factor;
    const own = product(a.indices, extents);
    const end = factors.length > MANY ? Math.min(factors.length, i + 8) : factors.length;
    for (let j = i + 1; j < end; j++) {
      const b = factors[j] as Factor;
      let work = own;
      for (const ix of b.indices) if (!a.indices.includes(ix)) work *= extents[ix] as number;
      if (work > bestWork) continue;
      let size = 1;
      const count = (ix: number): void => {
        if ((holders[ix] ?? 0) > ownersOf(ix, a, b)) size *= extents[ix] as number;
      };
      a.indices.forEach(count);
      for (const ix of b.indices) if (!a.indices.includes(ix)) count(ix);
      if (work === bestWork && size >= bestSize) continue;
      best = [i, j];
      [bestWork, bestSize] = [work, size];
    }
  }
  return best;
}

/**
 * The steps that fill `out` with the product of the factors, summed over every index that is not the result's.
 * The result's indices are 0 … rank−1 in order. No factors at all: the array of ones.
 */
export function contraction(
  operands: readonly Factor[],
  rank: number,
  extents: Extents,
  out: Float64Array,
  allocate: Allocate,
): Step[] {
  const result: Factor = { data: out, indices: Array.from({ length: rank }, (_, i) => i) };
  const steps: Step[] = [];

  // How many factors have each index; the result counts as one.
  const holders = extents.map(() => 0);
  for (let i = 0; i < rank; i++) holders[i] = 1;
  for (const f of operands) for (const i of distinct(f.indices)) holders[i] = (holders[i] ?? 0) + 1;

  // A summed index that no factor has counts its length.
  const unheld = extents.reduce((n, length, i) => (holders[i] === 0 ? n * length : n), 1);
  const scale = (): void => {
    if (unheld === 1) return;
    steps.push(() => {
      for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) * unheld;
    });
  };
  const [only] = operands;
  if (!only) {
    steps.push(() => void out.fill(unheld));
    return steps;
  }
  if (operands.length === 1) {
    steps.push(unary(only, result, extents));
    scale();
    return steps;
  }

  const temporary = (indices: readonly number[]): Factor => ({
    data: allocate(product(indices, extents)),
    indices,
  });
  let factors = operands.map((f) => {
    const own = distinct(f.indices);
    const indices = own.filter((i) => i < rank || (holders[i] ?? 0) > 1);
    if (indices.length === own.length) return f;
    const reduced = temporary(indices);
    steps.push(unary(f, reduced, extents));
    return reduced;
  });
  while (factors.length > 1) {
    const [i, j] = factors.length === 2 ? [0, 1] : cheapestPair(factors, holders, extents);
    const [a, b] = [factors[i] as Factor, factors[j] as Factor];
    const union = [...distinct([...a.indices, ...b.indices])].sort((p, q) => p - q);
    const indices = union.filter((ix) => (holders[ix] ?? 0) > ownersOf(ix, a, b));
    const last = factors.length === 2 && indices.length === rank;
    for (const ix of union) holders[ix] = (holders[ix] ?? 0) - ownersOf(ix, a, b);
    for (const ix of indices) holders[ix] = (holders[ix] ?? 0) + 1;
    const made = last ? result : temporary(indices);
    steps.push(binary(a, b, made, extents));
    factors = [...factors.filter((_, k) => k !== i && k !== j), made];
  }
  const made = factors[0] as Factor;
  if (made !== result) steps.push(unary(made, result, extents));
  scale();
  return steps;
}
