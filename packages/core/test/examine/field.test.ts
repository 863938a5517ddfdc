import { describe, expect, test } from 'vitest';
import { examined } from './ask.ts';

/**
 * Gradients as they are found in public code and in answers to questions, for functions that people derive by hand: each with
 * what is the matter, `right`, a condition, or the name of the mistake.
 */
interface Subject {
  readonly of: string;
  readonly where: string;
  readonly claims: readonly (readonly [wrt: string, claim: string, expected: string])[];
}

const FIELD: readonly Subject[] = [
  {
    of: 'sum(C ⊙ (softmax(Q Kᵀ/√d) V))',
    where: 'Q: n×d; K: m×d; V: m×e; C: n×e; P = softmax(Q Kᵀ/√d); A = P ⊙ (C Vᵀ)',
    claims: [
      ['Q', '1/√d (A − P ⊙ sum(A, axis=1)) K', 'right'],
      ['Q', '(A − P ⊙ sum(A, axis=1)) K', 'factor'],
      ['Q', '1/d (A − P ⊙ sum(A, axis=1)) K', 'factor'],
      ['Q', '1/√d (P ⊙ (1 − P) ⊙ (C Vᵀ)) K', 'softmax-diagonal'],
      ['K', '1/√d (A − P ⊙ sum(A, axis=1))ᵀ Q', 'right'],
      ['K', '1/√d (A + P ⊙ sum(A, axis=1))ᵀ Q', 'sign'],
      ['K', '1/√d (P ⊙ (C Vᵀ − sum(A, axis=0)))ᵀ Q', 'wrong-axis'],
      ['V', 'softmax(Q Kᵀ)ᵀ C', 'factor'],
    ],
  },
  {
    of: '½‖softmax(X A Xᵀ) X − Y‖²',
    where: 'X, Y: n×d; A: d×d; P = softmax(X A Xᵀ); E = P X − Y',
    claims: [['A', 'Xᵀ (P ⊙ (E Xᵀ − sum(P ⊙ (E Xᵀ), axis=1)))ᵀ X', 'transposed']],
  },
  {
    of: 'sum(C ⊙ ((X − mean(X, axis=0)) ./ std(X, axis=0)))',
    where: 'X, C: m×n; S = std(X, axis=0); H = (X − mean(X, axis=0)) ./ S',
    claims: [
      ['X', '(C − mean(C, axis=0) − H ⊙ mean(C ⊙ H, axis=0)) ./ S', 'right'],
      ['X', '(C − H ⊙ mean(C ⊙ H, axis=0)) ./ S', 'only if the columns of C sum to zero'],
      ['X', 'C ./ S', 'statistics-constant'],
      ['X', '(C − mean(C, axis=0) − H ⊙ sum(C ⊙ H, axis=0)) ./ S', 'sum-for-mean'],
      ['X', '(C − mean(C, axis=1) − H ⊙ mean(C ⊙ H, axis=0)) ./ S', 'wrong-axis'],
    ],
  },
  {
    of: 'sum(C ⊙ batchnorm(X))',
    where: 'X, C: m×n',
    // without the ε of the function's own root, besides
    claims: [['X', '(C − mean(C, axis=0)) ./ std(X, axis=0)', 'statistics-constant']],
  },
  {
    of: '½‖tanh(H W + X U) − Y‖²',
    where: 'H, Y: m×n; W: n×n; X: m×k; U: k×n; S = tanh(H W + X U)',
    claims: [
      ['W', 'Hᵀ ((S − Y) ⊙ (1 − S.^2))', 'right'],
      ['W', 'Hᵀ (S − Y)', 'missing-derivative'],
      ['W', 'Hᵀ ((S − Y) ⊙ (1 − S))', 'wrong-power'],
      ['W', '((S − Y) ⊙ (1 − S.^2))ᵀ H', 'transposed'],
      ['U', 'Xᵀ ((S − Y) ⊙ (1 − tanh(S).^2))', 'derivative-at-wrong-place'],
      ['W', 'Hᵀ ((R − Y) ⊙ (1 − R.^2)) where R = tanh(H W)', 'missing-term'],
    ],
  },
  {
    of: '1/(2m) ‖Xθ − y‖² + λ/2 ‖θ‖²',
    where: 'X: m×n; θ: n; y: m; λ: scalar',
    claims: [
      ['θ', '1/m Xᵀ(Xθ − y)', 'missing-term'],
      ['θ', '1/m Xᵀ(Xθ − y) + 2λ θ', 'factor'],
      ['θ', '1/m (Xᵀ(Xθ − y) + λ θ)', 'factor'],
      ['θ', '1/n Xᵀ(Xθ − y) + λ θ', 'factor'],
      ['θ', '1/m Xᵀ(y − Xθ) + λ θ', 'sign'],
      ['θ', '1/m Xᵀ X θ + λ θ', 'missing-term'],
    ],
  },
  {
    of: '½‖Xθ − y‖²',
    where: 'X: m×n; θ: n; y: m',
    // a sum that does not fit is multiplied out before its factors are put in order
    claims: [
      ['θ', 'XᵀXθ − Xy', 'wrong-shape: transposed'],
      ['θ', '2/2 (XᵀXθ − Xy)', 'wrong-shape: transposed'],
      ['θ', '(m/m) (XᵀXθ − yX)', 'wrong-shape: transposed'],
    ],
  },
  {
    of: '½ yᵀ inv(K) y + ½ logdet(K)',
    where: 'K: n×n posdef; y: n',
    claims: [
      ['K', '½ (inv(K) − inv(K) y yᵀ inv(K))', 'right'],
      ['K', '½ (inv(K) + inv(K) y yᵀ inv(K))', 'sign'],
      ['K', 'inv(K) − inv(K) y yᵀ inv(K)', 'factor'],
      ['K', '−½ inv(K) y yᵀ inv(K)', 'missing-term'],
      ['K', 'G − ½ I ⊙ G where G = inv(K) − inv(K) y yᵀ inv(K)', 'independent-entries'],
      ['y', 'K y', 'wrong-power'],
    ],
  },
  {
    of: '‖X − X W Wᵀ‖²',
    where: 'X: m×n; W: n×k; R = X − X W Wᵀ',
    claims: [
      ['W', '−2 (Xᵀ R W + Rᵀ X W)', 'right'],
      ['W', '−2 Xᵀ R W', 'missing-symmetrisation'],
      ['W', '2 (Xᵀ R W + Rᵀ X W)', 'sign'],
    ],
  },
  {
    of: '−1/n sum(diag(log_softmax(A Bᵀ/τ)))',
    where: 'A, B: n×d; τ: scalar positive; P = softmax(A Bᵀ/τ)',
    claims: [
      ['A', '1/(n τ) (P − I) B', 'right'],
      ['A', '1/τ (P − I) B', 'sum-for-mean'],
      ['A', '1/n (P − I) B', 'factor'],
      ['A', '1/(n τ) (I − P) B', 'sign'],
      ['A', '1/(n τ) P B', 'missing-term'],
      ['B', '1/(n τ) (P − I) A', 'transposed'],
    ],
  },
  {
    of: '1/m sum(softplus(Xw) − y ⊙ (Xw))',
    where: 'X: m×n; w: n; y: m; s = sigmoid(Xw)',
    claims: [
      ['w', '1/m Xᵀ((s − y) ⊙ s ⊙ (1 − s))', 'extra-derivative'],
      ['w', '(s − y)ᵀ X / m', 'wrong-shape: transposed'],
      ['w', 's − y', 'wrong-shape'],
    ],
  },
  {
    of: '1/m sum((sigmoid(Xw) − y).^2)',
    where: 'X: m×n; w: n; y: m; s = sigmoid(Xw)',
    claims: [
      ['w', '2/m Xᵀ(s − y)', 'missing-derivative'],
      ['w', '2 Xᵀ((s − y) ⊙ s ⊙ (1 − s))', 'sum-for-mean'],
    ],
  },
  {
    of: '½‖σ(σ(X A) B) − Y‖²',
    where: 'σ: elementwise; X, A, B, Y: n×n; E = σ(σ(X A) B) − Y; D = E ⊙ σ′(σ(X A) B)',
    claims: [
      ['A', 'Xᵀ (D Bᵀ ⊙ σ′(X A))', 'right'],
      ['A', 'Xᵀ (E Bᵀ ⊙ σ′(X A))', 'missing-derivative'],
      ['A', 'Xᵀ ((E ⊙ σ′(X A)) Bᵀ ⊙ σ′(X A))', 'derivative-at-wrong-place'],
      ['A', 'Xᵀ (D Bᵀ σ′(X A))', 'product-for-hadamard'],
      ['A', '(D Bᵀ ⊙ σ′(X A)) Xᵀ', 'order'],
      ['A', 'Xᵀ (Bᵀ D ⊙ σ′(X A))', 'order'],
      ['A', 'Xᵀ ⊙ (D Bᵀ ⊙ σ′(X A))', 'hadamard-for-product'],
    ],
  },
];

describe.each(FIELD)('$of', ({ of, where, claims }) => {
  test.each(claims)('by %s: %s is %s', (wrt, claim, expected) => {
    const x = examined({ expression: of, where, wrt }, claim);
    const names = [x.verdict === 'wrong-shape' ? 'wrong-shape' : [], x.diagnoses[0]?.class ?? []];
    const said =
      x.verdict === 'right-under-condition'
        ? x.condition
        : x.verdict === 'right'
          ? 'right'
          : names.flat().join(': ');
    expect(said).toBe(expected);
  });
});

test('what only one size makes right is wrong', () => {
  const x = examined({ expression: 'sum(A x)', where: 'A: n×n; x: n', wrt: 'x' }, 'A ones(n)');
  expect(x.verdict).toBe('right-under-condition');
  const y = examined({ expression: 'tr(A X) tr(X)', where: 'A, X: n×n', wrt: 'X' }, 'A X + A Xᵀ');
  expect([y.verdict, y.condition, y.notes]).toEqual(['wrong', null, ['it is right only if n = 1']]);
});
