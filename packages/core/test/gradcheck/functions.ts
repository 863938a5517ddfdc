import { random } from '../../src/verify/random.ts';

/** Functions with gradients coded by hand, as users code them. */
export interface Coded {
  readonly name: string;
  readonly f: (x: Float64Array) => number;
  readonly grad: (x: Float64Array) => Float64Array;
  readonly draw: () => Float64Array;
}

const source = random(29);

/** Gaussian numbers away from zero. */
export const gaussians = (n: number): Float64Array =>
  Float64Array.from({ length: n }, () => {
    for (;;) {
      const g = source.gaussian();
      if (Math.abs(g) > 0.1) return g;
    }
  });
export const positives = (n: number): Float64Array => gaussians(n).map((v) => Math.exp(0.5 * v));

const sum = (x: Float64Array): number => x.reduce((a, v) => a + v, 0);
const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((t, v, i) => t + v * (b[i] ?? 0), 0);

export class Matrix {
  readonly rows: readonly Float64Array[];
  constructor(rows: readonly Float64Array[]) {
    this.rows = rows;
  }
  static gaussian(m: number, n: number): Matrix {
    return new Matrix(Array.from({ length: m }, () => gaussians(n)));
  }
  times(x: Float64Array): Float64Array {
    return Float64Array.from(this.rows, (r) => dot(r, x));
  }
  /** Aᵀy */
  against(y: Float64Array): Float64Array {
    const out = new Float64Array(this.rows[0]?.length ?? 0);
    this.rows.forEach((r, k) => r.forEach((v, i) => (out[i] = (out[i] ?? 0) + v * (y[k] ?? 0))));
    return out;
  }
}

const separate = (
  name: string,
  f: (v: number) => number,
  d: (v: number) => number,
  draw: () => Float64Array = () => gaussians(6),
): Coded => ({ name, f: (x) => sum(x.map(f)), grad: (x) => x.map(d), draw });

const X = Matrix.gaussian(12, 5);
const y = gaussians(12);
const labels = y.map(Math.sign);
const W = Matrix.gaussian(8, 6);
const c = gaussians(8);

/** x ↦ Σ λₖ (qₖᵀx)² with λ from 1 down to 1/condition. */
const quadratic = (condition: number): Coded => {
  const q = Matrix.gaussian(6, 6);
  const λ = Float64Array.from({ length: 6 }, (_, k) => condition ** (-k / 5));
  return {
    name: `a quadratic form of condition ${condition}`,
    f: (x) => sum(q.times(x).map((v, k) => (λ[k] ?? 0) * v * v)),
    grad: (x) => q.against(q.times(x).map((v, k) => 2 * (λ[k] ?? 0) * v)),
    draw: () => gaussians(6),
  };
};

export const SMOOTH: readonly Coded[] = [
  separate('Σ sin x', Math.sin, Math.cos),
  separate('Σ exp x', Math.exp, Math.exp),
  separate(
    'Σ log x',
    Math.log,
    (v) => 1 / v,
    () => positives(6),
  ),
  separate(
    'Σ log x over decades',
    Math.log,
    (v) => 1 / v,
    () => gaussians(6).map((v) => Math.exp(3 * v)),
  ),
  separate(
    'Σ x³',
    (v) => v ** 3,
    (v) => 3 * v * v,
  ),
  separate(
    'Runge',
    (v) => 1 / (1 + 25 * v * v),
    (v) => (-50 * v) / (1 + 25 * v * v) ** 2,
  ),
  separate(
    'Σ sin 20x',
    (v) => Math.sin(20 * v),
    (v) => 20 * Math.cos(20 * v),
  ),
  {
    name: 'least squares',
    f: (t) => dot(residual(t), residual(t)) / 24,
    grad: (t) => X.against(residual(t).map((v) => v / 12)),
    draw: () => gaussians(5),
  },
  {
    name: 'logistic regression',
    f: (t) => sum(margins(t).map((v) => Math.log1p(Math.exp(-v)))),
    grad: (t) => X.against(margins(t).map((v, i) => -(labels[i] ?? 0) / (1 + Math.exp(v)))),
    draw: () => gaussians(5),
  },
  {
    name: 'a layer of tanh',
    f: (t) => dot(c, W.times(t).map(Math.tanh)),
    grad: (t) => W.against(W.times(t).map((v, i) => (c[i] ?? 0) * (1 - Math.tanh(v) ** 2))),
    draw: () => gaussians(6),
  },
  {
    name: 'a norm',
    f: (x) => Math.sqrt(dot(x, x)),
    grad: (x) => x.map((v) => v / Math.sqrt(dot(x, x))),
    draw: () => gaussians(8),
  },
  quadratic(1e2),
  quadratic(1e6),
];

function residual(t: Float64Array): Float64Array {
  return X.times(t).map((v, i) => v - (y[i] ?? 0));
}
function margins(t: Float64Array): Float64Array {
  return X.times(t).map((v, i) => v * (labels[i] ?? 0));
}

export interface Scenario {
  readonly name: string;
  readonly of: (k: Coded) => Coded;
}

/** a·f(x/b) + c */
const scaled = (name: string, [a, b, added]: readonly [number, number, number]): Scenario => ({
  name,
  of: (k) => ({
    ...k,
    f: (x) => a * k.f(x.map((v) => v / b)) + added,
    grad: (x) => k.grad(x.map((v) => v / b)).map((v) => (v * a) / b),
    draw: () => k.draw().map((v) => v * b),
  }),
});

export const SCENARIOS: readonly Scenario[] = [
  scaled('f', [1, 1, 0]),
  scaled('10⁶ f', [1e6, 1, 0]),
  scaled('10⁻⁶ f', [1e-6, 1, 0]),
  scaled('f of 10⁴ x', [1, 1e4, 0]),
  scaled('f of 10⁻⁴ x', [1, 1e-4, 0]),
  scaled('f + 10⁶', [1, 1, 1e6]),
];

/** What people do to gradients. */
export const MISTAKES: readonly {
  readonly name: string;
  readonly of: (g: Float64Array) => Float64Array;
}[] = [
  { name: 'a factor 2', of: (g) => g.map((v) => 2 * v) },
  { name: 'the sign', of: (g) => g.map((v) => -v) },
  { name: 'nothing at all', of: (g) => g.map(() => 0) },
  { name: '0.001 % too much', of: (g) => g.map((v) => v * (1 + 1e-5)) },
  {
    name: 'one entry 1 % too large',
    of: (g) => g.map((v, i) => (i === largestOf(g) ? 1.01 * v : v)),
  },
  { name: 'entries turned round', of: (g) => g.slice().reverse() },
];

const largestOf = (g: Float64Array): number =>
  g.reduce((w, v, i) => (Math.abs(v) > Math.abs(g[w] ?? 0) ? i : w), 0);
