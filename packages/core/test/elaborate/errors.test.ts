import { expect, test } from 'vitest';
import type { Input } from '../../src/syntax/input.ts';
import { sourceOfInput } from '../../src/syntax/input.ts';
import { errorOf } from '../support/ask.ts';

const layers: Input = {
  expression: 'sum(Z[L])',
  where: 'X: m×n; W[l]: n×n for l = 1..L; Z[0] = X; Z[l] = Z[l-1] W[l] for l = 1..L',
};

/** One tiny example for each mistake; the snapshot shows the message and what its labels point at. */
const examples: Readonly<Record<string, Input>> = {
  'shape-mismatch: product': { expression: 'Xy', where: 'X: m×n; y: m' },
  'shape-mismatch: sum': { expression: '‖X + Y‖²', where: 'X: m×n; Y: n×m' },
  'shape-mismatch: function': { expression: 'ℓ(X)', where: 'ℓ: function(m×k) -> scalar; X: k×m' },
  'scalar-wanted: divisor': { expression: 'sum(X/Y)', where: 'X: m×n; Y: m×n' },
  'scalar-wanted: exponent': { expression: 'tr(A^x)', where: 'A: n×n; x: n' },
  'square-wanted: power': { expression: 'tr(X^2)', where: 'X: m×n' },
  'square-wanted: inverse': { expression: 'tr(X⁻¹)', where: 'X: m×n' },
  'whole-power-wanted': { expression: 'tr(X^(1/2))', where: 'X: n×n' },
  'ambiguous-norm': { expression: '‖X‖_2', where: 'X: m×n' },
  'division-by-zero': { expression: 'x/0', where: 'x: scalar' },
  'unknown-name: wrt': { expression: 'xᵀx', where: 'x: n', wrt: ['y'] },
  'unknown-function': { expression: 'sum(sofmax(x))', where: 'x: n' },
  'wrong-arguments': { expression: 'dot(x)', where: 'x: n' },
  'unknown-option': { expression: 'sum(tanh(X, axis=0))', where: 'X: m×n' },
  'bad-axis': { expression: 'sum(sum(X, axis=2))', where: 'X: m×n' },
  'vector-wanted': { expression: 'softmax(x)', where: 'x: scalar' },
  'bad-part': { expression: 'X[1]', where: 'X: m×n' },
  'bad-index: place': { expression: 'x[0]', where: 'x: n' },
  'circular-definition': { expression: 'a', where: 'a = b; b = a' },
  'dimension-and-variable': { expression: '‖X m‖²', where: 'X: m×n; m: n×n' },
  'dimension-as-variable': { expression: 'sum(x)/n', where: 'x: n', wrt: ['n'] },
  'defined-as-variable': { expression: '‖r‖²', where: 'r = X θ; X: m×n; θ: n', wrt: ['r'] },
  'function-as-variable': { expression: 'sum(σ(x))', where: 'x: n; σ: elementwise', wrt: ['σ'] },
  'no-variable': { expression: '2', where: 'x: n constant' },
  'no-expression': { file: { name: 'a.mg', text: 'X: m×n\n' } },
  'bad-dimension': { expression: 'sum(x)', where: 'x: n-n' },
  'no-derivative': { expression: "sum(softmax'(x))", where: 'x: n' },
  'duplicate-declaration': { expression: 'sum(x)', where: 'x: n; x: m' },
  'bad-range': { expression: 'sum(Z[L])', where: 'Z[0] = X; Z[l] = 2 Z[l-1]; X: m×n' },
  'no-base': { expression: 'sum(Z[L])', where: 'Z[l] = 2 Z[l-1] for l = 1..L' },
  'circular steps': {
    expression: 'sum(A[L])',
    where: 'X: m×n; A[0] = X; B[0] = X; A[l] = B[l] for l = 1..L; B[l] = A[l] for l = 1..L',
  },
  'bad-index: all members': { ...layers, wrt: ['W[l-1]'] },
  'bad-index: a family as a whole': { ...layers, expression: 'sum(W)' },
  'bad-index: no step': { ...layers, expression: 'sum(Z[l])' },
  'unknown-name: a family': {
    expression: 'sum(Z[L])',
    where: 'X: m×n; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L',
  },
  'index-out-of-range: first': { ...layers, wrt: ['W[0]'] },
  'index-out-of-range: last': { ...layers, wrt: ['W[L+1]'] },
  'shape of a step': {
    expression: 'sum(Z[L])',
    where: 'X: m×n[0]; W[l]: n[l]×n[l-1]; Z[0] = X; Z[l] = Z[l-1] W[l]ᵀ W[l] for l = 1..L',
  },
};

test.each(Object.entries(examples))('%s', (_, input) => {
  const { text } = sourceOfInput(input);
  const shown = errorOf(input).diagnostics.map((d) => ({
    code: d.code,
    message: d.message,
    labels: d.labels.map((l) => `${text.slice(l.start, l.end)} ← ${l.text}`),
    notes: d.notes,
  }));
  expect(shown).toMatchSnapshot();
});

test('a length that is not known yet is shown as a question mark', () => {
  const [d] = errorOf({ expression: 'tr(x^(A))', where: 'x: n×n' }).diagnostics;
  expect(JSON.stringify(d)).not.toContain('?A:0');
});
