import { describe, expect, test } from 'vitest';
import { withoutParts } from '../../src/derive/derive.ts';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import type { Node } from '../../src/expr/node.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { gradientText, nodeOf, problemOf } from '../support/ask.ts';

const gradients: readonly (readonly [string, string, string, string])[] = [
  [
    "sum(sin(einsum('bij,bjk->bik', A, X)))",
    'A: b×m×n; X: b×n×k',
    'X',
    "einsum('ilj,ilk->ijk', A, cos(einsum('ijl,ilk->ijk', A, X)))",
  ],
  [
    "einsum('ijk,i,j,k->', T, x, y, z)",
    'T: a×b×c; x: a; y: b; z: c',
    'T',
    "einsum('i,j,k->ijk', x, y, z)",
  ],
  ['sum(sin(permute(T, 2, 0, 1)))', 'T: a×b×c', 'T', 'permute(cos(permute(T, 2, 0, 1)), 1, 2, 0)'],
  ['sum(sin(A reshape(x, m, n)))', 'x: m*n; A: k×m', 'x', 'vec(cos(A reshape(x, m, n))ᵀ A)'],
  ['sum(exp(T + s) ⊙ S)', 'T, S: a×b×c; s: a×b', 's', 'sum(S ⊙ exp(T + s), axis=2)'],
  ['‖K vec(X)‖²', 'X: m×n; K: k×(m*n)', 'X', '2 unvec(Kᵀ(K vec(X)), m, n)'],
  ['tr(kron(A, X))', 'A: m×m; X: n×n', 'X', 'tr(A) I'],
  ['‖kron(A, X)‖²', 'A: m×m; X: n×n', 'X', '2‖A‖² X'],
];

describe('tensors', () => {
  test.each(gradients)('%s, %s, by %s', (expression, where, wrt, gradient) => {
    expect(gradientText(expression, where, wrt)).toBe(gradient);
  });

  test('attention with several heads is written with reshape and permute', () => {
    const where = [
      'X: t×(h*d) ; A, B, C: (h*d)×(h*d); G: t×(h*d)',
      'Q = permute(reshape(X A, t, h, d), 1, 0, 2)',
      'K = permute(reshape(X B, t, h, d), 1, 0, 2)',
      'V = permute(reshape(X C, t, h, d), 1, 0, 2)',
      'O = reshape(permute(attention(Q, K, V), 1, 0, 2), t, h*d)',
    ].join('; ');
    const problem = problemOf('sum(O ⊙ G)', where, 'A', 'B', 'X');
    const { gradients: found, parts } = derivationOf(problem);
    const whole = withoutParts(
      found.map((g) => g.shown),
      parts,
    );
    const claims = found.map((g, k) => ({ variable: g.variable, gradient: whole[k] as Node }));
    for (const r of checkGradient(problem.value.node, claims)) expect(r.verdict).toBe('passed');
  }, 20_000);
});

/** Both sides have one value. */
test.each([
  ["einsum('ij,jk', A, B)", 'A B', 'A: m×n; B: n×k'],
  ["einsum('ii', A)", 'tr(A)', 'A: n×n'],
  ["einsum('i,ij->j', x, A)ᵀ", 'xᵀA', 'A: m×n; x: m'],
  ['kron(A, B) kron(C, D)', 'kron(A C, B D)', 'A: m×n; C: n×k; B: p×q; D: q×r'],
  ['vec(A)ᵀ vec(B)', 'tr(AᵀB)', 'A, B: m×n'],
  ['kron(Bᵀ, A) vec(X)', 'vec(A X B)', 'A: p×m; X: m×n; B: n×q'],
  ['sum(T, axis=2)', "einsum('ijk->ij', T)", 'T: a×b×c'],
  ['sum(T, axis=1)', "reshape(einsum('ijk->ik', T), a, 1, c)", 'T: a×b×c'],
  ['T[2,:,:]', "einsum('ijk,i->jk', T, unit(2, a))", 'T: a×b×c'],
  ['softmax(T, axis=0)', 'permute(softmax(permute(T, 1, 2, 0)), 2, 0, 1)', 'T: a×b×c'],
] as const)('%s = %s, %s', (left, right, where) => {
  expect(sameValue(nodeOf(left, where), nodeOf(right, where))).toBe('equal');
});

test.each([
  ["np.einsum('bij,bjk->bik', T, S)", "einsum('bij,bjk->bik', T, S)"],
  ['T.transpose(0, 2, 1)', 'permute(T, 0, 2, 1)'],
  ['T @ S', "einsum('bij,bjk->bik', T, S)"],
  ['T + y', 'T + reshape(y, 1, 1, n)'],
  ['T.mean(axis=2, keepdims=True)', 'mean(T, axis=2)'],
  ['np.sum(T, axis=1)', "einsum('ijk->ik', T)"],
  ['np.reshape(x, (m, n))', 'reshape(x, m, n)'],
  ['T[1]', 'T[2,:,:]'],
] as const)('NumPy: %s is %s', (code, formula) => {
  const where = 'T: b×m×n; S: b×n×m; y: n; x: m*n';
  const { value } = elaborateProblem(parseInput({ expression: code, where, syntax: 'numpy' }));
  expect(sameValue(value.node, nodeOf(formula, where))).toBe('equal');
});
