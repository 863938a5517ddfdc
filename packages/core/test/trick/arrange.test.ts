import { expect, test } from 'vitest';
import { dimName } from '../../src/shape/dim.ts';
import { type Allowance, arrangements, type Piece, placementKey } from '../../src/trick/arrange.ts';

const [k, m, n] = [dimName('k'), dimName('m'), dimName('n')];
const NOTHING: Allowance = { sums: [], repeats: [], sumsLast: true, scaling: 'none' };
const piece = (...axes: (typeof n)[]): Piece => ({ axes, identity: false });
const count = (pieces: Piece[], wanted: (typeof n)[], allowed: Partial<Allowance> = {}): number =>
  arrangements(pieces, wanted, { ...NOTHING, ...allowed }, 10_000)?.length ?? -1;

test('two square matrices: 8 products, 4 entrywise, 4 with a trace', () => {
  expect(count([piece(n, n), piece(n, n)], [n, n])).toBe(16);
});

test('three square matrices: 48 products of three, 104 with ⊙, 36 + 18 with traces', () => {
  // chains 3!·2³; A⊙B⊙C 2³; (A⊙B)C 3·4·2·2 and (AB)⊙C 3·8·2; tr(A) with two others 3·12; a trace of two 3·(2 + 1)·2
  expect(count([piece(n, n), piece(n, n), piece(n, n)], [n, n])).toBe(48 + 8 + 48 + 48 + 36 + 18);
});

test('different sides leave one', () => {
  expect(count([piece(m), piece(m, n)], [n])).toBe(1);
  expect(count([piece(m), piece(n)], [m, n])).toBe(1);
  expect(count([piece(m, k), piece(m, k), piece(n, k)], [m, n])).toBe(1);
  expect(count([piece(m, k)], [m, n])).toBe(0);
});

test('a matrix and a vector of its side', () => {
  expect(count([piece(n, n), piece(n)], [n])).toBe(3);
  expect(count([piece(n, n), piece(n)], [n, n])).toBe(0);
  expect(count([piece(n, n), piece(n)], [n, n], { scaling: 'factors' })).toBe(4);
});

test('sums and repetitions are used as often as the forward pass calls for them', () => {
  expect(count([piece(m, n)], [n])).toBe(0);
  expect(count([piece(m, n)], [n], { sums: [m] })).toBe(1);
  expect(count([piece(m, n)], [], { sums: [m] })).toBe(0);
  expect(count([piece(m, n)], [], { sums: [m, n] })).toBe(1);
  expect(count([piece(n)], [m, n], { repeats: [m] })).toBe(1);
  expect(count([], [m, n], { repeats: [m, n] })).toBe(1);
  expect(count([], [m, n], { repeats: [m] })).toBe(0);
});

test('the trace of an identity is no factor', () => {
  expect(count([{ axes: [n, n], identity: true }, piece(n, n)], [n, n])).toBe(14);
});

test('gives up beyond its limit', () => {
  const many = Array.from({ length: 5 }, () => piece(n, n));
  expect(arrangements(many, [n, n], NOTHING, 500)).toBeUndefined();
});

test('every arrangement once, each axis of the result once', () => {
  const pieces = [piece(n, n), piece(n, n), piece(n)];
  const found = arrangements(pieces, [n], { ...NOTHING, sums: [n] }, 10_000) ?? [];
  expect(new Set(found.map(placementKey)).size).toBe(found.length);
  for (const { out, factors } of found) {
    expect(new Set(out).size).toBe(out.length);
    expect(factors.map((f) => f.length)).toEqual([2, 2, 1]);
    expect(factors.flat()).toContain(out[0]);
  }
});

test('names of indices do not matter', () => {
  const one = placementKey({ factors: [[0, 1], [1]], out: [0] });
  expect(placementKey({ factors: [[7, 3], [3]], out: [7] })).toBe(one);
  expect(placementKey({ factors: [[7, 3], [7]], out: [3] })).not.toBe(one);
});
