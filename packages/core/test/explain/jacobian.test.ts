import { describe, expect, test } from 'vitest';
import { toText } from '../../src/emit/text.ts';
import { buildReport } from '../../src/explain/build.ts';
import type { Formula } from '../../src/explain/report.ts';
import { problemOf } from '../support/ask.ts';

const textOf = (f: Formula | undefined): string =>
  f?.form === 'matrix' ? toText(f.expr) : (f?.form ?? '');

function answer(expression: string, where: string, wrt: string, order: 1 | 2) {
  const report = buildReport(problemOf(expression, where, ...wrt.split(',')), {
    seed: 1,
    points: 3,
    order,
    check: true,
    trick: false,
    explain: false,
    sizes: null,
    text: toText,
  });
  const [result] = report.results;
  return {
    formula: textOf(result?.formula),
    differential: textOf(result?.differential?.formula),
    verdict: result?.check?.verdict,
    error: result?.check?.maxRelativeError ?? 1,
  };
}

/** Magnus and Neudecker 2019; Petersen and Pedersen 2012; forum questions. Each Jacobian is held against differences. */
const jacobians: readonly (readonly [string, string, string, string, string])[] = [
  ['A X B', 'A: p×m; X: m×n; B: n×q', 'X', 'kron(Bᵀ, A)', 'A dX B'],
  ['X⁻¹', 'X: n×n invertible', 'X', '−kron(X⁻ᵀ, X⁻¹)', '−X⁻¹ dX X⁻¹'],
  ['XᵀBX', 'X: m×n; B: m×m', 'X', 'kron(XᵀBᵀ, I) K + kron(I, XᵀB)', 'XᵀB dX + dXᵀ BX'],
  ['tr(X) X', 'X: n×n', 'X', 'tr(X) I + vec(X) vec(I)ᵀ', 'tr(dX) X + tr(X) dX'],
  [
    'tanh(W x + b)',
    'W: m×n; x: n; b: m',
    'x',
    'diag(1 − tanh(Wx + b).^2) W',
    '(W dx) ⊙ (1 − tanh(Wx + b).^2)',
  ],
  [
    'tanh(W x)',
    'W: m×n; x: n',
    'W',
    'kron(xᵀ, diag(1 − tanh(Wx).^2))',
    '(dW x) ⊙ (1 − tanh(Wx).^2)',
  ],
  ['w ./ x', 'w: n; x: n positive', 'w', 'diag(1 ⊘ x)', 'dw ⊘ x'],
  ['z x', 'x: n; z: scalar', 'z', 'x', 'dz x'],
  ['x xᵀ x', 'x: n', 'x', '(xᵀx)I + 2xxᵀ', '2(dxᵀ x)x + (xᵀx) dx'],
];

const hessians: readonly (readonly [string, string, string, string])[] = [
  ['½ ‖Xw − y‖² + c/2 ‖w‖²', 'X: m×n; w: n; y: m; c: scalar', 'w', 'XᵀX + cI'],
  ['sum(softplus(X w)) − yᵀX w', 'X: m×n; w: n; y: m', 'w', 'Xᵀ diag(s ⊙ (1 − s)) X'],
  ['logsumexp(z)', 'z: n', 'z', 'diag(p) − ppᵀ'],
  ['exp(aᵀx)', 'a: n; x: n', 'x', 'exp(aᵀx) aaᵀ'],
  ['xᵀA x', 'A: n×n; x: n', 'x', 'A + Aᵀ'],
  ['½ ‖T − UVᵀ‖²', 'T: m×n; U: m×q; V: n×q', 'U', 'kron(VᵀV, I)'],
  ['xᵀA x', 'A: n×n; x: n', 'x,A', 'kron(xᵀ, I) + kron(I, xᵀ)'],
];

describe('Jacobians', () => {
  test.each(jacobians)('of %s, %s, by %s', (expression, where, wrt, formula, differential) => {
    const got = answer(expression, where, wrt, 1);
    expect(got).toMatchObject({ formula, differential, verdict: 'passed' });
    expect(got.error).toBeLessThan(1e-9);
  });
});

describe('second derivatives', () => {
  test.each(hessians)('of %s, %s, by %s', (expression, where, wrt, formula) => {
    const got = answer(expression, where, wrt, 2);
    expect(got).toMatchObject({ formula, verdict: 'passed' });
    expect(got.error).toBeLessThan(1e-9);
  });
});
