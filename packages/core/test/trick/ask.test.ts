import { expect, test } from 'vitest';
import { einsum, multiply, power, scale, subtract, symbol, total } from '../../src/expr/build.ts';
import { dimName } from '../../src/shape/dim.ts';
import { rational } from '../../src/shape/rational.ts';
import { trickFor } from '../../src/trick/ask.ts';

test('linear regression has one arrangement', () => {
  const [m, n] = [dimName('m'), dimName('n')];
  const [X, θ, y] = [symbol('X', [m, n]), symbol('θ', [n]), symbol('y', [m])];
  const r = subtract(einsum('ij,j->i', [X, θ]), y);
  const count = symbol('m', [], { role: 'dimension' });
  const value = scale(
    rational(1, 2),
    multiply([power(count, rational(-1)), total(power(r, rational(2)))]),
  );
  const trick = trickFor({ value, variable: θ, shape: [n], seed: 1 });
  expect(trick.verdict).toBe('unique');
  expect(trick.paths[0]?.arrangements[0]?.node).toBe(
    multiply([power(count, rational(-1)), einsum('ij,i->j', [X, r])]),
  );
});
