import { expect, test } from 'vitest';
import { postorder } from '../../src/expr/walk.ts';
import { steady } from '../../src/simplify/steady.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { nodeOf } from '../support/ask.ts';

/** What overflows, and the function that it is computed with instead. */
test.each([
  ['aᵀ(exp(x)/sum(exp(x)))', 'x, a: n', 'softmax'],
  ['‖exp(x)/sum(exp(x))‖²', 'x: n', 'softmax'],
  ['sum((exp(X)./sum(exp(X), axis=1)) ⊙ A)', 'X, A: m×n', 'softmax'],
  ['sum((exp(X)./sum(exp(X), axis=0)) ⊙ A)', 'X, A: m×n', 'softmax'],
  ['sum((exp(X)/sum(exp(X))) ⊙ A)', 'X, A: m×n', 'logsumexp'],
  ['sum(exp(x) ./ (1 + exp(x)))', 'x: n', 'sigmoid'],
  ['sum(a ./ (1 + exp(-x)))', 'x, a: n', 'sigmoid'],
  ['sum((1 ./ (1 + exp(x))).^3)', 'x: n', 'sigmoid'],
  ['sum(exp(x) ./ (exp(x) + exp(a)))', 'x, a: n', 'sigmoid'],
  ['sum(exp(a) ./ (exp(x) + exp(a)))', 'x, a: n', 'sigmoid'],
  ['sum(log(exp(x) + exp(a)))', 'x, a: n', 'softplus'],
])('%s', (text, where, name) => {
  const node = nodeOf(text, where);
  const [made = node] = steady([node]);
  expect(sameValue(made, node)).toBe('equal');
  const names = postorder([made]).flatMap((n) => (n.kind === 'apply' ? [n.op.name] : []));
  expect(names).toContain(name);
  // nothing is left that overflows
  expect(names.filter((n) => n === 'exp').length).toBe(name === 'logsumexp' ? 1 : 0);
});

test.each([
  ['aᵀ exp(x)/sum(exp(a))', 'x, a: n'],
  ['sum(exp(X) diag(1 ./ sum(exp(X), axis=1)))', 'X: n×n'],
  ['sum(exp(x) ./ (2 + exp(x)))', 'x: n'],
  ['sum(exp(x) ./ (exp(x) + exp(a) + 1))', 'x, a: n'],
])('%s is another ratio', (text, where) => {
  const node = nodeOf(text, where);
  const [made = node] = steady([node]);
  expect(made).toBe(node);
});
