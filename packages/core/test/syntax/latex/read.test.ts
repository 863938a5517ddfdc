import { describe, expect, test } from 'vitest';
import { toText } from '../../../src/emit/text.ts';
import { indexText } from '../../../src/shape/dim.ts';
import type { Input } from '../../../src/syntax/input.ts';
import { parseInput } from '../../../src/syntax/parse.ts';

const where = 'X: m×n; A: n×n; Y: m×k; θ, x: n; y: m; λ: scalar; σ: elementwise; W_out: k';

const read = (expression: string, given = where): string => {
  const parsed = parseInput({ expression, where: given, syntax: 'latex' }).expression;
  return parsed ? toText(parsed) : '';
};

/** Every line of a program, as the language writes it. */
function lines(input: Input): string[] {
  return parseInput(input).program.statements.map((s) => {
    if (s.kind === 'definition') {
      const place = s.name.index ? `[${indexText(s.name.index)}]` : '';
      return `${s.name.name}${place} = ${toText(s.value)}`;
    }
    const names = s.names
      .map((n) => `${n.name}${n.index ? `[${indexText(n.index)}]` : ''}`)
      .join(', ');
    const sides =
      s.kind === 'function' ? 'function' : s.shape?.sides.map((e) => toText(e)).join('×');
    return `${names}: ${sides}`;
  });
}

describe('formulas', () => {
  test.each([
    ['\\frac{1}{2m}(X\\theta - y)^T(X\\theta-y)', '1/(2m) (Xθ − y)ᵀ(Xθ − y)'],
    ['\\frac12 \\lVert X\\theta - y \\rVert_2^2', '1/2 ‖Xθ − y‖²'],
    [
      '\\tfrac{1}{2}\\left\\|\\mathbf{X}\\boldsymbol{\\theta}-\\mathbf y\\right\\|^2',
      '1/2 ‖Xθ − y‖²',
    ],
    ['\\dfrac\\lambda2 \\bm\\theta^\\intercal\\bm\\theta', 'λ/2 θᵀθ'],
    // brackets
    ['\\left( X \\theta \\right)^\\top y', '(Xθ)ᵀy'],
    ['\\bigl[ X \\theta \\bigr]^\\top y', '(Xθ)ᵀy'],
    ['\\lvert \\lambda \\lvert \\lambda \\rvert \\rvert', '|(λ |λ|)|'],
    ['\\left\\langle x, \\theta \\right\\rangle', '⟨x, θ⟩'],
    ['{X}^{\\top} {y}', 'Xᵀy'],
    // products and exponents
    [
      'x^\\top A^{-1} x + x^{T} A^{-\\top} \\theta + x^\\mathsf{T} A^{-T} x',
      'xᵀA⁻¹x + xᵀA⁻ᵀθ + xᵀA⁻ᵀx',
    ],
    ['A \\odot A \\cdot x', '(A ⊙ A)x'],
    ['(A \\circ A) x^{\\circ 2}', '(A ⊙ A)x.^2'],
    ['A \\otimes A^{+}', 'kron(A, pinv(A))'],
    ['x^2_1', 'x[1]²'],
    // functions
    [
      '\\operatorname{tr}(A) + \\mathrm{tr}\\left(A\\right) + \\text{tr}\\{A\\} + \\Tr A',
      'tr(A) + tr(A) + tr(A) + tr(A)',
    ],
    ['\\log\\det A - \\log\\det(A^\\top)', 'logdet(A) − logdet(Aᵀ)'],
    ['\\log \\sigma(y) + \\log\\sigma(y)^2', 'log(σ(y)) + log(σ(y)²)'],
    ['\\tanh^2(\\lambda) + \\log x^2', 'tanh(λ)² + log(x²)'],
    ["\\sigma'(X\\theta) + \\sigma(y)", 'σ′(Xθ) + σ(y)'],
    ['\\mathrm{e}^{-\\lambda} + \\exp\\frac{\\lambda}{2}', 'exp(−λ) + exp(λ/2)'],
    ['\\sqrt{\\lambda} + \\sqrt[3]{\\lambda}', 'sqrt(λ) + cbrt(λ)'],
    ['\\operatorname{log\\_softmax}(X)', 'log_softmax(X)'],
    ['\\max\\{0, \\lambda\\} + \\norm{x} + \\abs{\\lambda}', 'max(0, λ) + ‖x‖ + |λ|'],
    [
      '\\lVert A \\rVert_* + \\lVert A \\rVert_{\\mathrm{F}} + \\lVert x\\rVert_\\infty',
      'nuclear_norm(A) + ‖A‖_F + ‖x‖_∞',
    ],
    // names
    ['W_{out}^\\top W_\\mathrm{out} + W_{\\text{out}}^\\top W_out', 'W_outᵀ W_out + W_outᵀ W_out'],
    ['\\hat{y}^\\top \\bar x + \\tilde{\\theta}_1^\\top x', 'ŷᵀx̄ + θ̃_1ᵀ x'],
    ['\\mathcal{L} + \\mathcal{D}', 'ℒ + D'],
    ['\\mathrm{loss} + \\text{loss}', 'loss + loss'],
    ['W_1 x + W_2x', 'W_1 x + W_2 x'],
    ['I_n x + \\mathbf{I} x', 'eye(n) x + Ix'],
    ['\\mathbf{1}_n^\\top x + \\mathbb{1}_{m \\times n} x', 'ones(n)ᵀ x + ones(m, n) x'],
    // parts
    ['A_{1,2} + x_i + A_{:,1}^\\top x', 'A[1,2] + x[i] + A[:,1]ᵀ x'],
    // spacing, comments
    ['2\\,\\lambda\\;x \\quad % a comment', '2λx'],
    ['$$ x^\\top x. $$', 'xᵀx'],
    ['\\( x^\\top \\)$x$', 'xᵀx'],
    ['\\[ x^\\top\n  x, \\]', 'xᵀx'],
  ])('%s', (latex, text) => {
    expect(read(latex)).toBe(text);
  });

  test('what the language writes is read too', () => {
    expect(read('½ ‖Xθ − y‖² + λ xᵀA⁻¹x.^2 − sum(X, axis=1)[1]')).toBe(
      '1/2 ‖Xθ − y‖² + λxᵀA⁻¹x.^2 − (sum(X, axis=1))[1]',
    );
  });
});

describe('by itself', () => {
  test.each([
    ['\\frac{1}{2} x', '1/2 x'],
    ['$x^T x$', 'xᵀx'],
    ['\\theta^\\top x', 'θᵀx'],
  ])('%s', (expression, text) => {
    const { expression: e } = parseInput({ expression });
    expect(e && toText(e)).toBe(text);
  });

  test('a comment decides nothing', () => {
    const text = 'J = x^10 # not \\frac{1}{2}';
    expect(lines({ file: { name: 'a.mg', text } })).toEqual(
      ['J = x^10'].map((l) => l.replace('^10', '¹⁰')),
    );
  });
});

describe('documents', () => {
  test('declarations, and lines of an environment', () => {
    const text = [
      '\\begin{align*}',
      'X &\\in \\mathbb{R}^{m \\times n}, \\quad y \\in \\mathbb{R}^m, \\\\',
      'r &= X \\theta \\\\',
      '  &\\quad - y, \\\\',
      'J &= \\frac{1}{2} \\lVert r \\rVert^2.',
      '\\end{align*}',
    ].join('\n');
    expect(lines({ file: { name: 'a.tex', text } })).toEqual([
      'X: m×n',
      'y: m',
      'r = Xθ − y',
      'J = 1/2 ‖r‖²',
    ]);
  });

  test.each([
    [
      'subscripts',
      'Z_0 = X',
      'Z_l = \\sigma(Z_{l-1} W_l)',
      'Z_L',
      'W_l \\in \\mathbb{R}^{n_{l-1} \\times n_l}',
    ],
    [
      'exponents',
      'Z^{(0)} = X',
      'Z^{(l)} = \\sigma(Z^{(l-1)} W^{(l)})',
      'Z^{(L)}',
      'W^{(l)} \\in \\mathbb{R}^{n_{l-1} \\times n_l}',
    ],
    [
      'square brackets',
      'Z^{[0]} = X',
      'Z^{[l]} = \\sigma(Z^{[l-1]} W^{[l]})',
      'Z^{[L]}',
      'W^{[l]} \\in \\mathbb{R}^{n^{[l-1]} \\times n^{[l]}}',
    ],
    [
      'bare exponents',
      'Z^0 = X',
      'Z^l = \\sigma(Z^{l-1} W^l)',
      'Z^L',
      'W^l \\in \\mathbb{R}^{n_{l-1} \\times n_l}',
    ],
  ])('families by %s', (_, base, step, last, weight) => {
    const text = [
      '\\sigma: elementwise',
      base,
      `${step} \\text{ for } l = 1, \\dots, L`,
      `${weight} \\text{ for all } l = 1, \\dots, L`,
      `J = \\frac12 \\lVert ${last} - Y \\rVert^2`,
    ].join('\n');
    expect(lines({ file: { name: 'a.tex', text } })).toEqual([
      'σ: function',
      'Z[0] = X',
      'Z[l] = σ(Z[l−1] W[l])',
      'W[l]: n[l−1]×n[l]',
      'J = 1/2 ‖Z[L] − Y‖²',
    ]);
  });

  test('families of the language, used in LaTeX', () => {
    const { expression, wrt } = parseInput({
      expression: '\\lVert h_T - Y \\rVert^2',
      where: 'h[0] = B; h[t] = tanh(h[t-1] W) for t = 1..T',
      wrt: ['W'],
    });
    expect(expression && toText(expression)).toBe('‖h[T] − Y‖²');
    expect(wrt).toHaveLength(1);
  });

  test('numbered layers without a family are names', () => {
    expect(read('\\sigma(X W^{(1)}) W^{(2)}', 'X: m×n; σ: elementwise')).toBe('σ(X W_1) W_2');
  });

  test('claims', () => {
    const { claims } = parseInput({
      expression: '\\frac12 x^\\top A x',
      claims: ['\\frac{\\partial J}{\\partial x} = A x', 'A^\\top x'],
    });
    expect(claims.map((c) => [c.target?.kind ?? null, toText(c.value)])).toEqual([
      ['derivative', 'Ax'],
      [null, 'Aᵀx'],
    ]);
  });
});
