import { describe, expect, test } from 'vitest';
import { gradientText, nodeOf } from '../support/ask.ts';

describe('the axis of a softmax', () => {
  test('a vector is one row, a row and a column alike', () => {
    expect(nodeOf('softmax(x)', 'x: n')).toBe(nodeOf('softmax(x, axis=0)', 'x: n'));
    expect(nodeOf('softmax(r)', 'r: 1×n')).toBe(nodeOf('softmax(r, axis=1)', 'r: 1×n'));
  });

  test('along a side of one, each entry is a softmax of its own', () => {
    for (const [x, where, axis] of [
      ['x', 'x: n', 1],
      ['r', 'r: 1×n', 0],
    ] as const) {
      expect(nodeOf(`softmax(${x}, axis=${axis})`, where)).toBe(nodeOf('ones(n)', where));
      expect(nodeOf(`log_softmax(${x}, axis=${axis})`, where)).toBe(nodeOf('zeros(n)', where));
      expect(nodeOf(`logsumexp(${x}, axis=${axis})`, where)).toBe(nodeOf(x, where));
    }
  });
});

test.each([
  ['log(softmax(X)ᵀ)', 'log_softmax(X)ᵀ', 'X: m×n'],
  ['log(softmax(X, axis=0))', 'log_softmax(X, axis=0)', 'X: m×n'],
  ['log(ones(m) softmax(x)ᵀ)', 'ones(m) log_softmax(x)ᵀ', 'x: n'],
  ['log(softmax(x) ones(m)ᵀ)', 'log_softmax(x) ones(m)ᵀ', 'x: n'],
])('%s is %s', (log, same, where) => {
  expect(nodeOf(log, where)).toBe(nodeOf(same, where));
});

test('what cancels is nothing in every formula that would have used it', () => {
  const value = 'sum(softmax(A x ⊙ y) − z) + ‖z‖²';
  expect(gradientText(value, 'A: m×n; x: n; y: m; z: m', 'x', 'A', 'y', 'z')).toBe('0');
});
