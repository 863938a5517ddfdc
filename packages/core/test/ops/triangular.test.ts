import { expect, test } from 'vitest';
import { derivationOf } from '../../src/explain/gradient.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { gradientText, problemOf } from '../support/ask.ts';

test.each([
  ['sum(tril(A), axis=0) x', 'A: n×n; x: n'],
  ['sum(triu(A), axis=0) x', 'A: n×n; x: n'],
  ['xᵀ sum(tril(A), axis=1)', 'A: n×m; x: n'],
])('the triangle of a row or a column, repeated, is a matrix: %s', (expression, where) => {
  const { value, gradients } = derivationOf(problemOf(expression, where, 'A'));
  const [g] = gradients;
  expect(g?.shown.axes).toHaveLength(2);
  const [report] = checkGradient(value, g ? [{ variable: g.variable, gradient: g.shown }] : []);
  expect(report?.verdict).toBe('passed');
});

test('the gradient by a triangular matrix keeps its shape', () => {
  expect(gradientText('sum(A, axis=0) x', 'A: n×n lower; x: n', 'A')).not.toBe('triu(x)');
});
