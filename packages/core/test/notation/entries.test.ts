import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryLatex, entryText } from '../../src/emit/entries.ts';
import { exprLatex } from '../../src/emit/report/formula.ts';
import { entriesFor } from '../../src/explain/index-notation.ts';
import type { Node } from '../../src/expr/node.ts';
import type { Entry, Letter } from '../../src/notation/entry.ts';
import { deltaOf, productOf, totalOf } from '../../src/notation/entry-make.ts';
import { arrayOfEntry } from '../../src/notation/entry-node.ts';
import { withoutDeltas } from '../../src/notation/entry-walk.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { nodeOf, problemOf } from '../support/ask.ts';

function entryOf(node: Node, taken: readonly string[] = []): { entry: Entry; at: Letter[] } {
  const entries = entriesFor(new Map(), taken);
  const at = entries.letters.all(node.axes, []);
  return { entry: entries.of(node, at), at };
}

const texts: readonly (readonly [string, string, string, string, string])[] = [
  ['A x', 'A: m×n; x: n', 'Σⱼ A[i,j] x[j]', 'sum[j] A[i,j]*x[j]', '\\sum_{j} A_{i j} x_{j}'],
  [
    'Aᵀ B',
    'A: m×n; B: m×k',
    'Σₖ A[k,i] B[k,j]',
    'sum[k] A[k,i]*B[k,j]',
    '\\sum_{k} A_{k i} B_{k j}',
  ],
  ['tr(A)', 'A: n×n', 'Σᵢ A[i,i]', 'sum[i] A[i,i]', '\\sum_{i} A_{i i}'],
  [
    'tanh(A) ⊙ B',
    'A, B: m×n',
    'B[i,j] tanh(A[i,j])',
    'B[i,j]*tanh(A[i,j])',
    'B_{i j} \\tanh(A_{i j})',
  ],
  ['x ⊘ y', 'x, y: n', 'x[i]/y[i]', 'x[i]/y[i]', '\\frac{x_{i}}{y_{i}}'],
  ['diag(x)', 'x: n', 'δ[i,j] x[i]', 'delta[i,j]*x[i]', '\\delta_{i j} x_{i}'],
  ['‖x‖', 'x: n', 'sqrt(Σᵢ x[i]²)', 'sqrt(sum[i] x[i]^2)', '\\sqrt{\\sum_{i} x_{i}^{2}}'],
  [
    '(xᵀy) x',
    'x, y: n',
    '(Σⱼ x[j] y[j]) x[i]',
    '(sum[j] x[j]*y[j])*x[i]',
    '\\left( \\sum_{j} x_{j} y_{j} \\right) x_{i}',
  ],
  ['1/m ‖x‖²', 'x: m', '1/m Σᵢ x[i]²', '1/m*sum[i] x[i]^2', '\\frac{1}{m} \\sum_{i} x_{i}^{2}'],
  [
    'A⁻¹ x',
    'A: n×n invertible; x: n',
    'Σⱼ (A⁻¹)[i,j] x[j]',
    'sum[j] (A^-1)[i,j]*x[j]',
    '\\sum_{j} \\left( A^{-1} \\right)_{i j} x_{j}',
  ],
  [
    'softmax(x)',
    'x: n',
    'softmax(x)[i]',
    'softmax(x)[i]',
    '\\left( \\operatorname{softmax}(x) \\right)_{i}',
  ],
];

test.each(texts)('an entry of %s', (expression, where, text, ascii, latex) => {
  const { entry, at } = entryOf(nodeOf(expression, where));
  expect(entryText(entry)).toBe(text);
  expect(entryText(entry, { ascii: true })).toBe(ascii);
  expect(entryLatex(entry, exprLatex)).toBe(latex);
  expect(arrayOfEntry(entry, at, (n) => n)).toBe(nodeOf(expression, where));
});

test('letters are no names of the formula', () => {
  const node = nodeOf('i + k', 'i, k: n');
  expect(entryText(entryOf(node, ['i', 'k', 'n']).entry)).toBe('i[j] + k[j]');
});

test('more letters than the alphabet has', () => {
  const taken = 'abcdefghijklmnopqrstuvwxyz'.split('');
  const { entry } = entryOf(nodeOf('A B', 'A: m×n; B: n×k'), taken);
  expect(entryText(entry)).toBe('Σ[i3] A[i1,i3] B[i3,i2]');
});

describe('sums over δ', () => {
  const letters = entriesFor(new Map(), []).letters;
  const { axes } = nodeOf('A', 'A: n×n');
  const [i, j, p] = letters.all([...axes, ...axes.slice(0, 1)], []);

  test('pick one entry', () => {
    if (!i || !j || !p) throw new Error('no letters');
    const a: Entry = {
      kind: 'entry',
      node: nodeOf('A', 'A: n×n'),
      expr: problemOf('A', 'A: n×n').expression,
      letters: [i, j],
    };
    const e = withoutDeltas(totalOf([j], productOf([a, deltaOf(j, p)])));
    expect(entryText(e)).toBe('A[i,k]');
  });
});

const matrix = fc.letrec<{ m: string }>((tie) => ({
  m: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('A', 'B', 'C', 'I'),
    fc.tuple(tie('m'), tie('m')).map(([a, b]) => `(${a})(${b})`),
    fc.tuple(tie('m'), tie('m')).map(([a, b]) => `(${a} + ${b})`),
    fc.tuple(tie('m'), tie('m')).map(([a, b]) => `((${a}) ⊙ (${b}))`),
    tie('m').map((a) => `(${a})ᵀ`),
    tie('m').map((a) => `sin(${a})`),
    tie('m').map((a) => `diag((${a})x)`),
    tie('m').map((a) => `softmax(${a})`),
  ),
})).m;

test('what is printed by entries has the value of the node', () => {
  fc.assert(
    fc.property(matrix, (m) => {
      const node = nodeOf(`A + ${m}`, 'A, B, C: n×n; x: n');
      const { entry, at } = entryOf(node, ['A', 'B', 'C', 'x', 'n']);
      expect(
        sameValue(
          arrayOfEntry(entry, at, (n) => n),
          node,
        ),
      ).toBe('equal');
    }),
    { seed: 3, numRuns: 60 },
  );
});
