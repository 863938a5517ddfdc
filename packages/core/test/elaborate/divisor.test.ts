import { expect, test } from 'vitest';
import { errorOf, problemOf } from '../support/ask.ts';

const where = 'X: n×n; x: scalar';

test.each([
  'sum(X ./ eye(n))',
  'sum(X ./ (2 eye(n)))',
  'sum(X ./ zeros(n, n))',
  'sum(eye(n).^-1 ⊙ X)',
  'x/(x − x)',
  'X[1,2]/0',
])('%s divides by zero', (expression) => {
  expect(errorOf({ expression, where }).diagnostics[0]?.code).toBe('division-by-zero');
});

test.each(['sum(X ./ (eye(n) + 1))', 'tr(X eye(n)^-1)', 'sum(X ./ ones(n, n))'])(
  '%s does not',
  (expression) => {
    expect(problemOf(expression, where).value.shape).toEqual([]);
  },
);
