import { describe, expect, test } from 'vitest';
import {
  add,
  apply,
  einsum,
  literal,
  multiply,
  power,
  scale,
  subtract,
  symbol,
  total,
  transpose,
} from '../../src/expr/build.ts';
import { cos, log, sigmoid, sin } from '../../src/ops/elementwise.ts';
import { invLeaf } from '../../src/ops/matrix.ts';
import { dimName } from '../../src/shape/dim.ts';
import { rational } from '../../src/shape/rational.ts';
import { groupsByValue, sameAs, sameValue } from '../../src/verify/compare.ts';

const [m, n] = [dimName('m'), dimName('n')];
const A = symbol('A', [n, n]);
const B = symbol('B', [n, n]);
const S = symbol('S', [n, n], { properties: ['symmetric'] });
const X = symbol('X', [m, n]);
const x = symbol('x', [n]);
const product = einsum('ij,jk->ik', [A, B]);

describe('two formulas', () => {
  test('of the same value are equal, in whatever form', () => {
    const expanded = add(einsum('ij,jk->ik', [A, A]), product);
    expect(sameValue(einsum('ij,jk->ik', [A, add(A, B)]), expanded)).toBe('equal');
    const s = apply(sigmoid.leaf, [x]);
    expect(
      sameValue(
        subtract(s, power(s, rational(2))),
        multiply([s, apply(sigmoid.leaf, [scale(rational(-1), x)])]),
      ),
    ).toBe('equal');
    const inverse = apply(invLeaf, [product]);
    const split = einsum('ij,jk->ik', [apply(invLeaf, [B]), apply(invLeaf, [A])]);
    expect(sameValue(inverse, split, { mode: 'both' })).toBe('equal');
  });

  test('of the same shape and other values are different', () => {
    expect(sameValue(product, einsum('ij,jk->ik', [B, A]))).toBe('different');
    expect(sameValue(product, transpose(product))).toBe('different');
    expect(sameValue(einsum('i,ij->j', [x, A]), einsum('i,ij->j', [x, S]))).toBe('different');
    expect(sameValue(einsum('i,ij->j', [x, S]), einsum('i,ji->j', [x, S]))).toBe('equal');
  });

  test('of other shapes are different', () => {
    expect(sameValue(X, transpose(X))).toBe('different');
    expect(sameValue(X, x)).toBe('different');
  });

  test('are compared by their size', () => {
    const small = scale(rational(1, 10n ** 12n), A);
    expect(sameValue(small, scale(rational(2), small))).toBe('different');
    expect(sameValue(A, add(A, small))).toBe('equal');
  });

  test('that cancel are equal to zero', () => {
    const [s, c] = [apply(sin.leaf, [x]), apply(cos.leaf, [x])];
    const zero = subtract(
      total(add(power(s, rational(2)), power(c, rational(2)))),
      total(power(x, rational(0))),
    );
    expect(sameValue(zero, literal(rational(0)))).toBe('equal');
  });

  test('are unknown where nothing can be evaluated', () => {
    const never = apply(log.leaf, [subtract(literal(rational(-1)), einsum('i,i->', [x, x]))]);
    expect(sameValue(never, scale(rational(2), never))).toBe('unknown');
    expect(sameValue(never, never)).toBe('equal');
  });
});

describe('many candidates', () => {
  test('are compared at once, and one that has no value does not spoil the others', () => {
    const never = apply(log.leaf, [scale(rational(-1), power(A, rational(2)))]);
    const candidates = [
      product,
      einsum('ij,jk->ik', [B, A]),
      transpose(einsum('ji,kj->ik', [A, B])),
      transpose(einsum('ji,kj->ki', [B, A])),
      never,
      x,
    ];
    expect(sameAs(product, candidates)).toEqual([
      'equal',
      'different',
      'different',
      'different',
      'unknown',
      'different',
    ]);
    const right = einsum('ij,kj->ki', [transpose(B), A]);
    expect(sameAs(product, [transpose(transpose(product)), right])).toEqual(['equal', 'equal']);
  });
});

test('formulas are grouped by value, each with the first of its kind', () => {
  const expanded = add(product, transpose(product));
  const again = add(transpose(product), product);
  const square = einsum('ij,jk->ik', [A, add(A, B)]);
  const opened = add(einsum('ij,jk->ik', [A, A]), product);
  expect(groupsByValue([product, square, x, opened, again, product, expanded])).toEqual([
    0, 1, 2, 1, 4, 0, 4,
  ]);
  const nowhere = apply(log.leaf, [scale(rational(-1), power(x, rational(2)))]);
  expect(groupsByValue([nowhere, x])).toBeUndefined();
});
