import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contraction, type Factor } from '../../src/verify/contract.ts';
import { random } from '../../src/verify/random.ts';

/** The definition: one loop over all indices at once. */
function naive(factors: readonly Factor[], rank: number, extents: readonly number[]): number[] {
  const size = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);
  const out = Array.from({ length: size(extents.slice(0, rank)) }, () => 0);
  for (let flat = 0; flat < size(extents); flat++) {
    const at: number[] = [];
    let rest = flat;
    for (let i = extents.length - 1; i >= 0; i--) {
      at[i] = rest % (extents[i] ?? 1);
      rest = Math.floor(rest / (extents[i] ?? 1));
    }
    const place = (indices: readonly number[]): number =>
      indices.reduce((p, i) => p * (extents[i] ?? 1) + (at[i] ?? 0), 0);
    const product = factors.reduce((p, f) => p * (f.data[place(f.indices)] ?? Number.NaN), 1);
    const to = place(Array.from({ length: rank }, (_, i) => i));
    out[to] = (out[to] ?? 0) + product;
  }
  return out;
}

function fast(factors: readonly Factor[], rank: number, extents: readonly number[]): number[] {
  const out = new Float64Array(extents.slice(0, rank).reduce((a, b) => a * b, 1));
  const steps = contraction(factors, rank, extents, out, (n) => new Float64Array(n));
  for (let twice = 0; twice < 2; twice++) for (const step of steps) step(); // nothing may accumulate
  return [...out];
}

function filled(indices: readonly number[], extents: readonly number[], seed: number): Factor {
  const source = random(seed);
  const n = indices.reduce((a, i) => a * (extents[i] ?? 1), 1);
  return { data: Float64Array.from({ length: n }, () => source.gaussian()), indices };
}

/** The largest difference; fast and slow must have as many entries. */
function apart(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((d, v, i) => Math.max(d, Math.abs(v - (b[i] ?? Number.NaN))), 0);
}

describe('a contraction', () => {
  test('is what its definition says, for any indices', () => {
    const shape = fc
      .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }), fc.nat(5))
      .chain(([extents, r]) => {
        const index = fc.nat(Math.max(0, extents.length - 1));
        const indices = fc.array(index, { maxLength: extents.length === 0 ? 0 : 3 });
        return fc.record({
          extents: fc.constant(extents),
          rank: fc.constant(Math.min(r, extents.length)),
          operands: fc.array(indices, { maxLength: 5 }),
        });
      });
    fc.assert(
      fc.property(shape, ({ extents, rank, operands }) => {
        const factors = operands.map((indices, k) => filled(indices, extents, k + 1));
        expect(apart(fast(factors, rank, extents), naive(factors, rank, extents))).toBeLessThan(
          1e-9,
        );
      }),
      { numRuns: 500 },
    );
  });

  // Each as an einsum over letters, the first of which are the result's.
  test.each([
    ['a matrix product', 'ik', ['ij', 'jk']],
    ['a product with a transpose', 'ik', ['ji', 'kj']],
    ['a matrix and a vector', 'i', ['ij', 'j']],
    ['a vector and a matrix', 'j', ['i', 'ij']],
    ['an inner product', '', ['i', 'i']],
    ['an outer product', 'ij', ['i', 'j']],
    ['an entrywise product', 'ij', ['ij', 'ij']],
    ['an entrywise product with a transpose', 'ij', ['ij', 'ji']],
    ['a scaled matrix', 'ij', ['', 'ij']],
    ['scaled rows', 'ij', ['i', 'ij']],
    ['a trace', '', ['ii']],
    ['a diagonal', 'i', ['ii']],
    ['a trace of a product', '', ['ij', 'ji']],
    ['a transpose', 'ij', ['ji']],
    ['a total', '', ['ij']],
    ['sums of rows', 'i', ['ij']],
    ['a repeated vector', 'ij', ['j']],
    ['ones', 'ij', []],
    ['a repeated product', 'ij', ['i', 'i']],
    ['a chain', 'il', ['ij', 'jk', 'kl']],
    ['a form', '', ['i', 'ij', 'jk', 'k']],
    ['batches', 'bij', ['bik', 'bkj']],
    ['a private index in each', 'i', ['ij', 'ik']],
    ['a fourth power sum', '', ['i', 'i', 'i', 'i']],
  ])('does %s', (_, result, operands) => {
    const letters = [...new Set((result + operands.join('')).split(''))];
    const extents = letters.map((_letter, i) => 2 + i);
    if (operands.includes('ji') && result === 'ij') extents[1] = extents[0] ?? 2;
    const factors = operands.map((o, k) =>
      filled(
        o.split('').map((c) => letters.indexOf(c)),
        extents,
        k + 1,
      ),
    );
    const slow = naive(factors, result.length, extents);
    expect(apart(fast(factors, result.length, extents), slow)).toBeLessThan(1e-9);
  });

  test('of many factors never loops over all indices at once', () => {
    // A₁A₂…A₁₂ x of 30×30: thirteen indices, of which one loop would take 30¹³ products.
    const n = 30;
    const extents = Array.from({ length: 13 }, () => n);
    const factors = Array.from({ length: 12 }, (_, k) => filled([k, k + 1], extents, k + 1));
    let allocated = 0;
    const out = new Float64Array(n);
    const steps = contraction([...factors, filled([12], extents, 99)], 1, extents, out, (size) => {
      allocated += size;
      return new Float64Array(size);
    });
    for (const step of steps) step();
    let expected = filled([12], extents, 99).data;
    for (const f of factors.toReversed()) {
      const x = expected;
      expected = x.map((_v, i) => x.reduce((t, v, j) => t + (f.data[i * n + j] ?? 0) * v, 0));
    }
    for (let i = 0; i < n; i++) expect((out[i] ?? 0) / (expected[i] ?? 1)).toBeCloseTo(1, 9);
    expect(allocated).toBe(11 * n); // vectors only, from the right
  });
});
