import type { Random } from './random.ts';

/** The little linear algebra that drawing and judging inputs takes. Matrices are arrays of doubles, row by row. */

/** A matrix with orthonormal columns (rows, where it is wide): Gram–Schmidt, twice, of Gaussian entries. */
export function orthonormal(rows: number, cols: number, source: Random): Float64Array {
  if (rows < cols) {
    const tall = orthonormal(cols, rows, source);
    return Float64Array.from({ length: rows * cols }, (_, k) =>
      at(tall, k % cols, Math.floor(k / cols), rows),
    );
  }
  const q = Float64Array.from({ length: rows * cols }, () => source.gaussian());
  for (let c = 0; c < cols; c++) {
    for (let again = 0; again < 2; again++) {
      for (let p = 0; p < c; p++) {
        let dot = 0;
        for (let r = 0; r < rows; r++) dot += at(q, r, p, cols) * at(q, r, c, cols);
        for (let r = 0; r < rows; r++)
          q[r * cols + c] = at(q, r, c, cols) - dot * at(q, r, p, cols);
      }
      let square = 0;
      for (let r = 0; r < rows; r++) square += at(q, r, c, cols) ** 2;
      for (let r = 0; r < rows; r++) q[r * cols + c] = at(q, r, c, cols) / Math.sqrt(square);
    }
  }
  return q;
}

const at = (a: Float64Array, row: number, col: number, cols: number): number =>
  a[row * cols + col] as number;

/** A B for a of m×k, b of k×n; the second transposed on demand (then b is n×k). */
export function product(
  a: Float64Array,
  b: Float64Array,
  [m, k, n]: readonly [number, number, number],
  transposed = false,
): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = 0;
      for (let p = 0; p < k; p++)
        total += at(a, i, p, k) * (transposed ? at(b, j, p, k) : at(b, p, j, n));
      out[i * n + j] = total;
    }
  }
  return out;
}

/**
 * How far a square matrix is from singular: the smallest pivot of its elimination over the largest, 0 … 1.
 * A cheap stand-in for the reciprocal of the condition number. NaN for entries that are not finite.
 */
export function pivotRatio(matrix: Float64Array): number {
  const n = Math.round(Math.sqrt(matrix.length));
  const a = matrix.slice();
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(at(a, i, k, n)) > Math.abs(at(a, best, k, n))) best = i;
    const pivot = at(a, best, k, n);
    if (!Number.isFinite(pivot)) return Number.NaN;
    least = Math.min(least, Math.abs(pivot));
    most = Math.max(most, Math.abs(pivot));
    if (pivot === 0) return 0;
    for (let j = k; j < n; j++) {
      const swap = at(a, k, j, n);
      a[k * n + j] = at(a, best, j, n);
      a[best * n + j] = swap;
    }
    for (let i = k + 1; i < n; i++) {
      const f = at(a, i, k, n) / pivot;
      for (let j = k; j < n; j++) a[i * n + j] = at(a, i, j, n) - f * at(a, k, j, n);
    }
  }
  return least / most;
}

/** Root of the mean square. */
export function rms(x: Float64Array): number {
  let square = 0;
  for (let i = 0; i < x.length; i++) square += (x[i] as number) ** 2;
  return Math.sqrt(square / Math.max(1, x.length));
}

export function dot(x: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i] as number) * (y[i] as number);
  return total;
}
