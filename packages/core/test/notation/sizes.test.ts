import { describe, expect, test } from 'vitest';
import { sameValue } from '../../src/verify/compare.ts';
import { nodeOf, problemOf, textOf } from '../support/ask.ts';

/** Formulas whose text has to show how large a part is; each is read again, and is the same. */
const written: readonly (readonly [expression: string, where: string, text: string])[] = [
  // a column and a row by themselves make no matrix
  ["x ones(n)' + ones(m) y'", 'x: m; y: n', 'x ones(n)ᵀ + yᵀ'],
  ["x ones(n)' + ones(m) y' + 1", 'x: m; y: n', 'ones(m, n) + x + yᵀ'],
  ["x ones(n)' + ones(m) y' − A", 'x: m; y: n; A: m×n', '−A + x + yᵀ'],
  ['A + x − 1', 'x: m; A: m×n', 'A + x − 1'],
  // the square of a row
  ['(r rᵀ) A', 'r: 1×n; A: n×n', '(rrᵀ)A'],
  ['(xᵀx) A', 'x: n; A: n×n', '(xᵀx)A'],
  ['‖r‖ A', 'r: 1×n; A: n×n', '‖r‖ A'],
  // zeros within a function keep their shape, and a function of them is one number
  ['softmax(x − x)', 'x: n', 'softmax(zeros(n))'],
  ['A softmax(A − A)', 'A: n×n', 'A softmax(zeros(n, n))'],
  ['A + sigmoid(A − A)', 'A: n×n', 'A + sigmoid(0)'],
  // an identity whose size nothing shows, and one whose size a neighbour shows
  ['A softmax(2 eye(n)) x', 'A: m×n; x: n', 'A(softmax(2I) x)'],
  ['softmax(A + eye(n))', 'A: n×n', 'softmax(I + A)'],
  ['sum(cos(c eye(n)))', 'c: scalar; x: n', 'sum(cos(c eye(n)))'],
  ['sum(A ⊙ (eye(n) + 1))', 'A: n×n', 'tr(A(I + 1))'],
  [
    'logdet(c eye(n)) + logdet(A + eye(n))',
    'c: scalar; A: n×n',
    'logdet(I + A) + logdet(c eye(n))',
  ],
];

describe('what is printed shows its size', () => {
  test.each(written)('%s with %s', (expression, where, text) => {
    const { value } = problemOf(expression, where);
    expect(textOf(value.node, value.shape)).toBe(text);
    expect(sameValue(nodeOf(text, where), value.node)).toBe('equal');
  });
});

test('a gradient of nothing but zeros is 0', () => {
  const { value } = problemOf('x − x', 'x: n');
  expect(textOf(value.node)).toBe('0');
});
