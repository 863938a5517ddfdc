import { expect, test } from 'vitest';
import { formatShape } from '../../src/shape/shape.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { nodeOf, problemOf, textOf } from '../support/ask.ts';

/** `a.^b` goes entry by entry: a scalar, a row or a column is repeated, whichever side it stands on. */
test.each([
  ['2.^X', 'exp(log(2) X)', 'm×n'],
  ['c.^X', 'exp(log(c) X)', 'm×n'],
  ['X.^c', 'exp(c log(X))', 'm×n'],
  ['X.^Y', 'exp(Y ⊙ log(X))', 'm×n'],
  ['X.^r', 'exp(r ⊙ log(X))', 'm×n'],
  ['X.^y', 'exp(y ⊙ log(X))', 'm×n'],
  ['r.^X', 'exp(X ⊙ log(r))', 'm×n'],
  ['y.^X', 'exp(X ⊙ log(y))', 'm×n'],
  ['c.^r', 'exp(log(c) r)', '1×n'],
  ['pow(r, X)', 'r.^X', 'm×n'],
])('%s is %s, an %s', (power, same, shape) => {
  const where = 'X: m×n positive; Y: m×n; r: 1×n positive; y: m positive; c: scalar positive';
  const { value } = problemOf(power, where);
  expect(formatShape(value.shape)).toBe(shape);
  expect(sameValue(value.node, nodeOf(same, where))).toBe('equal');
});

test('an exponent that is one number everywhere is that number', () => {
  const where = 'x: n positive; y: n';
  expect(textOf(nodeOf('x.^(0y + 3)', where))).toBe('x.^3');
  expect(textOf(nodeOf('x.^(y − y)', where))).toBe('ones(n)');
});
