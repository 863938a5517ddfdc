import { describe, expect, test } from 'vitest';
import { withoutParts } from '../../src/derive/derive.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import type { Node } from '../../src/expr/node.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { gradientText, problemOf } from '../support/ask.ts';

/**
 * Gradients as the literature prints them (Petersen and Pedersen 2012, "The Matrix Cookbook", by equation number; course notes),
 * to the letter, each held against differences of the value.
 */
const textbook: readonly (readonly [
  expression: string,
  where: string,
  wrt: string,
  gradient: string,
])[] = [
  // regression
  ['1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'θ', '1/m Xᵀ(Xθ − y)'],
  ['1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'X', '1/m (Xθ − y)θᵀ'],
  ['1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'y', '1/m (y − Xθ)'],
  ['½ ‖Xw − y‖² + λ/2 ‖w‖²', 'X: m×n; y: m; w: n; λ: scalar', 'w', 'Xᵀ(Xw − y) + λw'],
  ['‖Xw − y‖', 'X: m×n; y: m; w: n', 'w', 'Xᵀ(Xw − y)/‖Xw − y‖'],
  ['½ ‖XW − Y‖²', 'X: m×n; W: n×k; Y: m×k', 'W', 'Xᵀ(XW − Y)'],
  ['½ ‖Xw − y‖² + c ‖w‖_1', 'X: m×n; w: n; y: m; c: scalar', 'w', 'Xᵀ(Xw − y) + c sign(w)'],
  ['mse(X w, y)', 'X: m×n; w: n; y: m', 'w', '2/m Xᵀ(Xw − y)'],
  // classification
  [
    '−sum(Y ⊙ log(softmax(XΘ)))',
    'X: m×n; Θ: n×k; Y: m×k simplex',
    'Θ',
    'Xᵀ(P − Y) where P = softmax(XΘ)',
  ],
  [
    'cross_entropy(Y, softmax(XΘ))',
    'X: m×n; Θ: n×k; Y: m×k simplex',
    'Θ',
    'Xᵀ(P − Y) where P = softmax(XΘ)',
  ],
  ['logsumexp(z)', 'z: n', 'z', 'softmax(z)'],
  ['log(sum(exp(A x)))', 'A: m×n; x: n', 'x', 'Aᵀ softmax(Ax)'],
  ['sum(softplus(X w)) − yᵀX w', 'X: m×n; w: n; y: m', 'w', 'Xᵀ(sigmoid(Xw) − y)'],
  [
    '−yᵀ log(σ(X w)) − (1 − y)ᵀ log(1 − σ(X w))',
    'σ = sigmoid; X: m×n; w: n; y: m',
    'w',
    'Xᵀ(sigmoid(Xw) − y)',
  ],
  // alone, a small σ(−t) is not written as 1 − σ(t): that would lose its digits
  ['−log(sigmoid(y aᵀw))', 'a, w: n; y: scalar', 'w', '−y sigmoid(−yaᵀw) a'],
  // vectors and quadratic forms (69) to (97)
  ['xᵀa', 'x: n; a: n', 'x', 'a'],
  ['aᵀX b', 'a: m; X: m×n; b: n', 'X', 'abᵀ'],
  ['xᵀA x', 'x: n; A: n×n', 'x', '(A + Aᵀ)x'],
  ['xᵀA x', 'x: n; A: n×n symmetric', 'x', '2Ax'],
  ['(x − s)ᵀW(x − s)', 'x: m; s: m; W: m×m symmetric', 'x', '2W(x − s)'],
  ['bᵀXᵀX c', 'X: m×n; b: n; c: n', 'X', 'Xcbᵀ + Xbcᵀ'],
  ['aᵀXXb', 'a: n; X: n×n; b: n', 'X', 'a (bᵀXᵀ) + Xᵀabᵀ'],
  // traces (99) to (121)
  ['tr(X)', 'X: n×n', 'X', 'I'],
  ['tr(AXB)', 'A: p×m; X: m×n; B: n×p', 'X', 'AᵀBᵀ'],
  ['tr(A Xᵀ B)', 'A: p×n; X: m×n; B: m×p', 'X', 'BA'],
  ['tr(X²)', 'X: n×n', 'X', '2Xᵀ'],
  ['tr(XᵀBX)', 'X: m×n; B: m×m', 'X', '(B + Bᵀ)X'],
  ['tr(XBXᵀ)', 'X: m×n; B: n×n', 'X', 'X(B + Bᵀ)'],
  ['tr(XᵀBXC)', 'X: m×n; B: m×m; C: n×n', 'X', 'BXC + BᵀXCᵀ'],
  ['‖AXB + C‖²', 'A: p×m; X: m×n; B: n×q; C: p×q', 'X', '2Aᵀ(AXB + C)Bᵀ'],
  ['tr(X)²', 'X: n×n', 'X', '2 tr(X) I'],
  ['tr(X) + 1', 'X: n×n', 'X', 'I'],
  // determinants and inverses (49) to (64)
  ['det(X)', 'X: n×n invertible', 'X', 'det(X) X⁻ᵀ'],
  ['det(AXB)', 'A: m×n; X: n×p; B: p×m', 'X', 'det(AXB) Aᵀ(AXB)⁻ᵀBᵀ'],
  ['det(XᵀAX)', 'A: n×n; X: n×n invertible', 'X', '2 det(XᵀAX) X⁻ᵀ'],
  ['log(det(XᵀX))', 'X: n×m', 'X', '2X(XᵀX)⁻¹'],
  ['logdet(X)', 'X: n×n posdef', 'X', 'X⁻¹'],
  ['det(X⁻¹)', 'X: n×n invertible', 'X', '−X⁻ᵀ/det(X)'],
  ['aᵀX⁻¹b', 'X: n×n invertible; a: n; b: n', 'X', '−X⁻ᵀa (bᵀX⁻ᵀ)'],
  ['tr((X + A)⁻¹)', 'X: n×n invertible; A: n×n', 'X', '−(A + X)⁻ᵀ(A + X)⁻ᵀ'],
  // networks
  ['sum(tanh(WX))', 'W: m×n; X: n×k', 'W', '(1 − tanh(WX).^2)Xᵀ'],
  ['sum(σ(x W + b))', 'σ: elementwise; x: m×n; W: n×k; b: 1×k', 'b', 'sum(σ′(xW + b), axis=0)'],
  ['ℓ(XW)', 'ℓ: function(m×k) -> scalar; X: m×n; W: n×k', 'W', 'Xᵀ ∂ℓ/∂(XW)'],
  ['½ ‖xwᵀ − Y‖²', 'x: n; w: n; Y: n×n', 'w', '(xwᵀ − Y)ᵀx'],
  ['‖X − UVᵀ‖² + λ(‖U‖² + ‖V‖²)', 'X: m×n; U: m×k; V: n×k; λ: scalar', 'V', '2((UVᵀ − X)ᵀU + λV)'],
  [
    'logdet(Σ) + (x − μ)ᵀ Σ⁻¹ (x − μ)',
    'x, μ: n; Σ: n×n posdef',
    'Σ',
    'Σ⁻¹ − Σ⁻¹(x − μ)((x − μ)ᵀΣ⁻¹)',
  ],
  // entries, diagonals, means
  ['sum(X)²', 'X: m×n', 'X', '2 sum(X) ones(m, n)'],
  ['sum(x)/n', 'x: n', 'x', '1/n ones(n)'],
  ['diag(X)ᵀa', 'X: n×n; a: n', 'X', 'diag(a)'],
  ['sum(q ⊙ log(q))', 'q: n positive', 'q', '1 + log(q)'],
  ['A[1,3]', 'A: m×n', 'A', 'unit(1, m) unit(3, n)ᵀ'],
  ['a^b', 'a: scalar positive; b: scalar', 'b', 'log(a) a^b'],
  ['xᵀy/‖x‖', 'x: n; y: n', 'x', 'y/‖x‖ − (xᵀy)x/‖x‖³'],
];

describe('gradients of the literature, to the letter', () => {
  test.each(textbook)('%s, %s, by %s', (expression, where, wrt, gradient) => {
    expect(gradientText(expression, where, wrt)).toBe(gradient);
    const p = problemOf(expression, where, wrt);
    const { gradients, parts } = derivationOf(p);
    const whole = withoutParts(
      gradients.map((g) => g.shown),
      parts,
    );
    const claims = gradients.map(({ variable }, k) => ({ variable, gradient: whole[k] as Node }));
    const [report] = checkGradient(p.value.node, claims);
    expect(report).toMatchObject({ verdict: 'passed' });
    expect(report?.maxRelativeError).toBeLessThan(1e-9);
  });
});

describe('structured variables', () => {
  test.each([
    ['tr(AX)', 'A: n×n; X: n×n symmetric', '1/2 (A + Aᵀ)'],
    ['tr(AX)', 'A: n×n; X: n×n skew', '1/2 (Aᵀ − A)'],
    ['tr(AX)', 'A: n×n; X: n×n diagonal', 'diag(diag(A))'],
    ['det(X)', 'X: n×n symmetric', 'det(X) X⁻¹'],
  ])('%s, %s', (expression, where, gradient) => {
    expect(gradientText(expression, where, 'X')).toBe(gradient);
  });
});

describe('named parts', () => {
  test('what the user named keeps its name, multiples too', () => {
    expect(gradientText('‖r‖²', 'r = Xθ − y; X: m×n; θ: n; y: m', 'θ')).toBe(
      '2Xᵀr where r = Xθ − y',
    );
    expect(gradientText('‖r‖²', 'r = Xθ − y; X: m×n; θ: n; y: m', 'y')).toBe(
      '−2r where r = Xθ − y',
    );
  });

  test('a part knows that it is symmetric', () => {
    const text = gradientText(
      '½ yᵀK⁻¹y',
      'A: n×n posdef; B: n×n posdef; y: n; t: scalar positive; K = t A + B',
      't',
    );
    expect(text).toContain('K = tA + B');
    expect(text).not.toContain('⁻ᵀ');
  });

  test('long repeated parts get one', () => {
    const text = gradientText(
      '½ ‖W2 tanh(W1 tanh(W0 X)) − Y‖²',
      'W0: h×n; W1: k×h; W2: m×k; X: n×N; Y: m×N',
      'W0',
    );
    expect(text).toContain(' where ');
    expect(text.match(/tanh\(W1/g)).toHaveLength(1);
  });
});
