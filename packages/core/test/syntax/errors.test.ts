import { describe, expect, test } from 'vitest';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { repairsOf } from '../../src/diagnostic/repair.ts';
import { diagnosticsText } from '../../src/diagnostic/text.ts';
import { type Input, repairInput, sourceOfInput } from '../../src/syntax/input.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import { SYNTAX_CODES, type SyntaxCode } from '../../src/syntax/problem.ts';

function errorOf(input: Input): MatgradError {
  try {
    parseInput(input);
  } catch (error) {
    if (error instanceof MatgradError) return error;
    throw error;
  }
  throw new Error(`no mistake was found in ${JSON.stringify(input)}`);
}

/** One tiny example for each code, and others whose message says more. */
const examples: readonly (readonly [code: SyntaxCode, input: Input])[] = [
  ['ambiguous-power', { expression: 'a^b^c' }],
  ['ambiguous-quotient', { expression: '1/mn', where: 'X: m×n' }],
  ['ambiguous-root', { expression: '√x²' }],
  ['ambiguous-root', { expression: '√2x' }],
  ['ambiguous-script', { expression: '\\frac12 x^12' }],
  ['ambiguous-script', { expression: 'W^{(l)} x', syntax: 'latex' }],
  ['ambiguous-script', { expression: '\\mathbf{x}^\\top A x' }],
  ['ambiguous-split', { expression: 'abc', where: 'a, ab, bc, c: n' }],
  ['array-function', { expression: 'np.sun(x)', syntax: 'numpy' }],
  ['array-rank', { expression: 'np.sum(x, axis=2)', syntax: 'numpy' }],
  ['array-function', { expression: 'x @ x / len(x)', syntax: 'numpy' }],
  ['array-rank', { expression: '3 @ x', syntax: 'numpy' }],
  ['array-rank', { expression: 'np.linalg.inv(x)', where: 'x: n', syntax: 'numpy' }],
  ['bad-assumption', { expression: 'x', where: 'assume AᵀA' }],
  ['bad-assumption', { expression: 'x', where: 'assume a = b = c' }],
  ['bad-character', { expression: 'x ! y' }],
  ['bad-character', { expression: '∑ x' }],
  ['bad-character', { expression: '∂x' }],
  ['bad-claim', { expression: 'x', claims: ['J/θ = x'] }],
  ['bad-claim', { file: { name: 'a.mg', text: 'J = x\ncheck x' } }],
  ['bad-definition', { expression: 'J(θ) = θ' }],
  ['bad-definition', { expression: 'x', where: '2x = 3' }],
  ['bad-definition', { expression: 'a = b = c' }],
  ['bad-definition', { expression: 'P where 2 = P' }],
  ['bad-definition', { expression: 'r = r @ r', syntax: 'numpy' }],
  ['bad-index', { expression: 'Z[2l]', where: 'Z[l]: n' }],
  ['bad-index', { expression: 'W_{l+1}' }],
  ['bad-norm', { expression: '‖x‖_7' }],
  ['bad-number', { expression: '1e9999' }],
  ['bad-range', { expression: 'x', where: 'W[l]: n for l in 3' }],
  ['bad-shape', { expression: 'x', where: 'X: matrix' }],
  ['bad-shape', { expression: 'x', where: 'X: m×' }],
  ['bad-shape', { expression: 'x', where: 'X: mxn' }],
  ['bad-shape', { expression: 'x', where: 'ℓ: function m' }],
  ['binary-input', { file: { name: 'a.png', text: '\ufffdPNG\ufffd' } }],
  ['empty-input', { expression: '  ' }],
  ['empty-input', { file: { name: 'a.mg', text: '# nothing yet\n' } }],
  ['function-without-bracket', { expression: 'log x' }],
  ['function-without-bracket', { expression: 'trX' }],
  ['missing-operand', { expression: 'A + ' }],
  ['missing-operand', { expression: 'A * / B' }],
  ['missing-operand', { expression: 'tr()' }],
  ['missing-operand', { expression: 'x', wrt: [''] }],
  ['no-notation', { expression: '\\sum_i x_i' }],
  ['no-notation', { expression: '\\begin{bmatrix} a \\\\ b \\end{bmatrix}^\\top x' }],
  ['no-notation', { expression: '\\min_\\theta x' }],
  ['no-notation', { expression: 'x[1:] @ y', syntax: 'numpy' }],
  ['no-notation', { expression: 'np.where(x, 1, 0)', syntax: 'numpy' }],
  ['no-notation', { file: { name: 'a.py', text: 'for i in x:\n  J = i' }, syntax: 'numpy' }],
  ['no-notation', { expression: 'A^\\dagger b' }],
  ['no-notation', { expression: '\\mathbf{1}^\\top x' }],
  ['no-notation', { expression: '\\text{such that } x' }],
  ['no-statement', { file: { name: 'a.mg', text: 'X: m×n\nXᵀX' } }],
  ['too-deep', { expression: '('.repeat(300) }],
  ['too-long', { expression: 'x'.repeat(300) }],
  ['unclosed-bracket', { expression: 'A(B + C' }],
  ['unclosed-bracket', { expression: 'a + ‖x' }],
  ['unclosed-bracket', { expression: '\\frac{1}{2 x' }],
  ['unclosed-bracket', { expression: 'np.sum(x', syntax: 'numpy' }],
  ['unclosed-bracket', { file: { name: 'a.mg', text: 'J = (\n  X\nX: n×n' } }],
  ['unexpected-token', { expression: 'A)' }],
  ['unexpected-token', { expression: '(A]' }],
  ['unexpected-token', { expression: '2 3' }],
  ['unexpected-token', { expression: '(a, b)' }],
  ['unexpected-token', { expression: 'x; y' }],
  ['unexpected-token', { expression: 'x ^ 2', syntax: 'numpy' }],
  ['unknown-command', { expression: '\\thetta' }],
  ['unknown-command', { expression: '\\farc{1}{2} x' }],
  ['unknown-constant', { expression: 'e^{-x}' }],
  ['unknown-property', { expression: 'X', where: 'X: n×n symetric' }],
  ['unknown-property', { expression: 'X', where: 'X: symmetric n×n' }],
  ['unknown-property', { expression: 'X', where: 'λ: positve' }],
];

describe('one example for each mistake', () => {
  const titled = examples.map(([code, input]) => {
    const text = [
      input.expression,
      input.where,
      input.file?.text,
      ...(input.wrt ?? []),
      ...(input.claims ?? []),
    ].join(' ');
    return [code, text.trim().slice(0, 30), input] as const;
  });

  test.each(titled)('%s: %s', (code, _, input) => {
    const error = errorOf(input);
    expect(error.diagnostics.map((d) => d.code)).toEqual([code]);
    expect(diagnosticsText(error, sourceOfInput(input))).toMatchSnapshot();
  });

  test('every code has one', () => {
    expect([...new Set(examples.map(([code]) => code))].sort()).toEqual([...SYNTAX_CODES].sort());
  });
});

describe('repairs', () => {
  test.each([
    ['a^b^c', undefined],
    ['1/mn', '1/(mn)'],
    ['abc', 'a bc'],
    ['J(θ) = θ', 'J = θ'],
    ['log x', 'log(x)'],
    ['tr AᵀB + C', 'tr(AᵀB) + C'],
    ['trX', 'tr(X)'],
    ['A(B + C', 'A(B + C)'],
    ['(A] + B', '(A) + B'],
    ['A)', 'A'],
    ['2 3', '2 *3'],
    ['e^x + 1', 'exp(x) + 1'],
    ['e^(x + 1)', 'exp(x + 1)'],
    ['e^{-x}', 'exp(-x)'],
    ['\\thetta', '\\theta'],
    ['\\farc{1}{2} x', '\\frac{1}{2} x'],
    ['\\frac12 a^12', '\\frac12 a^{12}'],
    ['\\log a\\, b', '\\log(a)\\, b'],
    ['W_{l+1}', 'W[l+1]'],
  ])('%s', (expression, better) => {
    const input = { expression, where: 'a, ab, bc, c: n; X: m×n' };
    const [first] = errorOf(input).diagnostics.flatMap(repairsOf);
    const repaired = first && repairInput(input, first);
    expect(repaired?.line).toBe(better);
    expect(() => parseInput(repaired?.input ?? { expression: 'x' })).not.toThrow();
  });
});

test('statements are told of one by one, in the order of the text', () => {
  const text = 'X: m×n foo\nW[l = 2\nJ = (a\nq: positve\ny = b +\nfine = X';
  const { diagnostics } = errorOf({ file: { name: 'a.mg', text } });
  expect(diagnostics.map((d) => d.code)).toEqual([
    'unknown-property',
    'unclosed-bracket',
    'unclosed-bracket',
    'unknown-property',
    'missing-operand',
  ]);
});
