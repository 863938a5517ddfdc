import { orthonormal } from '../../packages/core/src/verify/linear.ts';
import { type Random, random } from '../../packages/core/src/verify/random.ts';
import type { Point } from './cases.ts';

/** Right gradients that are easily refused: badly conditioned, and near kinks. */

const sum = (x: Float64Array): number => x.reduce((a, v) => a + v, 0);
const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((t, v, i) => t + v * (b[i] ?? 0), 0);
const N = 6;

const times = (a: Float64Array, x: Float64Array): Float64Array =>
  Float64Array.from({ length: N }, (_, i) => dot(a.subarray(i * N, (i + 1) * N), x));
const timesT = (a: Float64Array, x: Float64Array): Float64Array =>
  Float64Array.from({ length: N }, (_, j) => x.reduce((t, v, i) => t + v * (a[i * N + j] ?? 0), 0));

/** Q D Pᵀ with singular values from 1 down to 1/condition. */
function conditioned(condition: number, source: Random, symmetric: boolean): Float64Array {
  const q = orthonormal(N, N, source);
  const p = symmetric ? q : orthonormal(N, N, source);
  return Float64Array.from({ length: N * N }, (_, k) => {
    const [i, j] = [Math.floor(k / N), k % N];
    let t = 0;
    for (let l = 0; l < N; l++)
      t += (q[i * N + l] ?? 0) * condition ** (-l / (N - 1)) * (p[j * N + l] ?? 0);
    return t;
  });
}

/** A⁻¹b by elimination with row exchanges. */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const m = Array.from({ length: N }, (_, i) => [...a.subarray(i * N, (i + 1) * N), b[i] ?? 0]);
  for (let k = 0; k < N; k++) {
    const best = m
      .slice(k)
      .reduce((w, r, i) => (Math.abs(r[k] ?? 0) > Math.abs(m[w]?.[k] ?? 0) ? i + k : w), k);
    [m[k], m[best]] = [m[best] ?? [], m[k] ?? []];
    for (let i = k + 1; i < N; i++) {
      const f = (m[i]?.[k] ?? 0) / (m[k]?.[k] ?? 1);
      m[i] = (m[i] ?? []).map((v, j) => v - f * (m[k]?.[j] ?? 0));
    }
  }
  const x = new Float64Array(N);
  for (let i = N - 1; i >= 0; i--) {
    let t = m[i]?.[N] ?? 0;
    for (let j = i + 1; j < N; j++) t -= (m[i]?.[j] ?? 0) * (x[j] ?? 0);
    x[i] = t / (m[i]?.[i] ?? 1);
  }
  return x;
}

const transposed = (a: Float64Array): Float64Array =>
  a.map((_, k) => a[(k % N) * N + Math.floor(k / N)] ?? 0);

/** Functions of matrices whose condition goes up to 10⁶. */
export function conditionedPoints(count: number, seed: number): Point[] {
  return Array.from({ length: count }, (_, k): Point => {
    const source = random(seed, k);
    const gaussians = (): Float64Array => Float64Array.from({ length: N }, () => source.gaussian());
    const condition = 10 ** (6 * source.uniform());
    const [a, b] = [gaussians(), gaussians()];
    const x = conditioned(condition, source, false);
    switch (k % 3) {
      case 0: // aᵀX⁻¹b
        return {
          name: 'aᵀX⁻¹b',
          x,
          f: (m) => dot(a, solve(m, b)),
          right: [
            (m) => {
              const [u, v] = [solve(transposed(m), a), solve(m, b)];
              return m.map((_, i) => -(u[Math.floor(i / N)] ?? 0) * (v[i % N] ?? 0));
            },
          ],
          wrong: [],
        };
      case 1: {
        // xᵀAx with A of that condition
        const m = conditioned(condition, source, true);
        return {
          name: 'xᵀAx',
          x: gaussians(),
          f: (v) => dot(v, times(m, v)),
          right: [
            (v) => times(m, v).map((w, i) => w + (timesT(m, v)[i] ?? 0)),
            (v) => times(m, v).map((w) => 2 * w),
          ],
          wrong: [],
        };
      }
      default: {
        // ½‖Aw − b‖² near its minimum
        const w0 = solve(x, b);
        const near = w0.map((v) => v + 1e-3 * source.gaussian());
        const residual = (w: Float64Array): Float64Array =>
          times(x, w).map((v, i) => v - (b[i] ?? 0));
        return {
          name: '½‖Aw − b‖²',
          x: near,
          f: (w) => 0.5 * dot(residual(w), residual(w)),
          right: [(w) => timesT(x, residual(w))],
          wrong: [],
        };
      }
    }
  });
}

interface Kinked {
  readonly name: string;
  readonly f: (v: number) => number;
  readonly d: (v: number) => number;
  readonly at: number;
}

const KINKED: readonly Kinked[] = [
  { name: 'relu', f: (v) => Math.max(0, v), d: (v) => (v > 0 ? 1 : 0), at: 0 },
  { name: 'abs', f: Math.abs, d: Math.sign, at: 0 },
  { name: 'leaky relu', f: (v) => (v > 0 ? v : 0.1 * v), d: (v) => (v > 0 ? 1 : 0.1), at: 0 },
  { name: 'hinge', f: (v) => Math.max(0, 1 - v), d: (v) => (v < 1 ? -1 : 0), at: 1 },
  {
    name: 'huber',
    f: (v) => (Math.abs(v) < 1 ? 0.5 * v * v : Math.abs(v) - 0.5),
    d: (v) => Math.max(-1, Math.min(1, v)),
    at: 1,
  },
  {
    name: 'clip',
    f: (v) => Math.max(-1, Math.min(1, v)),
    d: (v) => (Math.abs(v) < 1 ? 1 : 0),
    at: 1,
  },
  { name: 'relu²', f: (v) => Math.max(0, v) ** 2, d: (v) => 2 * Math.max(0, v), at: 0 },
  {
    name: 'a soft |v|',
    f: (v) => Math.sqrt(v * v + 1e-12),
    d: (v) => v / Math.sqrt(v * v + 1e-12),
    at: 0,
  },
];

/** Σ cᵢ k(xᵢ) + ½ Σ xᵢ², one or more entries at 0 or 10⁻¹⁴ … 10⁻¹ from the kink. */
export function kinkedPoints(count: number, seed: number): Point[] {
  return Array.from({ length: count }, (_, n): Point => {
    const source = random(seed, n);
    const k = KINKED[n % KINKED.length] as Kinked;
    const c = Float64Array.from({ length: 8 }, () => source.gaussian());
    const near = 1 + source.below(3);
    const x = Float64Array.from({ length: 8 }, (_, i) =>
      i < near
        ? k.at + (source.below(8) === 0 ? 0 : source.sign() * 10 ** (-1 - 13 * source.uniform()))
        : 1.5 * source.gaussian(),
    );
    return {
      name: `near a kink of ${k.name}`,
      x,
      f: (v) => sum(v.map((w, i) => (c[i] ?? 0) * k.f(w) + 0.5 * w * w)),
      right: [(v) => v.map((w, i) => (c[i] ?? 0) * k.d(w) + w)],
      wrong: [],
    };
  });
}
