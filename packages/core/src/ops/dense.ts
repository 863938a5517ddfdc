import type { Tensor } from '../expr/tensor.ts';
import { tensor } from '../expr/tensor.ts';

/** Linear algebra on small dense matrices, row by row: what the values of matrix functions take. */

const side = (x: Tensor, axis: 0 | 1): number => x.dims[axis] ?? 1;

/** LU decomposition with partial pivoting, in place; gives the pivots and the sign of the permutation. */
function factor(a: Float64Array, n: number): { pivots: number[]; sign: number } {
  const pivots: number[] = [];
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(a[i * n + k] ?? 0) > Math.abs(a[p * n + k] ?? 0)) p = i;
    pivots.push(p);
    if (p !== k) {
      sign = -sign;
      for (let j = 0; j < n; j++) {
        const t = a[k * n + j] ?? 0;
        a[k * n + j] = a[p * n + j] ?? 0;
        a[p * n + j] = t;
      }
    }
    const d = a[k * n + k] ?? 0;
    for (let i = k + 1; i < n; i++) {
      const f = (a[i * n + k] ?? 0) / d;
      a[i * n + k] = f;
      for (let j = k + 1; j < n; j++) a[i * n + j] = (a[i * n + j] ?? 0) - f * (a[k * n + j] ?? 0);
    }
  }
  return { pivots, sign };
}

export function determinant(x: Tensor | undefined): number {
  if (!x) return Number.NaN;
  const n = x.dims[0] ?? 1;
  const a = Float64Array.from(x.data);
  let d = factor(a, n).sign;
  for (let i = 0; i < n; i++) d *= a[i * n + i] ?? 0;
  return Number.isNaN(d) && x.data.every(Number.isFinite) ? 0 : d;
}

export function inverse(x: Tensor | undefined): Tensor {
  if (!x) return tensor([]);
  const n = x.dims[0] ?? 1;
  const a = Float64Array.from(x.data);
  const { pivots } = factor(a, n);
  const out = tensor(x.dims);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    column.fill(0);
    column[c] = 1;
    pivots.forEach((p, k) => {
      const t = column[k] ?? 0;
      column[k] = column[p] ?? 0;
      column[p] = t;
    });
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++)
        column[i] = (column[i] ?? 0) - (a[i * n + j] ?? 0) * (column[j] ?? 0);
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j < n; j++)
        column[i] = (column[i] ?? 0) - (a[i * n + j] ?? 0) * (column[j] ?? 0);
      column[i] = (column[i] ?? 0) / (a[i * n + i] ?? 0);
    }
    for (let i = 0; i < n; i++) out.data[i * n + c] = column[i] ?? 0;
  }
  return out;
}

/** A B */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [m, k, n] = [side(a, 0), side(a, 1), side(b, 1)];
  const out = tensor([m, n]);
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const v = a.data[i * k + p] as number;
      for (let j = 0; j < n; j++)
        out.data[i * n + j] = (out.data[i * n + j] as number) + v * (b.data[p * n + j] as number);
    }
  return out;
}

/** c A + d B */
export const combine = (c: number, a: Tensor, d: number, b: Tensor): Tensor =>
  tensor(
    a.dims,
    a.data.map((v, k) => c * v + d * (b.data[k] as number)),
  );

export function identity(n: number): Tensor {
  const out = tensor([n, n]);
  for (let i = 0; i < n; i++) out.data[i * n + i] = 1;
  return out;
}

/** Frobenius' norm. */
export const sizeOf = (a: Tensor): number => Math.hypot(...a.data);

export function transposed(a: Tensor): Tensor {
  const [m, n] = [side(a, 0), side(a, 1)];
  return tensor(
    [n, m],
    a.data.map((_, k) => a.data[(k % m) * n + Math.floor(k / m)] as number),
  );
}

const SWEEPS = 60;

/**
 * A = U diag(s) Vᵀ with as many singular values as the shorter side (one-sided Jacobi; Hestenes 1958). For a wide matrix
 * that of its transpose, turned.
 */
export function svd(a: Tensor): {
  readonly u: Tensor;
  readonly s: Float64Array;
  readonly v: Tensor;
} {
  const [m, n] = [side(a, 0), side(a, 1)];
  if (m < n) {
    const { u, s, v } = svd(transposed(a));
    return { u: v, s, v: u };
  }
  // rows of `w` become the columns of U diag(s), rows of `v` those of V
  const w = transposed(a).data;
  const v = identity(n).data;
  const dot = (p: number, q: number): number => {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += (w[p * m + i] as number) * (w[q * m + i] as number);
    return sum;
  };
  const turn = (
    x: Float64Array,
    length: number,
    p: number,
    q: number,
    c: number,
    s: number,
  ): void => {
    for (let i = 0; i < length; i++) {
      const [f, g] = [x[p * length + i] as number, x[q * length + i] as number];
      x[p * length + i] = c * f - s * g;
      x[q * length + i] = s * f + c * g;
    }
  };
  for (let sweep = 0, moved = true; moved && sweep < SWEEPS; sweep++) {
    moved = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const [pp, qq, pq] = [dot(p, p), dot(q, q), dot(p, q)];
        if (!(Math.abs(pq) > 1e-16 * Math.sqrt(pp * qq))) continue;
        moved = true;
        const zeta = (qq - pp) / (2 * pq);
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        turn(w, m, p, q, c, c * t);
        turn(v, n, p, q, c, c * t);
      }
    }
  }
  const s = Float64Array.from({ length: n }, (_, p) => Math.sqrt(dot(p, p)));
  const u = tensor(
    [n, m],
    w.map((x, k) => x / (s[Math.floor(k / m)] as number)),
  );
  return { u: transposed(u), s, v: transposed(tensor([n, n], v)) };
}
