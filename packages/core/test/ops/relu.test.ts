import { expect, test } from 'vitest';
import { nodeOf } from '../support/ask.ts';

const where = 'x: n; p: n positive; q: n nonnegative; c: scalar';

test.each([
  ['relu(p)', 'p'],
  ['max(0, q)', 'q'],
  ['relu(exp(x))', 'exp(x)'],
  ['relu(relu(x))', 'relu(x)'],
  ['relu(x.^2 + p)', 'x.^2 + p'],
  ['relu(diag(p))', 'diag(p)'],
  ['c relu(-3)', '0c'],
])('%s is %s', (relu, same) => {
  expect(nodeOf(relu, where)).toBe(nodeOf(same, where));
});

test.each(['x', 'p − x', 'x.^3', 'p ⊙ x', '-p'])('relu(%s) stays', (x) => {
  expect(nodeOf(`relu(${x})`, where)).not.toBe(nodeOf(x, where));
});
