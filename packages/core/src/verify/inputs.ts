import type { Property, Sym } from '../expr/node.ts';
import { type Tensor, tensor } from '../expr/tensor.ts';
import { orthonormal, product, rms } from './linear.ts';
import type { Random } from './random.ts';

/**
 * Random values for symbols, which have the properties that were declared.
 *
 * Entries keep away from 0, where many mistakes vanish, and matrices are scaled so that a product with one keeps the
 * size of a vector: the arguments of tanh, exp or softmax stay where these functions are neither linear nor flat.
 */
export type Style =
  /** Gaussian entries of both signs. */
  | 'gaussian'
  /** All entries positive. */
  | 'positive'
  /** Matrices near the identity (so symmetric positive definite in essence), vectors Gaussian. */
  | 'near-identity'
  /** The same with positive entries throughout. */
  | 'near-identity-positive'
  /** Gaussian, ten times smaller. */
  | 'small'
  /** Positive, well below one in sum. */
  | 'fraction'
  /** Positive and above one. */
  | 'large'
  /** Matrices with orthonormal rows or columns, so that a product of many neither vanishes nor explodes; vectors Gaussian. */
  | 'orthonormal';

/** The styles that are tried one after the other where a formula is not defined everywhere. */
export const STYLES: readonly Style[] = [
  'gaussian',
  'positive',
  'near-identity',
  'near-identity-positive',
  'small',
  'fraction',
  'large',
];

const has = (symbol: Sym, ...properties: readonly Property[]): boolean =>
  properties.some((p) => symbol.properties.includes(p));

/** The sides of a matrix that its properties speak of: the last two axes. */
function sides(dims: readonly number[]): readonly [number, number] {
  return dims.length < 2
    ? [1, dims[0] ?? 1]
    : [dims[dims.length - 2] ?? 1, dims[dims.length - 1] ?? 1];
}

/** A Gaussian number that is neither near zero nor far out. */
function entry(source: Random): number {
  for (;;) {
    const g = source.gaussian();
    if (Math.abs(g) > 0.1 && Math.abs(g) < 3) return g;
  }
}

/** A value for a symbol. @param dims lengths of its axes */
export function draw(
  symbol: Sym,
  dims: readonly number[],
  source: Random,
  style: Style = 'gaussian',
): Tensor {
  const out = tensor(dims);
  const [rows, cols] = sides(dims);
  const block = rows * cols;
  for (let at = 0; at < out.data.length; at += block)
    out.data.set(drawMatrix(symbol, dims.length, [rows, cols], source, style), at);
  return out;
}

function drawMatrix(
  symbol: Sym,
  rank: number,
  [rows, cols]: readonly [number, number],
  source: Random,
  style: Style,
): Float64Array {
  const count = rows * cols;
  const free = (make: () => number): Float64Array => Float64Array.from({ length: count }, make);
  if (has(symbol, 'simplex') && rank >= 2 && rows === cols) {
    if (has(symbol, 'diagonal')) return diagonal(new Float64Array(rows).fill(1));
    if (has(symbol, 'symmetric', 'posdef')) return balanced(symbol, rows, source);
  }
  if (has(symbol, 'simplex')) {
    const weights = free(() => Math.exp(0.7 * entry(source)));
    for (let r = 0; r < rows; r++) {
      const row = weights.subarray(r * cols, (r + 1) * cols);
      const total = row.reduce((a, b) => a + b, 0);
      for (let c = 0; c < cols; c++) row[c] = (row[c] as number) / total;
    }
    return weights;
  }
  if (has(symbol, 'binary', 'sign')) {
    const [low, high] = has(symbol, 'binary') ? [0, 1] : [-1, 1];
    const x = free(() => (source.sign() > 0 ? high : low));
    // the two entries beside the diagonal are alike, and not their mean
    const alike = rows === cols && has(symbol, 'symmetric');
    return x.map((v, k) => (alike ? (x[mirrored(k, cols)] ?? v) : v));
  }
  if (has(symbol, 'idempotent') && rank >= 2 && rows === cols)
    return projection(symbol, rows, source);
  if (has(symbol, 'integer')) {
    const sign = has(symbol, 'positive', 'nonnegative') ? (): number => 1 : source.sign;
    return structured(
      symbol,
      rows,
      cols,
      free(() => sign() * (2 + source.below(8))),
    );
  }
  const declared = has(symbol, 'positive', 'nonnegative');
  const positive = declared || style === 'positive' || style === 'fraction' || style === 'large';
  const matrix = rank >= 2;
  const scale = matrix ? 1.3 / Math.sqrt(Math.max(rows, cols)) : 1;
  if (matrix && !declared && has(symbol, 'orthogonal')) {
    return rows === cols ? conditioned(symbol, rows, source) : orthonormal(rows, cols, source);
  }
  if (matrix && rows === cols && !positive && has(symbol, 'posdef', 'invertible')) {
    return conditioned(symbol, rows, source);
  }
  if (matrix && symbol.properties.length === 0 && style === 'orthonormal')
    return orthonormal(rows, cols, source);
  if (matrix && (style === 'near-identity' || style === 'near-identity-positive')) {
    const noise =
      style === 'near-identity' && !positive ? entry : (s: Random): number => Math.abs(entry(s));
    return structured(
      symbol,
      rows,
      cols,
      free(() => 0.2 * scale * noise(source)),
      1,
    );
  }
  const size = style === 'small' ? 0.1 : style === 'fraction' ? 0.5 / Math.max(rows, cols) : 1;
  const make =
    positive || style === 'near-identity-positive'
      ? (): number => scale * size * Math.exp(0.5 * entry(source)) + (style === 'large' ? 1 : 0)
      : (): number => scale * size * entry(source);
  const shift = has(symbol, 'posdef', 'invertible')
    ? scale * Math.sqrt(rows) * 2
    : has(symbol, 'lower', 'upper')
      ? scale * size
      : 0;
  return structured(symbol, rows, cols, free(make), shift);
}

/** Of a place above the diagonal the one below. */
const mirrored = (k: number, n: number): number => {
  const [i, j] = [Math.floor(k / n), k % n];
  return Math.max(i, j) * n + Math.min(i, j);
};

/** P with PP = P of about half the rank: U Uᵀ with orthonormal columns; free of symmetry S U Uᵀ S⁻¹ with S = I + abᵀ. */
function projection(symbol: Sym, n: number, source: Random): Float64Array {
  const r = Math.max(1, Math.floor(n / 2));
  const u = orthonormal(n, r, source);
  const p = product(u, u, [n, r, n], true);
  if (has(symbol, 'symmetric')) return p;
  const [a, b] = [0, 1].map(() => Float64Array.from({ length: n }, () => 0.3 * entry(source)));
  if (!a || !b) return p;
  const scale = 1 + a.reduce((t, v, k) => t + v * (b[k] as number), 0);
  if (Math.abs(scale) < 0.2) return p;
  const outer = (c: number): Float64Array =>
    Float64Array.from(
      { length: n * n },
      (_, k) =>
        (k % (n + 1) === 0 ? 1 : 0) + c * (a[Math.floor(k / n)] as number) * (b[k % n] as number),
    );
  return product(product(outer(1), p, [n, n, n]), outer(-1 / scale), [n, n, n]);
}

/** A symmetric matrix whose rows, and so its columns, sum to one (Sinkhorn's scaling on both sides alike). */
function balanced(symbol: Sym, n: number, source: Random): Float64Array {
  const x = Float64Array.from({ length: n * n }, () => Math.exp(0.7 * entry(source)));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) x[i * n + j] = x[j * n + i] as number;
  for (let pass = 0; pass < 100; pass++) {
    const root = Float64Array.from({ length: n }, (_, i) =>
      Math.sqrt(x.subarray(i * n, (i + 1) * n).reduce((a, b) => a + b, 0)),
    );
    for (let k = 0; k < x.length; k++)
      x[k] = (x[k] as number) / ((root[Math.floor(k / n)] as number) * (root[k % n] as number));
  }
  if (has(symbol, 'posdef'))
    for (let k = 0; k < x.length; k++) x[k] = ((x[k] as number) + (k % (n + 1) === 0 ? 1 : 0)) / 2;
  return x;
}

/** Square matrices with singular values between ½ and 2: Q D Qᵀ, Q D Pᵀ, or D = ±1. */
function conditioned(symbol: Sym, n: number, source: Random): Float64Array {
  const alike = has(symbol, 'posdef', 'symmetric');
  const values = Float64Array.from({ length: n }, () => {
    const size = has(symbol, 'orthogonal') ? 1 : 2 ** (2 * source.uniform() - 1);
    return has(symbol, 'posdef') ? size : size * source.sign();
  });
  if (has(symbol, 'diagonal')) return diagonal(values);
  if (has(symbol, 'lower', 'upper')) {
    const x = Float64Array.from({ length: n * n }, () => (0.5 / n) * entry(source));
    for (let i = 0; i < n; i++) x[i * n + i] = values[i] as number;
    return structured(symbol, n, n, x);
  }
  const q = orthonormal(n, n, source);
  const scaled = q.map((v, k) => v * (values[k % n] as number));
  const x = product(scaled, alike ? q : orthonormal(n, n, source), [n, n, n], true);
  return alike ? structured(symbol, n, n, x) : x;
}

function diagonal(values: Float64Array): Float64Array {
  const n = values.length;
  const x = new Float64Array(n * n);
  for (let i = 0; i < n; i++) x[i * n + i] = values[i] as number;
  return x;
}

/**
 * The matrix with the zeros and equalities that the symbol's properties demand, after `shift` was added on its diagonal.
 * It maps every matrix into the space of the property, so that it serves for directions too.
 */
function structured(
  symbol: Sym,
  rows: number,
  cols: number,
  x: Float64Array,
  shift = 0,
): Float64Array {
  for (let i = 0; i < Math.min(rows, cols); i++)
    x[i * cols + i] = (x[i * cols + i] as number) + shift;
  if (rows !== cols || rows === 1) return x;
  const symmetric = has(symbol, 'symmetric', 'posdef');
  const skew = has(symbol, 'skew');
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const [p, q] = [i * cols + j, j * cols + i];
      const [below, above] = [x[p] as number, x[q] as number];
      if (i !== j && (has(symbol, 'diagonal') || has(symbol, 'upper'))) x[p] = 0;
      if (i !== j && (has(symbol, 'diagonal') || has(symbol, 'lower'))) x[q] = 0;
      if (symmetric && i !== j && !has(symbol, 'diagonal')) x[p] = x[q] = (below + above) / 2;
      if (skew) {
        x[p] = (below - above) / 2;
        x[q] = (above - below) / 2;
      }
    }
  }
  return x;
}

/** An array in the space in which a symbol's value may move: a symmetric matrix stays symmetric. Overwrites `data`. */
export function intoSpace(symbol: Sym, dims: readonly number[], data: Float64Array): Float64Array {
  const [rows, cols] = sides(dims);
  if (dims.length >= 2 && rows === cols)
    for (let at = 0; at < data.length; at += rows * cols)
      structured(symbol, rows, cols, data.subarray(at, at + rows * cols));
  return data;
}

/**
 * A random direction in which a symbol's value may move: Gaussian, of the size of the value, within the space of its
 * property (a symmetric matrix stays symmetric). Positive entries move in proportion to themselves. Simplices and
 * orthogonal matrices are curved; they move freely, as their gradients are those of free entries.
 */
export function drawDirection(symbol: Sym, value: Tensor, source: Random): Float64Array {
  const size = rms(value.data) || 1;
  const proportional = has(symbol, 'positive', 'nonnegative', 'simplex');
  const out = value.data.map((v) => source.gaussian() * (proportional ? v : size));
  return intoSpace(symbol, value.dims, out);
}
