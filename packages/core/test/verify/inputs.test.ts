import { describe, expect, test } from 'vitest';
import { symbol } from '../../src/expr/build.ts';
import type { Property } from '../../src/expr/node.ts';
import type { Tensor } from '../../src/expr/tensor.ts';
import { dimName } from '../../src/shape/dim.ts';
import { draw, drawDirection, STYLES } from '../../src/verify/inputs.ts';
import { dot, orthonormal, pivotRatio, product, rms } from '../../src/verify/linear.ts';
import { random } from '../../src/verify/random.ts';

const n = dimName('n');
const of = (...properties: Property[]) => symbol('A', [n, n], { properties });
const size = 7;
const source = random(11);
const get = (t: Tensor, i: number, j: number): number => t.data[i * size + j] ?? Number.NaN;
const every = (t: Tensor, holds: (v: number, i: number, j: number) => boolean): boolean =>
  t.data.every((v, k) => holds(v, Math.floor(k / size), k % size));

const CHECKS: readonly (readonly [Property, (t: Tensor) => boolean])[] = [
  ['symmetric', (t) => every(t, (v, i, j) => v === get(t, j, i))],
  ['skew', (t) => every(t, (v, i, j) => v === -get(t, j, i) || (v === 0 && i === j))],
  ['diagonal', (t) => every(t, (v, i, j) => (v === 0) === (i !== j))],
  ['lower', (t) => every(t, (v, i, j) => (v === 0) === i < j)],
  ['upper', (t) => every(t, (v, i, j) => (v === 0) === i > j)],
  ['positive', (t) => t.data.every((v) => v > 0)],
  ['nonnegative', (t) => t.data.every((v) => v >= 0)],
  ['integer', (t) => t.data.every((v) => Number.isInteger(v) && Math.abs(v) > 1)],
  ['posdef', (t) => isPositiveDefinite(t) && pivotRatio(t.data) > 0.05],
  ['invertible', (t) => pivotRatio(t.data) > 0.005],
  [
    'orthogonal',
    (t) =>
      product(t.data, t.data, [size, size, size], true).every(
        (v, k) => Math.abs(v - Number(k % (size + 1) === 0)) < 1e-14,
      ),
  ],
  [
    'simplex',
    (t) =>
      t.data.every((v) => v > 0) &&
      Array.from({ length: size }, (_, i) =>
        t.data.slice(i * size, (i + 1) * size).reduce((a, b) => a + b, 0),
      ).every((s) => Math.abs(s - 1) < 1e-14),
  ],
];

/** By elimination without exchange: all pivots positive. */
function isPositiveDefinite(t: Tensor): boolean {
  const a = t.data.slice();
  for (let k = 0; k < size; k++) {
    const pivot = a[k * size + k] ?? 0;
    if (!(pivot > 0)) return false;
    for (let i = k + 1; i < size; i++) {
      const f = (a[i * size + k] ?? 0) / pivot;
      for (let j = k; j < size; j++)
        a[i * size + j] = (a[i * size + j] ?? 0) - f * (a[k * size + j] ?? 0);
    }
  }
  return true;
}

describe('a drawn value', () => {
  test.each(CHECKS)('that is declared %s is', (property, holds) => {
    const broken = STYLES.flatMap((style) =>
      Array.from({ length: 20 }, () => draw(of(property), [size, size], source, style))
        .filter((value) => !holds(value))
        .map(() => style),
    );
    expect(broken).toEqual([]);
  });

  test.each([
    ['symmetric', 'invertible'],
    ['diagonal', 'posdef'],
    ['lower', 'invertible'],
    ['diagonal', 'positive'],
    ['symmetric', 'orthogonal'],
  ] as const)('may be %s and %s', (first, second) => {
    const value = draw(of(first, second), [size, size], source);
    // The zeros of a diagonal matrix are not positive: its diagonal is.
    const wanted = second === 'positive' ? 'nonnegative' : second;
    const broken = CHECKS.filter(([p, holds]) => (p === first || p === wanted) && !holds(value));
    expect(broken.map(([p]) => p)).toEqual([]);
  });

  test('has no zeros, ones or repetitions', () => {
    const { data } = draw(of(), [size, size], source);
    expect(new Set(data).size).toBe(data.length);
    expect(data.some((v) => v === 0 || Math.abs(v) === 1)).toBe(false);
    expect(data.some((v) => v > 0) && data.some((v) => v < 0)).toBe(true);
  });

  test('is the same for the same seed', () => {
    const make = (): number[] => [...draw(of('posdef'), [size, size], random(5)).data];
    expect(make()).toEqual(make());
  });

  test('keeps properties in every matrix of a stack', () => {
    const value = draw(of('symmetric'), [2, size, size], source);
    for (const at of [0, 1]) {
      const part = {
        dims: [size, size],
        data: value.data.slice(at * size * size, (at + 1) * size * size),
      };
      expect(every(part, (v, i, j) => v === get(part, j, i))).toBe(true);
    }
  });
});

describe('a direction', () => {
  test.each(['symmetric', 'skew', 'diagonal', 'lower', 'upper'] as const)(
    'of a matrix that is %s is %s',
    (property) => {
      const value = draw(of(property), [size, size], source);
      const direction = { dims: [size, size], data: drawDirection(of(property), value, source) };
      expect(CHECKS.find(([p]) => p === property)?.[1](direction)).toBe(true);
    },
  );

  test('is symmetric for a positive definite matrix', () => {
    const value = draw(of('posdef'), [size, size], source);
    const u = { dims: [size, size], data: drawDirection(of('posdef'), value, source) };
    expect(every(u, (v, i, j) => v === get(u, j, i))).toBe(true);
  });

  test('has the size of the value, however small that is', () => {
    const value = draw(of(), [size, size], source);
    for (const scale of [1, 1e-5, 1e5]) {
      const scaled = { dims: value.dims, data: value.data.map((v) => scale * v) };
      const ratio = rms(drawDirection(of(), scaled, source)) / rms(scaled.data);
      expect(ratio).toBeGreaterThan(0.6);
      expect(ratio).toBeLessThan(1.5);
    }
  });
});

describe('orthonormal', () => {
  test.each([
    [7, 3],
    [3, 7],
    [5, 5],
  ] as const)('columns or rows of %i×%i', (rows, cols) => {
    const q = orthonormal(rows, cols, source);
    const tall = rows >= cols;
    const column = (c: number): Float64Array =>
      Float64Array.from(
        { length: Math.max(rows, cols) },
        (_, r) => (tall ? q[r * cols + c] : q[c * cols + r]) ?? 0,
      );
    for (let a = 0; a < Math.min(rows, cols); a++)
      for (let b = 0; b <= a; b++)
        expect(dot(column(a), column(b))).toBeCloseTo(Number(a === b), 13);
  });
});

test.each([['symmetric'], ['posdef'], ['diagonal']] as const)(
  'a %s matrix on the simplex is both',
  (property) => {
    const t = draw(of('simplex', property), [size, size], source);
    const sums = Array.from({ length: size }, (_, i) =>
      t.data.slice(i * size, (i + 1) * size).reduce((a, b) => a + b, 0),
    );
    for (const s of sums) expect(s).toBeCloseTo(1, 12);
    expect(every(t, (v, i, j) => v >= 0 && Math.abs(v - get(t, j, i)) < 1e-15)).toBe(true);
    expect(property === 'symmetric' || isPositiveDefinite(t)).toBe(true);
  },
);
